// Native code in this process. ORC's default linker for ELF is JITLink, which
// writes code to pages that are writable or executable, never both.
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "compiler/codegen/build.h"
#include "compiler/codegen/codegen.h"

namespace polc::codegen {

struct Native::Jit {
  Code code;  // of any set of the same functions
  std::string manifest;
  std::vector<uint64_t> tables;  // 8-aligned
};

Native::Native(std::unique_ptr<Jit> jit)
    : jit_(std::move(jit)), code_(*jit_->code.code) {
  code_.manifest = reinterpret_cast<const uint8_t*>(jit_->manifest.data());
  code_.manifest_size = jit_->manifest.size();
  code_.tables = reinterpret_cast<const uint8_t*>(jit_->tables.data());
}
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

Result<Code> MakeCode(SetBuilder* builder) {
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = builder->Emit(Placement::kBeside, context.get());
  auto jit = MakeJit();
  if (!jit) return FromLlvm(jit.takeError());
  module->setDataLayout((*jit)->getDataLayout());
  module->setTargetTriple((*jit)->getTargetTriple().str());
  if (llvm::Error error = (*jit)->addIRModule(
          llvm::orc::ThreadSafeModule(std::move(module), std::move(context)))) {
    return FromLlvm(std::move(error));
  }
  auto symbol = (*jit)->lookup("pol_module");
  if (!symbol) return FromLlvm(symbol.takeError());
  return Code{std::shared_ptr<llvm::orc::LLJIT>(std::move(*jit)),
              symbol->toPtr<const pol_code*>()};
}

}  // namespace

Compiler::Compiler(const Tuning& tuning)
    : tuning_(tuning),
      kept_(std::make_unique<Kept>()),
      languages_(std::make_unique<ir::LanguageMemory>(kept_->seed)) {}
Compiler::~Compiler() = default;

Result<std::unique_ptr<Native>> Compiler::Compile(const ir::Module& module,
                                                  const ir::Languages& langs) {
  InitializeTarget();
  SetBuilder builder(module, langs, tuning_, kept_.get());
  if (const Result<void> written = builder.Write(); !written) {
    return written.error();
  }
  if (kept_->code.code == nullptr || kept_->code_shapes != builder.shapes()) {
    Result<Code> made = MakeCode(&builder);
    if (!made) return made.error();
    kept_->code = std::move(*made);
    kept_->code_shapes = builder.shapes();
  }
  auto owner = std::make_unique<Native::Jit>();
  owner->code = kept_->code;
  owner->manifest = builder.manifest();
  const std::string& tables = builder.tables();
  owner->tables.resize((tables.size() + 7) / 8);
  std::memcpy(owner->tables.data(), tables.data(), tables.size());
  std::unique_ptr<Native> native(new Native(std::move(owner)));
  native->code_.tables_size = tables.size();
  native->code_.memo_size = builder.memo_size();
  kept_->Bound(tables.size(), module.rules.size());
  return native;
}

Result<std::unique_ptr<Native>> Compile(const ir::Module& module,
                                        const ir::Languages& langs,
                                        const Tuning& tuning) {
  return Compiler(tuning).Compile(module, langs);
}

}  // namespace polc::codegen
