// Text IR, assembly and objects: for any processor of this machine's
// architecture, position-independent, the same bytes every time.
#include <llvm/ADT/SmallString.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>

#include <optional>

#include "compiler/codegen/build.h"
#include "compiler/codegen/codegen.h"

namespace polc::codegen {
namespace {

Result<std::unique_ptr<llvm::TargetMachine>> MakeMachine() {
  InitializeTarget();
  const std::string triple = llvm::sys::getDefaultTargetTriple();
  std::string problem;
  const llvm::Target* target =
      llvm::TargetRegistry::lookupTarget(triple, problem);
  if (target == nullptr) return Error{"code generation: " + problem};
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, /*CPU=*/"", /*Features=*/"", llvm::TargetOptions(),
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::None));
  if (machine == nullptr) {
    return Error{"code generation: no machine for " + triple};
  }
  return machine;
}

struct Unit {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

Result<Unit> MakeUnit(const ir::Module& module, const ir::Languages& langs) {
  Unit unit;
  unit.context = std::make_unique<llvm::LLVMContext>();
  auto machine = MakeMachine();
  if (!machine) return machine.error();
  unit.machine = std::move(*machine);
  Kept kept;
  const Tuning tuning;
  SetBuilder builder(module, langs, tuning, &kept);
  if (const Result<void> written = builder.Write(); !written) {
    return written.error();
  }
  unit.module = builder.Emit(Placement::kEmbedded, unit.context.get());
  unit.module->setDataLayout(unit.machine->createDataLayout());
  unit.module->setTargetTriple(unit.machine->getTargetTriple().str());
  return unit;
}

Result<std::string> EmitFile(const ir::Module& module,
                             const ir::Languages& langs,
                             llvm::CodeGenFileType type) {
  Result<Unit> unit = MakeUnit(module, langs);
  if (!unit) return unit.error();
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (unit->machine->addPassesToEmitFile(passes, stream, nullptr, type)) {
    return Error{"code generation: this machine cannot emit such a file"};
  }
  passes.run(*unit->module);
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

Result<std::string> EmitLlvm(const ir::Module& module,
                             const ir::Languages& langs) {
  Result<Unit> unit = MakeUnit(module, langs);
  if (!unit) return unit.error();
  std::string text;
  llvm::raw_string_ostream stream(text);
  unit->module->print(stream, nullptr);
  return stream.str();
}

Result<std::string> EmitAssembly(const ir::Module& module,
                                 const ir::Languages& langs) {
  return EmitFile(module, langs, llvm::CodeGenFileType::AssemblyFile);
}

Result<std::string> EmitObject(const ir::Module& module,
                               const ir::Languages& langs) {
  return EmitFile(module, langs, llvm::CodeGenFileType::ObjectFile);
}

}  // namespace polc::codegen
