// From decision IR to tables, a manifest and a verified LLVM module, and the
// machine they are for. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_BUILD_H_
#define POLC_COMPILER_CODEGEN_BUILD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/blob.h"
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/kept.h"
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

/// Registers this machine's target with LLVM, once per process.
void InitializeTarget();

/// One policy set on its way: first its tables and manifest, then, if nobody
/// has it yet, its code.
class SetBuilder {
 public:
  /// All must outlive the builder.
  SetBuilder(const ir::Module& module, const ir::Languages& langs,
             const Tuning& tuning, Kept* kept);
  ~SetBuilder();

  Result<void> Write();
  const std::string& tables() const { return linked_.tables; }
  const std::string& manifest() const { return manifest_; }
  /// The functions that the tables name: what the code depends on, no more.
  const std::vector<uint32_t>& shapes() const { return linked_.shapes; }
  uint64_t memo_size() const;

  /// Builds and verifies the module of these functions.
  std::unique_ptr<llvm::Module> Emit(Placement placement,
                                     llvm::LLVMContext* context);

 private:
  struct Parts;
  ir::Digest LayoutDigest() const;
  void AddEntry(Placement placement, llvm::Module* out) const;

  const ir::Module& module_;
  const ir::Languages& langs_;
  const Tuning& tuning_;
  Kept& kept_;
  std::unique_ptr<Parts> parts_;
  Blob::Linked linked_;
  std::string manifest_;
};

/// LLVM's error in words; takes it.
Error FromLlvm(llvm::Error error);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_BUILD_H_
