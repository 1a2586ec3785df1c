#include "compiler/codegen/emitter.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include "compiler/support/check.h"

namespace polc::codegen {

Emitter::Emitter(const ir::Module& ir, const ir::Languages& langs,
                 const Layout& layout, llvm::Module* out)
    : ir_(ir), langs_(langs), layout_(layout), out_(out) {
  MeasureConds();
  NumberMemo();
}

Result<void> Emitter::Run(const std::string& manifest) {
  EmitVotes();
  EmitSchemas();
  EmitCovers();
  EmitBodies();
  EmitEntry(manifest);
  if (data_bytes_ > kMaxDataBytes) {
    return Error{"the policy set's strings need tables of more than " +
                 std::to_string(kMaxDataBytes >> 20) + " MiB"};
  }
  return {};
}

Emitter::Bits Emitter::Known(Scope& s, unsigned bits) {
  return {s.b.getInt32(bits), bits};
}

llvm::Constant* Emitter::Number(size_t n) {
  return llvm::ConstantInt::get(llvm::Type::getInt32Ty(out_->getContext()), n);
}

llvm::Function* Emitter::Helper(std::string_view name) const {
  llvm::Function* function = out_->getFunction(name);
  POLC_CHECK(function != nullptr, "no such helper");
  return function;
}

llvm::Type* Emitter::NamedType(std::string_view name) const {
  llvm::Type* type = llvm::StructType::getTypeByName(out_->getContext(), name);
  POLC_CHECK(type != nullptr, "no such type");
  return type;
}

llvm::Function* Emitter::NewFunction(const std::string& name,
                                     unsigned parameters) {
  llvm::LLVMContext& context = out_->getContext();
  const std::vector<llvm::Type*> pointers(parameters,
                                          llvm::PointerType::get(context, 0));
  auto* type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context),
                                       pointers, /*isVarArg=*/false);
  llvm::Function* function = llvm::Function::Create(
      type, llvm::GlobalValue::InternalLinkage, name, out_);
  function->setDoesNotThrow();
  return function;
}

Emitter::Scope Emitter::Begin(llvm::IRBuilderBase& b, llvm::Function* function,
                              Mode mode) {
  b.SetInsertPoint(
      llvm::BasicBlock::Create(out_->getContext(), "entry", function));
  llvm::Value* frame = function->getArg(0);
  llvm::Value* slots = b.CreateLoad(b.getPtrTy(), frame);
  llvm::Value* none = llvm::ConstantPointerNull::get(b.getPtrTy());
  return {b, function, frame, slots, none, none, -1, mode};
}

}  // namespace polc::codegen
