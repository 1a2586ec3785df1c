// Tests of fields: the outcome table first, then, for the one kind that needs
// it, a look at the value.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/codegen/emitter.h"
#include "compiler/support/check.h"

namespace polc::codegen {
namespace {

using ir::Kind;
using ir::Outcome;
using ir::TestKind;

static_assert(static_cast<int>(Kind::kMissing) == POL_MISSING &&
              static_cast<int>(Kind::kList) == POL_LIST &&
              static_cast<int>(Kind::kBad) == POL_BAD);
static_assert(static_cast<int>(ir::CompareOp::kUnderJoin) == 3);

// A set of at most so many strings is compared with each, not scanned for.
constexpr size_t kMaxLiterals = 4;
// So many intervals are compared in line.
constexpr size_t kInlineIntervals = 4;

unsigned BitsOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFalse:
      return POL_FALSE;
    case Outcome::kTrue:
      return POL_TRUE;
    case Outcome::kError:
      return POL_ERROR;
    case Outcome::kTest:
      return 0;
  }
  POLC_UNREACHABLE("no such outcome");
}

uint32_t Bit(Kind kind) { return 1u << static_cast<int>(kind); }

// The same set with both ends inside, which doubles allow: an open end is the
// next double. Sets that thereby become empty are left out.
std::vector<ir::Interval> Closed(const std::vector<ir::Interval>& intervals) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<ir::Interval> closed;
  for (const ir::Interval& from : intervals) {
    ir::Interval to;
    to.lo = from.lo_open ? std::nextafter(from.lo, kInfinity) : from.lo;
    to.hi = from.hi_open ? std::nextafter(from.hi, -kInfinity) : from.hi;
    if (to.lo <= to.hi) closed.push_back(to);
  }
  return closed;
}

}  // namespace

uint32_t Emitter::PackOutcomes(const ir::Outcomes& on) {
  uint32_t table = 0;
  for (size_t kind = 0; kind < on.size(); ++kind) {
    table |= BitsOf(on[kind]) << (3 * kind);
  }
  return table;
}

unsigned Emitter::MayOfTest(const ir::Cond& cond) {
  unsigned may = 0;
  for (const Outcome outcome : cond.on) {
    may |= BitsOf(outcome);
    if (outcome != Outcome::kTest || cond.kind == ir::CondKind::kAll) continue;
    may |= POL_TRUE | POL_FALSE;
    if (cond.test.max_bytes != 0 || cond.test.domain.valid()) may |= POL_ERROR;
  }
  return may;
}

bool Emitter::IsUnknown(const Scope& s, ir::FieldId id) const {
  const ir::Root root = ir_.field(id).root;
  return s.mode == Mode::kAbstract &&
         (root == ir::Root::kArgs || root == ir::Root::kSession);
}

int32_t Emitter::ErrorIndex(const Scope& s, ir::FieldId id) const {
  return s.mode == Mode::kAbstract ? -1 : layout_.error_of[id.value()];
}

llvm::Value* Emitter::Slot(Scope& s, ir::FieldId id) {
  if (ir_.field(id).root == ir::Root::kElement) {
    POLC_CHECK(s.quantifier >= 0, "an element outside a quantifier");
    const std::vector<ir::FieldId>& fields =
        layout_.quantifiers[static_cast<size_t>(s.quantifier)].fields;
    const auto at = std::lower_bound(fields.begin(), fields.end(), id);
    POLC_CHECK(at != fields.end() && *at == id, "a field that nobody reads");
    return s.b.CreateConstGEP1_32(NamedType("slot"), s.elements,
                                  static_cast<unsigned>(at - fields.begin()));
  }
  const int32_t slot = layout_.slot_of[id.value()];
  POLC_CHECK(slot >= 0, "a field without a slot");
  return s.b.CreateConstGEP1_32(NamedType("slot"), s.slots,
                                static_cast<unsigned>(slot));
}

llvm::Value* Emitter::KindOf(Scope& s, llvm::Value* slot) {
  return s.b.CreateZExt(s.b.CreateLoad(s.b.getInt8Ty(), slot),
                        s.b.getInt32Ty());
}

