// From decision IR to a verified LLVM module and the machine it is for.
// Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_BUILD_H_
#define POLC_COMPILER_CODEGEN_BUILD_H_

#include <memory>
#include <string>

#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/support/result.h"

namespace llvm {
class Error;
class LLVMContext;
class Module;
}  // namespace llvm

namespace polc::codegen {

/// Registers this machine's target with LLVM, once per process.
void InitializeTarget();

/// Builds and verifies the module in `context`.
Result<std::unique_ptr<llvm::Module>> BuildModule(const ir::Module& module,
                                                  const ir::Languages& langs,
                                                  llvm::LLVMContext* context);

/// LLVM's error in words; takes it.
Error FromLlvm(llvm::Error error);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_BUILD_H_
