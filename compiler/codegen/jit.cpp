// Native code in this process. ORC's default linker for ELF is JITLink, which
// writes code to pages that are writable or executable, never both.
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <utility>

#include "compiler/codegen/build.h"
#include "compiler/codegen/codegen.h"

namespace polc::codegen {

struct Native::Jit {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

Native::Native(std::unique_ptr<Jit> jit, const pol_code* code)
    : jit_(std::move(jit)), code_(code) {}
Native::~Native() = default;

namespace {

llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>> MakeJit() {
  auto machine = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!machine) return machine.takeError();
  // Higher levels take four to eight times as long to compile (docs/
  // performance.md) and make a decision at most twice as fast.
  machine->setCodeGenOptLevel(llvm::CodeGenOptLevel::None);
  machine->getOptions().EnableFastISel = true;
  llvm::orc::LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(std::move(*machine));
  // Generated code imports nothing and has no constructors to run.
  builder.setLinkProcessSymbolsByDefault(false);
  builder.setPlatformSetUp(llvm::orc::setUpInactivePlatform);
  return builder.create();
}

}  // namespace

Result<std::unique_ptr<Native>> Compile(const ir::Module& module,
                                        const ir::Languages& langs) {
  InitializeTarget();
  auto context = std::make_unique<llvm::LLVMContext>();
  auto built = BuildModule(module, langs, context.get());
  if (!built) return built.error();
  auto jit = MakeJit();
  if (!jit) return FromLlvm(jit.takeError());
  (*built)->setDataLayout((*jit)->getDataLayout());
  (*built)->setTargetTriple((*jit)->getTargetTriple().str());
  if (llvm::Error error = (*jit)->addIRModule(
          llvm::orc::ThreadSafeModule(std::move(*built), std::move(context)))) {
    return FromLlvm(std::move(error));
  }
  auto symbol = (*jit)->lookup("pol_module");
  if (!symbol) return FromLlvm(symbol.takeError());
  auto owner = std::make_unique<Native::Jit>();
  owner->jit = std::move(*jit);
  return std::unique_ptr<Native>(
      new Native(std::move(owner), symbol->toPtr<const pol_code*>()));
}

}  // namespace polc::codegen