Emitter::Bits Emitter::Test(Scope& s, ir::CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  if (IsUnknown(s, cond.field)) return Known(s, POL_ANY);
  const unsigned may = MayOfTest(cond);
  llvm::Value* slot = Slot(s, cond.field);
  llvm::Value* kind = KindOf(s, slot);
  llvm::Value* table = s.b.getInt32(PackOutcomes(cond.on));
  llvm::Value* error =
      s.b.getInt32(static_cast<uint32_t>(ErrorIndex(s, cond.field)));
  auto outcome = [&]() -> llvm::Value* {
    if ((PackOutcomes(cond.on) & 0444444444u) == 0) {  // no kind is an error
      llvm::Value* shift = s.b.CreateMul(kind, s.b.getInt32(3));
      return s.b.CreateAnd(s.b.CreateLShr(table, shift), 7);
    }
    return s.b.CreateCall(Helper("outcome"), {s.frame, kind, table, error});
  };
  const auto looked = std::find(cond.on.begin(), cond.on.end(), Outcome::kTest);
  if (looked == cond.on.end()) return {outcome(), may};

  llvm::LLVMContext& context = out_->getContext();
  auto block = [&] {
    return llvm::BasicBlock::Create(context, "", s.function);
  };
  llvm::BasicBlock* look = block();
  llvm::BasicBlock* other = block();
  llvm::BasicBlock* done = block();
  const auto index = static_cast<uint32_t>(looked - cond.on.begin());
  s.b.CreateCondBr(s.b.CreateICmpEQ(kind, s.b.getInt32(index)), look, other);
  s.b.SetInsertPoint(other);
  llvm::Value* by_kind = outcome();
  s.b.CreateBr(done);
  s.b.SetInsertPoint(look);
  const Bits by_value = Look(s, id, slot);
  llvm::BasicBlock* looked_in = s.b.GetInsertBlock();
  s.b.CreateBr(done);
  s.b.SetInsertPoint(done);
  llvm::PHINode* phi = s.b.CreatePHI(s.b.getInt32Ty(), 2);
  phi->addIncoming(by_kind, other);
  phi->addIncoming(by_value.value, looked_in);
  return {phi, may};
}

Emitter::Bits Emitter::Look(Scope& s, ir::CondId id, llvm::Value* slot) {
  const ir::Cond& cond = ir_.cond(id);
  const ir::Test& test = cond.test;
  llvm::Value* lo = s.b.getInt64(test.lo);
  llvm::Value* hi = s.b.getInt64(test.hi);
  const unsigned may = POL_TRUE | POL_FALSE;
  switch (test.kind) {
    case TestKind::kString:
      return LookString(s, cond, slot);
    case TestKind::kNumber:
      return LookNumber(s, test, slot);
    case TestKind::kBool: {
      llvm::Value* at = s.b.CreateStructGEP(NamedType("slot"), slot, 3);
      llvm::Value* value = s.b.CreateLoad(s.b.getInt64Ty(), at);
      return OfBool(s, s.b.CreateICmpNE(value, s.b.getInt64(0)));
    }
    case TestKind::kLength:
      return {s.b.CreateCall(Helper("length"), {s.frame, slot, lo, hi}), may};
    case TestKind::kSize:
      return {s.b.CreateCall(Helper("size"), {s.frame, slot, lo, hi}), may};
    case TestKind::kOnly: {
      const auto keys = static_cast<uint32_t>(layout_.key_set_of.at(id));
      return {
          s.b.CreateCall(Helper("only"), {s.frame, slot, s.b.getInt32(keys)}),
          may};
    }
    case TestKind::kNone:
      break;
  }
  POLC_UNREACHABLE("a test of nothing");
}

Emitter::Bits Emitter::LookString(Scope& s, const ir::Cond& cond,
                                  llvm::Value* slot) {
  const ir::Test& test = cond.test;
  if (test.max_bytes == 0 && !test.domain.valid()) {
    const ir::Lang& lang = ir_.lang(test.language);
    if (lang.kind == ir::LangKind::kSet && lang.texts.size() <= kMaxLiterals) {
      return LookLiterals(s, lang.texts, slot);
    }
    llvm::Constant* dfa = DfaTable(test.language);
    return {s.b.CreateCall(Helper("match"), {slot, dfa}), POL_TRUE | POL_FALSE};
  }
  llvm::Constant* domain = test.domain.valid()
                               ? DfaTable(test.domain)
                               : llvm::ConstantPointerNull::get(s.b.getPtrTy());
  llvm::Value* error =
      s.b.getInt32(static_cast<uint32_t>(ErrorIndex(s, cond.field)));
  return {s.b.CreateCall(Helper("strict"),
                         {s.frame, slot, s.b.getInt32(test.max_bytes), domain,
                          DfaTable(test.language), error}),
          POL_ANY};
}

