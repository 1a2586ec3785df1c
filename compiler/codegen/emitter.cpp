#include "compiler/codegen/emitter.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include "compiler/support/check.h"

namespace polc::codegen {

Emitter::Emitter(const ir::Module& ir, const ir::Languages& langs,
                 const ir::Digests& digests, const Layout& layout, Kept* kept)
    : ir_(ir),
      langs_(langs),
      layout_(layout),
      kept_(*kept),
      blob_(&kept->blob),
      measured_(ir.conds.size()),
      automata_(ir.langs.size()) {
  NumberMemo(digests);
}

// An `and` is gone through by the matcher, unless its verdict is remembered.
bool Emitter::IsList(ir::CondId id) const {
  return ir_.cond(id).kind == ir::CondKind::kAnd && memo_of_[id.value()] < 0;
}

uint32_t Emitter::GuardOf(ir::CondId id, ir::CondId known, uint32_t demand,
                          KeptGuard* kept) {
  if (!known.valid()) {
    const auto found = guards_.find(id);
    if (found != guards_.end() && kept == nullptr) return found->second;
  }
  const ir::Cond& cond = ir_.cond(id);
  const Range memo = request_memo_[id.value()];
  const bool is_list = IsList(id);
  std::vector<ir::CondId> operands = {id};
  if (is_list) operands = cond.operands;
  std::erase(operands, known);
  Words words = {0};
  if (memo.lo != memo.hi) {
    words[0] = runtime::kGuardRemembers;
    words.Add(static_cast<uint32_t>(memo.lo));
    words.Add(static_cast<uint32_t>(memo.hi - memo.lo));
  }
  std::vector<ShapeUse> uses;
  bool is_own = true;
  for (size_t i = 0; i < operands.size(); ++i, ++words[0]) {
    if (ir_.cond(operands[i]).kind == ir::CondKind::kTest) {
      AddTest(operands[i], MeetRanges(i, &operands), &words);
      continue;
    }
    const Form form = FormOf({operands[i], -1});
    words.Add(runtime::kTestCall);
    AddCall(form, &words);
    const auto place =
        std::find(cond.operands.begin(), cond.operands.end(), operands[i]);
    uses.push_back(
        {form.shape, demand,
         is_list ? static_cast<uint32_t>(place - cond.operands.begin()) : 0});
    is_own = is_own && form.is_own;
  }
  const uint32_t at = blob_->Add(words);
  if (!known.valid()) guards_.emplace(id, at);
  if (kept != nullptr && is_own) {
    kept->piece = at;
    kept->uses = {static_cast<uint32_t>(kept_.uses.size()),
                  static_cast<uint32_t>(uses.size())};
    kept_.uses.insert(kept_.uses.end(), uses.begin(), uses.end());
  }
  return at;
}

bool Emitter::Use(ir::CondId guard, const ShapeUse& use) {
  if (IsUsed(use.shape)) return true;
  // The next one may be of those that are written another way.
  if (used_ >= kMaxShapes) return false;
  const ir::CondId has_it =
      IsList(guard) ? ir_.cond(guard).operands[use.operand] : guard;
  SetUsed(use.shape, {has_it, -1}, /*is_generic=*/false);
  return true;
}

void Emitter::AddNumbers(const ir::Digests& digests, ir::Digester* out) const {
  for (size_t i = 0; i < memo_of_.size(); ++i) {
    if (memo_of_[i] < 0) continue;
    out->Add(digests.conds[i]);
    out->Add(static_cast<uint64_t>(memo_of_[i]));
  }
}

Emitter::Bits Emitter::Known(Scope& s, unsigned bits) {
  return {s.b.getInt32(bits), bits};
}

llvm::Value* Emitter::Word(Scope& s) {
  llvm::Value* at =
      s.b.CreateConstGEP1_32(s.b.getInt32Ty(), s.constants, s.word++);
  return s.b.CreateLoad(s.b.getInt32Ty(), at);
}

// A number of 64 bits, of which the low half is first.
llvm::Value* Emitter::Wide(Scope& s) {
  llvm::Value* at =
      s.b.CreateConstGEP1_32(s.b.getInt32Ty(), s.constants, s.word);
  s.word += 2;
  return s.b.CreateAlignedLoad(s.b.getInt64Ty(), at, llvm::Align(4));
}

// What lies in the tables at the next word's offset.
llvm::Value* Emitter::Table(Scope& s) {
  llvm::Value* offset = Word(s);
  return s.b.CreateCall(Helper("table"), {s.frame, offset});
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

llvm::Function* Emitter::NewFunction(const std::string& name) {
  llvm::LLVMContext& context = out_->getContext();
  const std::vector<llvm::Type*> pointers(3,
                                          llvm::PointerType::get(context, 0));
  auto* type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context),
                                       pointers, /*isVarArg=*/false);
  llvm::Function* function = llvm::Function::Create(
      type, llvm::GlobalValue::InternalLinkage, name, out_);
  function->setDoesNotThrow();
  return function;
}

Emitter::Scope Emitter::Begin(llvm::IRBuilderBase& b, llvm::Function* function,
                              Mode mode, int32_t quantifier) {
  b.SetInsertPoint(
      llvm::BasicBlock::Create(out_->getContext(), "entry", function));
  llvm::Value* frame = function->getArg(0);
  llvm::Value* slots = b.CreateLoad(b.getPtrTy(), frame);
  return {b,
          function,
          frame,
          slots,
          function->getArg(1),
          function->getArg(2),
          quantifier,
          mode};
}

}  // namespace polc::codegen
