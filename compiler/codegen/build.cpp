#include "compiler/codegen/build.h"

#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>
#include <string>

#include "compiler/codegen/emitter.h"
#include "compiler/codegen/helpers.h"
#include "compiler/codegen/layout.h"
#include "compiler/codegen/manifest.h"
#include "compiler/support/check.h"

namespace polc::codegen {

void InitializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Both return true on failure: LLVM was built without this machine.
    const bool failed = llvm::InitializeNativeTarget() ||
                        llvm::InitializeNativeTargetAsmPrinter();
    POLC_CHECK(!failed, "LLVM has no code generator for this machine");
  });
}

Result<std::unique_ptr<llvm::Module>> BuildModule(const ir::Module& module,
                                                  const ir::Languages& langs,
                                                  llvm::LLVMContext* context) {
  llvm::SMDiagnostic problem;
  std::unique_ptr<llvm::Module> out = llvm::parseAssemblyString(
      std::string(kHelpers) + kTestHelpers, problem, *context);
  POLC_CHECK(out != nullptr, "helpers: " + problem.getMessage().str() +
                                 " at line " +
                                 std::to_string(problem.getLineNo()));
  out->setModuleIdentifier("policy");
  out->setSourceFileName("policy");
  // From here on only functions and data need names.
  context->setDiscardValueNames(true);
  const Layout layout = MakeLayout(module);
  const std::string manifest =
      runtime::EncodeManifest(MakeManifest(module, layout));
  const Result<void> emitted =
      Emitter(module, langs, layout, out.get()).Run(manifest);
  if (!emitted) return emitted.error();
  std::string bad;
  llvm::raw_string_ostream stream(bad);
  const bool is_broken = llvm::verifyModule(*out, &stream);
  POLC_CHECK(!is_broken, "generated code: " + stream.str());
  return out;
}

Error FromLlvm(llvm::Error error) {
  return Error{"code generation: " + llvm::toString(std::move(error))};
}

}  // namespace polc::codegen