// Lengths differ more often than not, and are compared first.
Emitter::Bits Emitter::LookLiterals(Scope& s,
                                    const std::vector<std::string>& texts,
                                    llvm::Value* slot) {
  if (texts.empty()) return Known(s, POL_FALSE);
  llvm::LLVMContext& context = out_->getContext();
  auto block = [&] {
    return llvm::BasicBlock::Create(context, "", s.function);
  };
  llvm::Value* at = s.b.CreateStructGEP(NamedType("slot"), slot, 2);
  llvm::Value* length = s.b.CreateLoad(s.b.getInt32Ty(), at);
  llvm::BasicBlock* done = block();
  std::vector<std::pair<llvm::Value*, llvm::BasicBlock*>> found;
  for (const std::string& text : texts) {
    llvm::BasicBlock* compare = block();
    llvm::BasicBlock* next = block();
    llvm::Value* n = s.b.getInt32(static_cast<uint32_t>(text.size()));
    s.b.CreateCondBr(s.b.CreateICmpEQ(length, n), compare, next);
    s.b.SetInsertPoint(compare);
    llvm::Value* verdict =
        s.b.CreateCall(Helper("equal"), {slot, Bytes(text, "text"), n});
    found.emplace_back(verdict, compare);
    s.b.CreateCondBr(
        s.b.CreateICmpEQ(verdict, s.b.getInt32(uint32_t{POL_TRUE})), done,
        next);
    s.b.SetInsertPoint(next);
  }
  found.emplace_back(s.b.getInt32(uint32_t{POL_FALSE}), s.b.GetInsertBlock());
  s.b.CreateBr(done);
  s.b.SetInsertPoint(done);
  llvm::PHINode* phi =
      s.b.CreatePHI(s.b.getInt32Ty(), static_cast<unsigned>(found.size()));
  for (const auto& [verdict, from] : found) phi->addIncoming(verdict, from);
  return {phi, POL_TRUE | POL_FALSE};
}

Emitter::Bits Emitter::LookNumber(Scope& s, const ir::Test& test,
                                  llvm::Value* slot) {
  llvm::Value* at = s.b.CreateStructGEP(NamedType("slot"), slot, 3);
  llvm::Value* x = s.b.CreateLoad(s.b.getDoubleTy(), at);
  const Bits inside = InIntervals(s, test, x);
  if (!test.integral) return inside;
  llvm::Value* whole = s.b.CreateCall(Helper("whole"), {x});
  // The bit of true survives if both have it; else false.
  llvm::Value* both = s.b.CreateAnd(inside.value, whole);
  return OfBool(s, s.b.CreateICmpEQ(both, s.b.getInt32(uint32_t{POL_TRUE})));
}

Emitter::Bits Emitter::InIntervals(Scope& s, const ir::Test& test,
                                   llvm::Value* x) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  const std::vector<ir::Interval> closed = Closed(test.intervals);
  if (closed.size() > kInlineIntervals) {
    llvm::Value* n = s.b.getInt32(static_cast<uint32_t>(closed.size()));
    return {
        s.b.CreateCall(Helper("in_intervals"), {x, IntervalTable(closed), n}),
        POL_TRUE | POL_FALSE};
  }
  llvm::Value* any = s.b.getFalse();
  for (const ir::Interval& interval : closed) {
    auto bound = [&](double end) {
      return llvm::ConstantFP::get(s.b.getDoubleTy(), end);
    };
    llvm::Value* in = s.b.getTrue();
    if (interval.lo == interval.hi) {
      in = s.b.CreateFCmpOEQ(x, bound(interval.lo));
    } else {
      // A number of a request is finite.
      if (interval.lo > -kLargest)
        in = s.b.CreateFCmpOGE(x, bound(interval.lo));
      if (interval.hi < kLargest) {
        in = s.b.CreateAnd(in, s.b.CreateFCmpOLE(x, bound(interval.hi)));
      }
    }
    any = s.b.CreateOr(any, in);
  }
  return OfBool(s, any);
}

Emitter::Bits Emitter::Compare(Scope& s, const ir::Cond& cond) {
  if (IsUnknown(s, cond.field) || IsUnknown(s, cond.other)) {
    return Known(s, POL_ANY);
  }
  uint32_t kinds = Bit(Kind::kNumber);
  if (cond.op == ir::CompareOp::kEqual) {
    kinds |= Bit(Kind::kString) | Bit(Kind::kBool);
  } else if (cond.op == ir::CompareOp::kUnderJoin) {
    kinds = Bit(Kind::kString);
  }
  auto error = [&](ir::FieldId id) {
    return s.b.getInt32(static_cast<uint32_t>(ErrorIndex(s, id)));
  };
  llvm::Value* left = Slot(s, cond.field);
  llvm::Value* right = Slot(s, cond.other);
  llvm::Value* prefix = Bytes(cond.prefix, "text");
  return {
      s.b.CreateCall(Helper("compare"),
                     {s.frame, s.b.getInt32(static_cast<uint32_t>(cond.op)),
                      s.b.getInt32(kinds), left, right, prefix,
                      s.b.getInt32(static_cast<uint32_t>(cond.prefix.size())),
                      error(cond.field), error(cond.other)}),
      POL_ANY};
}

}  // namespace polc::codegen
