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

// An `and` or `or` of more operands is split into functions of so many.
constexpr size_t kPieceOperands = 16;

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

unsigned Emitter::MayOf(const ir::Cond& cond) const {
  auto operand = [&](size_t k) -> unsigned {
    return may_[cond.operands[k].value()];
  };
  switch (cond.kind) {
    case CondKind::kConst:
      return BitsOf(cond.verdict);
    case CondKind::kTest:
      return MayOfTest(cond);
    case CondKind::kCompare:
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

void Emitter::MeasureConds() {
  size_.resize(ir_.conds.size());
  may_.resize(ir_.conds.size());
  for (size_t i = 0; i < ir_.conds.size(); ++i) {
    const ir::Cond& cond = ir_.conds[i];
    uint32_t size = 1;
    if (cond.kind == CondKind::kNot) {
      size = size_[cond.operands[0].value()];
    } else if (cond.kind == CondKind::kAnd || cond.kind == CondKind::kOr) {
      const size_t n = std::min(cond.operands.size(), kPieceOperands + 1);
      for (size_t k = 0; k < n; ++k) {
        const uint32_t operand = size_[cond.operands[k].value()];
        size += operand > kInlineTests ? 1 : operand;
      }
    }
    size_[i] = size;
    may_[i] = static_cast<uint8_t>(MayOf(cond));
  }
}

llvm::Function* Emitter::FunctionOf(Body body) {
  if (!layout_.reads_element[body.cond.value()]) body.quantifier = -1;
  llvm::Function*& function = functions_[body];
  if (function == nullptr) {
    std::string name = "cond" + std::to_string(body.cond.index);
    if (body.piece >= 0) name += "." + std::to_string(body.piece);
    if (body.quantifier >= 0) name += ".q" + std::to_string(body.quantifier);
    if (body.mode == Mode::kAbstract) name += ".abstract";
    function = NewFunction(name, 3);
    todo_.emplace_back(body, function);
  }
  return function;
}

void Emitter::EmitBodies() {
  while (!todo_.empty()) {
    const auto [body, function] = todo_.front();
    todo_.pop_front();
    EmitBody(body, function);
  }
}

void Emitter::EmitBody(const Body& body, llvm::Function* function) {
  llvm::IRBuilder<> builder(out_->getContext());
  Scope s = Begin(builder, function, body.mode);
  s.elements = function->getArg(1);
  s.memo = function->getArg(2);
  s.quantifier = body.quantifier;
  if (body.piece >= 0 || memo_of_[body.cond.value()] < 0) {
    builder.CreateRet(Inline(s, body.cond, body.piece).value);
    return;
  }
  llvm::LLVMContext& context = out_->getContext();
  auto* known = llvm::BasicBlock::Create(context, "known", function);
  auto* fresh = llvm::BasicBlock::Create(context, "fresh", function);
  llvm::Value* cell = MemoCell(s, body.cond);
  llvm::Value* old = builder.CreateLoad(builder.getInt8Ty(), cell);
  builder.CreateCondBr(builder.CreateICmpNE(old, builder.getInt8(0)), known,
                       fresh);
  builder.SetInsertPoint(known);
  builder.CreateRet(builder.CreateZExt(old, builder.getInt32Ty()));
  builder.SetInsertPoint(fresh);
  const Bits bits = Inline(s, body.cond, -1);
  builder.CreateStore(builder.CreateTrunc(bits.value, builder.getInt8Ty()),
                      cell);
  builder.CreateRet(bits.value);
}

Emitter::Bits Emitter::Cond(Scope& s, CondId id) {
  const CondKind kind = ir_.cond(id).kind;
  const bool is_function = size_[id.value()] > kInlineTests ||
                           kind == CondKind::kAll || memo_of_[id.value()] >= 0;
  return is_function ? Call(s, id, -1) : Inline(s, id, -1);
}

Emitter::Bits Emitter::Call(Scope& s, CondId id, int32_t piece) {
  const ir::Cond& cond = ir_.cond(id);
  if (cond.kind == CondKind::kAll && IsUnknown(s, cond.field)) {
    return Known(s, POL_ANY);
  }
  llvm::Function* function = FunctionOf({id, piece, s.quantifier, s.mode});
  const bool whole = s.mode == Mode::kConcrete && piece < 0;
  return {s.b.CreateCall(function, {s.frame, s.elements, s.memo}),
          whole ? unsigned{may_[id.value()]} : POL_ANY};
}

Emitter::Bits Emitter::Inline(Scope& s, CondId id, int32_t piece) {
  const ir::Cond& cond = ir_.cond(id);
  switch (cond.kind) {
    case CondKind::kConst:
      return Known(s, BitsOf(cond.verdict));
    case CondKind::kTest:
      return Test(s, id);
    case CondKind::kCompare:
      return Compare(s, cond);
    case CondKind::kNot:
      return Not(s, cond.operands[0]);
    case CondKind::kAnd:
    case CondKind::kOr:
      return Fold(s, id, piece);
    case CondKind::kAll:
      return All(s, cond);
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

// With `on_zero`, control goes there where the fold finds what stops it, and
// the value returned is that of the other paths.
Emitter::Bits Emitter::Fold(Scope& s, CondId id, int32_t piece,
                            llvm::BasicBlock* on_zero) {
  const ir::Cond& cond = ir_.cond(id);
  const bool is_and = cond.kind == CondKind::kAnd;
  const unsigned unit = is_and ? POL_TRUE : POL_FALSE;
  const unsigned zero = Swap(unit);
  const size_t n = cond.operands.size();
  const bool is_split = piece < 0 && n > kPieceOperands;
  const size_t first = piece < 0 ? 0 : kPieceOperands * size_t(piece);
  const size_t last = is_split     ? (n + kPieceOperands - 1) / kPieceOperands
                      : piece >= 0 ? std::min(n, first + kPieceOperands)
                                   : n;
  llvm::LLVMContext& context = out_->getContext();
  llvm::BasicBlock* done =
      on_zero != nullptr ? on_zero : llvm::BasicBlock::Create(context);
  std::vector<llvm::BasicBlock*> exits;  // where it was found what stops
  Bits all = Known(s, unit);
  size_t gathered = 0;
  for (size_t k = first; k < last; ++k) {
    Bits one = is_split ? Call(s, id, static_cast<int32_t>(k))
                        : Cond(s, cond.operands[k]);
    if (one.may == zero) {
      all = one;
      gathered = 1;
      break;
    }
    const bool is_last = k + 1 == last;
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
  if (on_zero != nullptr) return all;
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

// A rule's guard: control goes to `on_false` where it is false at once. The
// value may still be false: what came last is for the caller to look at.
Emitter::Bits Emitter::Guard(Scope& s, CondId id, llvm::BasicBlock* on_false) {
  const bool is_and = ir_.cond(id).kind == CondKind::kAnd;
  if (!is_and || size_[id.value()] > kInlineTests ||
      memo_of_[id.value()] >= 0) {
    return Cond(s, id);
  }
  return Fold(s, id, -1, on_false);
}

// The body of a quantifier's function.
Emitter::Bits Emitter::All(Scope& s, const ir::Cond& cond) {
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
  llvm::Value* kind = s.b.CreateLoad(s.b.getInt8Ty(), list);
  llvm::BasicBlock* elements = block("elements");
  llvm::BasicBlock* other = block("other");
  llvm::BasicBlock* end = block("end");
  s.b.CreateCondBr(s.b.CreateICmpEQ(kind, s.b.getInt8(POL_LIST)), elements,
                   other);
  s.b.SetInsertPoint(other);
  llvm::Value* error =
      s.b.getInt32(static_cast<uint32_t>(ErrorIndex(s, cond.field)));
  llvm::Value* outcome = s.b.CreateCall(
      Helper("kind"),
      {s.frame, list, s.b.getInt32(PackOutcomes(cond.on)), error});
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
  llvm::Value* more = s.b.CreateCall(
      Helper("next"), {s.frame, list, position,
                       s.b.getInt32(static_cast<uint32_t>(quantifier)), room});
  s.b.CreateCondBr(s.b.CreateICmpNE(more, s.b.getInt32(0)), step, past);

  s.b.SetInsertPoint(step);
  Scope inner = s;
  inner.elements = room;
  inner.quantifier = quantifier;
  const Range memo = element_memo_[body.value()];
  if (memo.lo != memo.hi) {
    const auto cells = static_cast<uint64_t>(memo.hi - memo.lo);
    llvm::Value* first = s.b.CreateConstGEP1_64(
        s.b.getInt8Ty(), room,
        layout_.quantifiers[static_cast<size_t>(quantifier)].fields.size() *
            sizeof(pol_slot));
    s.b.CreateCall(Helper("clear"), {first, s.b.getInt64(cells)});
  }
  const Bits one = Cond(inner, body);
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
