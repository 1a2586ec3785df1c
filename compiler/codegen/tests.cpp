// Tests of fields. Each is one call of a helper: calls cost LLVM a fraction of
// what the same blocks written in line would, and about as much at run time.
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
         (root == ir::Root::kArgs || root == ir::Root::kSession ||
          root == ir::Root::kMarks);
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

Emitter::Bits Emitter::Test(Scope& s, ir::CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  if (IsUnknown(s, cond.field)) return Known(s, POL_ANY);
  const ir::Test& test = cond.test;
  std::vector<llvm::Value*> arguments = {
      s.frame, Slot(s, cond.field), s.b.getInt32(PackOutcomes(cond.on)),
      s.b.getInt32(static_cast<uint32_t>(ErrorIndex(s, cond.field)))};
  std::string_view helper = "kind";
  auto add = [&](llvm::Value* argument) { arguments.push_back(argument); };
  const bool looks = std::find(cond.on.begin(), cond.on.end(),
                               Outcome::kTest) != cond.on.end();
  switch (looks ? test.kind : TestKind::kNone) {
    case TestKind::kNone:
      break;
    case TestKind::kString:
      helper = AddString(s, test, &arguments);
      break;
    case TestKind::kNumber: {
      const std::vector<ir::Interval> closed = Closed(test.intervals);
      helper = "number";
      add(IntervalTable(closed));
      add(Number(closed.size()));
      add(s.b.getInt32(test.integral ? 1 : 0));
      break;
    }
    case TestKind::kBool:
      helper = "bool";
      break;
    case TestKind::kLength:
    case TestKind::kSize:
      helper = test.kind == TestKind::kLength ? "length" : "size";
      add(s.b.getInt64(test.lo));
      add(s.b.getInt64(test.hi));
      break;
    case TestKind::kOnly:
      helper = "only";
      add(s.b.getInt32(static_cast<uint32_t>(layout_.key_set_of.at(id))));
      break;
  }
  return {s.b.CreateCall(Helper(helper), arguments), MayOfTest(cond)};
}

std::string_view Emitter::AddString(Scope& s, const ir::Test& test,
                                    std::vector<llvm::Value*>* arguments) {
  const bool is_strict = test.max_bytes != 0 || test.domain.valid();
  const ir::Lang& lang = ir_.lang(test.language);
  if (!is_strict && !lang.fold && lang.kind == ir::LangKind::kSet &&
      lang.texts.size() == 1) {
    arguments->push_back(Bytes(lang.texts[0], "text"));
    arguments->push_back(Number(lang.texts[0].size()));
    return "literal";
  }
  arguments->push_back(DfaTable(test.language));
  if (!is_strict) return "string";
  arguments->push_back(test.domain.valid()
                           ? DfaTable(test.domain)
                           : llvm::ConstantPointerNull::get(s.b.getPtrTy()));
  arguments->push_back(Number(test.max_bytes));
  return "strict";
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
