// From decision IR to a verified LLVM module, its tables and its manifest, and
// the machine they are for. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_BUILD_H_
#define POLC_COMPILER_CODEGEN_BUILD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/support/result.h"

namespace llvm {
class Error;
class LLVMContext;
class Module;
}  // namespace llvm

namespace polc::codegen {

/// Where tables and manifest go.
enum class Placement : uint8_t {
  kEmbedded,  // into the module, as data
  kBeside,    // nowhere: `pol_module` lacks them
};

struct Built {
  std::unique_ptr<llvm::Module> module;
  std::string tables;
  std::string manifest;
};

/// Registers this machine's target with LLVM, once per process.
void InitializeTarget();

/// Builds and verifies the module in `context`.
Result<Built> Build(const ir::Module& module, const ir::Languages& langs,
                    const Tuning& tuning, Placement placement,
                    llvm::LLVMContext* context);

/// LLVM's error in words; takes it.
Error FromLlvm(llvm::Error error);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_BUILD_H_
