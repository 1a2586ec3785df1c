// Conditions. An `and` keeps what it has found so far in bits: it stops at
// false, gathers errors, and says at its end whether there were any; `or` is
// the same with true and false exchanged. The abstract program gathers through
// a table of all pairs of sets instead.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <string>

#include "compiler/codegen/emitter.h"
#include "compiler/support/check.h"

namespace polc::codegen {
namespace {

using ir::CondId;
using ir::CondKind;

unsigned Swap(unsigned bits) {
  return (bits & POL_ERROR) | ((bits & POL_TRUE) ? POL_FALSE : 0u) |
         ((bits & POL_FALSE) ? POL_TRUE : 0u);
}

unsigned BitsOf(ir::Verdict verdict) {
  switch (verdict) {
    case ir::Verdict::kFalse:
      return POL_FALSE;
    case ir::Verdict::kTrue:
      return POL_TRUE;
    case ir::Verdict::kError:
      return POL_ERROR;
  }
  POLC_UNREACHABLE("no such verdict");
}

bool IsOne(unsigned bits) { return (bits & (bits - 1)) == 0; }

}  // namespace

unsigned Emitter::MayBe(const ir::Cond& cond) const {
  auto operand = [&](size_t k) { return MayOf(cond.operands[k]); };
  switch (cond.kind) {
    case CondKind::kConst:
      return BitsOf(cond.verdict);
    case CondKind::kTest:
      return MayOfTest(cond);
    case CondKind::kCompare:
    case CondKind::kCalculate:
      return POL_ANY;
    case CondKind::kAll:
      return MayOfTest(cond) | POL_TRUE | (operand(0) & ~POL_TRUE);
    case CondKind::kNot:
      return Swap(operand(0));
    case CondKind::kAnd:
    case CondKind::kOr:
      break;
  }
  const unsigned unit = cond.kind == CondKind::kAnd ? POL_TRUE : POL_FALSE;
  unsigned all = unit;
  for (size_t k = 0; k < cond.operands.size(); ++k) {
    if ((operand(k) & unit) == 0) all &= ~unit;
    all |= operand(k) & ~unit;
  }
  return all;
}

const Emitter::Measured& Emitter::Measure(CondId id) const {
  Measured& out = measured_[id.value()];
  if (out.size != 0) return out;
  const ir::Cond& cond = ir_.cond(id);
  uint32_t size = 1;
  if (cond.kind == CondKind::kNot) {
    size = SizeOf(cond.operands[0]);
  } else if (cond.kind == CondKind::kAnd || cond.kind == CondKind::kOr) {
    const size_t n = std::min(cond.operands.size(), kInlineOperands + 1);
    for (size_t k = 0; k < n; ++k) {
      const uint32_t operand = SizeOf(cond.operands[k]);
      size += operand > kInlineTests ? 1 : operand;
    }
  }
  out = {size, MayBe(cond)};
  return out;
}

Emitter::Bits Emitter::Cond(Scope& s, CondId id) {
  // What is known without a look leaves its constants unread.
  const auto after = s.word + static_cast<uint32_t>(WordsOf(id));
  const Bits bits = IsCalled(id) ? Call(s, id) : Inline(s, id);
  s.word = after;
  return bits;
}

Emitter::Bits Emitter::Call(Scope& s, CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  if (cond.kind == CondKind::kAll && IsUnknown(s, cond.field)) {
    return Known(s, POL_ANY);
  }
  const Functions& shape = FunctionsOf(FormOf({id, s.quantifier}).shape);
  const bool is_concrete = s.mode == Mode::kConcrete;
  return {s.b.CreateCall(is_concrete ? shape.concrete : shape.abstract,
                         {s.frame, s.elements, Table(s)}),
          is_concrete ? MayOf(id) : POL_ANY};
}

Emitter::Bits Emitter::Inline(Scope& s, CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  switch (cond.kind) {
    case CondKind::kConst:
      return Known(s, BitsOf(cond.verdict));
    case CondKind::kTest:
      return Test(s, id);
    case CondKind::kCompare:
      return Compare(s, cond);
    case CondKind::kCalculate:
      return Calculate(s, id);
    case CondKind::kNot:
      return Not(s, cond.operands[0]);
    case CondKind::kAnd:
    case CondKind::kOr:
      return Fold(s, id);
    case CondKind::kAll:
      return IsUnknown(s, cond.field) ? Known(s, POL_ANY) : All(s, id);
  }
  POLC_UNREACHABLE("no such condition");
}

Emitter::Bits Emitter::Not(Scope& s, CondId id) {
  const Bits a = Cond(s, id);
  const unsigned may = Swap(a.may);
  if (IsOne(may)) return Known(s, may);
  // Bits 0 and 1 change places.
  llvm::Value* up = s.b.CreateShl(s.b.CreateAnd(a.value, 1), 1);
  llvm::Value* down = s.b.CreateAnd(s.b.CreateLShr(a.value, 1), 1);
  llvm::Value* bad = s.b.CreateAnd(a.value, POL_ERROR);
  return {s.b.CreateOr(s.b.CreateOr(up, down), bad), may};
}

Emitter::Bits Emitter::Combine(Scope& s, bool is_and, Bits a, Bits b) {
  if (s.mode == Mode::kConcrete) {
    return {s.b.CreateOr(a.value, b.value), a.may | b.may};
  }
  llvm::Value* table = out_->getNamedValue(is_and ? "and_table" : "or_table");
  llvm::Value* index = s.b.CreateOr(s.b.CreateShl(a.value, 3), b.value);
  llvm::Value* at = s.b.CreateGEP(s.b.getInt8Ty(), table,
                                  s.b.CreateZExt(index, s.b.getInt64Ty()));
  llvm::Value* cell = s.b.CreateLoad(s.b.getInt8Ty(), at);
  return {s.b.CreateZExt(cell, s.b.getInt32Ty()), POL_ANY};
}

// One verdict out of the bits gathered: what stops is before an error, which
// is before the unit.
Emitter::Bits Emitter::Settle(Scope& s, unsigned unit, Bits gathered) {
  const unsigned zero = Swap(unit);
  uint32_t table = 0;
  for (unsigned bits = 0; bits < 8; ++bits) {
    const unsigned verdict = (bits & zero) != 0        ? zero
                             : (bits & POL_ERROR) != 0 ? POL_ERROR
                                                       : unit;
    table |= verdict << (3 * bits);
  }
  llvm::Value* shift = s.b.CreateMul(gathered.value, s.b.getInt32(3));
  llvm::Value* moved = s.b.CreateLShr(s.b.getInt32(table), shift);
  return {s.b.CreateAnd(moved, 7), gathered.may};
}

Emitter::Bits Emitter::Fold(Scope& s, CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  const bool is_and = cond.kind == CondKind::kAnd;
  const unsigned unit = is_and ? POL_TRUE : POL_FALSE;
  const unsigned zero = Swap(unit);
  llvm::LLVMContext& context = out_->getContext();
  llvm::BasicBlock* done = llvm::BasicBlock::Create(context);
  std::vector<llvm::BasicBlock*> exits;  // where it was found what stops
  Bits all = Known(s, unit);
  size_t gathered = 0;
  for (const CondId operand : cond.operands) {
    Bits one = Cond(s, operand);
    if (one.may == zero) {
      all = one;
      gathered = 1;
      break;
    }
    const bool is_last = operand == cond.operands.back();
    if ((one.may & zero) != 0 && !is_last &&
        !llvm::isa<llvm::Constant>(one.value)) {
      llvm::BasicBlock* next =
          llvm::BasicBlock::Create(context, "", s.function);
      exits.push_back(s.b.GetInsertBlock());
      s.b.CreateCondBr(s.b.CreateICmpEQ(one.value, s.b.getInt32(zero)), done,
                       next);
      s.b.SetInsertPoint(next);
      if (s.mode == Mode::kConcrete) one.may &= ~zero;
    }
    if (one.may == unit) continue;
    all = gathered == 0 ? one : Combine(s, is_and, all, one);
    ++gathered;
  }
  if (gathered > 1 && s.mode == Mode::kConcrete) all = Settle(s, unit, all);
  if (exits.empty()) {
    delete done;
    return all;
  }
  llvm::BasicBlock* fallen = s.b.GetInsertBlock();
  s.b.CreateBr(done);
  done->insertInto(s.function);
  s.b.SetInsertPoint(done);
  llvm::PHINode* phi =
      s.b.CreatePHI(s.b.getInt32Ty(), static_cast<unsigned>(exits.size()) + 1);
  for (llvm::BasicBlock* exit : exits) {
    phi->addIncoming(s.b.getInt32(zero), exit);
  }
  phi->addIncoming(all.value, fallen);
  return {phi, all.may | zero};
}

// The body of a quantifier's function.
Emitter::Bits Emitter::All(Scope& s, CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  llvm::LLVMContext& context = out_->getContext();
  auto block = [&](const char* name) {
    return llvm::BasicBlock::Create(context, name, s.function);
  };
  llvm::Type* word = s.b.getInt32Ty();
  // Allocas stand at the function's start: quantifiers are functions.
  llvm::BasicBlock& start = s.function->getEntryBlock();
  llvm::Value* found =
      llvm::IRBuilder<>(&start, start.begin()).CreateAlloca(word);
  llvm::Value* list = Slot(s, cond.field);
  llvm::Value* error = Word(s);
  llvm::Value* outcomes = Word(s);
  llvm::Value* kind = s.b.CreateLoad(s.b.getInt8Ty(), list);
  llvm::BasicBlock* elements = block("elements");
  llvm::BasicBlock* other = block("other");
  llvm::BasicBlock* end = block("end");
  s.b.CreateCondBr(s.b.CreateICmpEQ(kind, s.b.getInt8(POL_LIST)), elements,
                   other);
  s.b.SetInsertPoint(other);
  llvm::Value* outcome =
      s.b.CreateCall(Helper("kind"), {s.frame, list, outcomes, error});
  s.b.CreateStore(outcome, found);
  s.b.CreateBr(end);
  s.b.SetInsertPoint(elements);
  AllElements(s, cond.operands[0], list, found, end);
  s.b.SetInsertPoint(end);
  return {s.b.CreateLoad(word, found), POL_ANY};
}

// Where the next element's fields and memory go.
llvm::Value* Emitter::ElementRoom(Scope& s, int32_t quantifier) {
  const Layout::Quantifier& q =
      layout_.quantifiers[static_cast<size_t>(quantifier)];
  const Range memo = element_memo_[q.body.value()];
  llvm::BasicBlock& start = s.function->getEntryBlock();
  llvm::IRBuilder<> entry(&start, start.begin());
  const auto cells = static_cast<uint64_t>(memo.hi - memo.lo);
  auto* type = llvm::StructType::get(
      out_->getContext(),
      {llvm::ArrayType::get(NamedType("slot"), q.fields.size()),
       llvm::ArrayType::get(entry.getInt8Ty(), std::max<uint64_t>(cells, 1))});
  return entry.CreateAlloca(type);
}

void Emitter::AllElements(Scope& s, CondId body, llvm::Value* list,
                          llvm::Value* found, llvm::BasicBlock* end) {
  const int32_t quantifier = layout_.quantifier_of.at(body);
  llvm::Value* number = Word(s);
  llvm::Value* constants = Table(s);
  llvm::LLVMContext& context = out_->getContext();
  auto block = [&](const char* name) {
    return llvm::BasicBlock::Create(context, name, s.function);
  };
  llvm::Type* word = s.b.getInt32Ty();
  llvm::Value* room = ElementRoom(s, quantifier);
  llvm::BasicBlock& start = s.function->getEntryBlock();
  llvm::Value* position = llvm::IRBuilder<>(&start, start.begin())
                              .CreateAlloca(NamedType("iterator"));
  s.b.CreateCall(Helper("clear"),
                 {position, s.b.getInt64(sizeof(pol_iterator))});
  s.b.CreateStore(s.b.getInt32(POL_TRUE), found);
  llvm::BasicBlock* head = block("head");
  llvm::BasicBlock* step = block("step");
  llvm::BasicBlock* past = block("past");
  s.b.CreateBr(head);
  s.b.SetInsertPoint(head);
  llvm::Value* more =
      s.b.CreateCall(Helper("next"), {s.frame, list, position, number, room});
  s.b.CreateCondBr(s.b.CreateICmpNE(more, s.b.getInt32(0)), step, past);

  s.b.SetInsertPoint(step);
  const Range memo = element_memo_[body.value()];
  if (memo.lo != memo.hi) {
    const auto cells = static_cast<uint64_t>(memo.hi - memo.lo);
    llvm::Value* first = s.b.CreateConstGEP1_64(
        s.b.getInt8Ty(), room,
        layout_.quantifiers[static_cast<size_t>(quantifier)].fields.size() *
            sizeof(pol_slot));
    s.b.CreateCall(Helper("clear"), {first, s.b.getInt64(cells)});
  }
  const Functions& shape = FunctionsOf(FormOf({body, quantifier}).shape);
  const Bits one = {s.b.CreateCall(s.mode == Mode::kConcrete ? shape.concrete
                                                             : shape.abstract,
                                   {s.frame, room, constants}),
                    POL_ANY};
  llvm::BasicBlock* stop = block("stop");
  llvm::BasicBlock* keep = block("keep");
  llvm::Value* is_false =
      s.b.CreateICmpEQ(one.value, s.b.getInt32(uint32_t{POL_FALSE}));
  s.b.CreateCondBr(is_false, stop, keep);
  s.b.SetInsertPoint(stop);
  s.b.CreateStore(s.b.getInt32(uint32_t{POL_FALSE}), found);
  s.b.CreateBr(end);
  s.b.SetInsertPoint(keep);
  const Bits so_far{s.b.CreateLoad(word, found), POL_ANY};
  s.b.CreateStore(Combine(s, true, so_far, one).value, found);
  s.b.CreateBr(head);

  s.b.SetInsertPoint(past);
  if (s.mode == Mode::kConcrete) {
    const Bits all{s.b.CreateLoad(word, found), POL_ANY};
    s.b.CreateStore(Settle(s, POL_TRUE, all).value, found);
  }
  s.b.CreateBr(end);
}

}  // namespace polc::codegen
