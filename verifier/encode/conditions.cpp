#include "verifier/encode/conditions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::And;
using smt::Bool;
using smt::Not;
using smt::Or;

Tri OfBool(Bool b) { return {b, Not(b)}; }

// Position of `value` among the cuts; it is one of them.
size_t CutOf(const Node& node, double value) {
  const auto it =
      std::lower_bound(node.cuts.begin(), node.cuts.end(), value + 0.0);
  POLC_CHECK(it != node.cuts.end() && *it == value, "a number without cut");
  return static_cast<size_t>(it - node.cuts.begin());
}

}  // namespace

Tri Conditions::Encode(ir::CondId id, Node* element) {
  if (const auto folded = folder_->Fold(id)) return Tri::Of(*folded);
  const auto it = memo_.find({id, element});
  if (it != memo_.end()) return it->second;
  const Tri tri = Compute(module_.cond(id), element);
  memo_[{id, element}] = tri;
  return tri;
}

Tri Conditions::Compute(const ir::Cond& cond, Node* element) {
  switch (cond.kind) {
    case ir::CondKind::kConst:
      return Tri::Of(cond.verdict);
    case ir::CondKind::kTest:
      return EncodeTest(cond, space_->Resolve(cond.field, element));
    case ir::CondKind::kCompare:
      return EncodeCompare(cond, space_->Resolve(cond.field, element),
                           space_->Resolve(cond.other, element));
    case ir::CondKind::kCalculate:
      return terms_.Encode(cond, element);
    case ir::CondKind::kNot: {
      const Tri t = Encode(cond.operands[0], element);
      return {t.is_false, t.is_true};
    }
    case ir::CondKind::kAnd:
    case ir::CondKind::kOr: {
      std::vector<Bool> trues, falses;
      for (const ir::CondId operand : cond.operands) {
        const Tri t = Encode(operand, element);
        trues.push_back(t.is_true);
        falses.push_back(t.is_false);
      }
      if (cond.kind == ir::CondKind::kAnd) return {And(trues), Or(falses)};
      return {Or(trues), And(falses)};
    }
    case ir::CondKind::kAll:
      return EncodeAll(cond, space_->Resolve(cond.field, element));
  }
  POLC_UNREACHABLE("a condition's kind");
}

Tri Conditions::EncodeTest(const ir::Cond& cond, Node* node) {
  POLC_CHECK(node != nullptr, "a test of a field that was not collected");
  std::vector<Bool> trues, falses;
  for (int k = 0; k < ir::kKindCount; ++k) {
    const Bool here = node->kind[k];
    switch (cond.on[k]) {
      case ir::Outcome::kTrue:
        trues.push_back(here);
        break;
      case ir::Outcome::kFalse:
        falses.push_back(here);
        break;
      case ir::Outcome::kError:
        break;
      case ir::Outcome::kTest: {
        if (here.is_false()) break;
        const Tri value = EncodeValue(cond.test, node);
        trues.push_back(And(here, value.is_true));
        falses.push_back(And(here, value.is_false));
        break;
      }
    }
  }
  return {Or(trues), Or(falses)};
}

Tri Conditions::EncodeValue(const ir::Test& test, Node* node) {
  switch (test.kind) {
    case ir::TestKind::kNone:
      return Tri::Of(ir::Verdict::kTrue);
    case ir::TestKind::kString:
      return EncodeString(test, node);
    case ir::TestKind::kLength:
      return OfBool(node->in.at(space_->facts()->Length(test.lo, test.hi)));
    case ir::TestKind::kNumber:
      return OfBool(InIntervals(test, node));
    case ir::TestKind::kBool:
      return OfBool(node->flag);
    case ir::TestKind::kSize: {
      const Bool lo = test.lo == 0 ? Bool::Of(true) : node->size.at(test.lo);
      const Bool hi = test.hi == std::numeric_limits<uint64_t>::max()
                          ? Bool::Of(false)
                          : node->size.at(test.hi + 1);
      return OfBool(And(lo, Not(hi)));
    }
    case ir::TestKind::kOnly:
      return OfBool(Only(test, node));
  }
  POLC_UNREACHABLE("a test's kind");
}

Tri Conditions::EncodeString(const ir::Test& test, Node* node) {
  Facts* facts = space_->facts();
  const Bool in = node->in.at(facts->Of(test.language));
  Bool valid = Bool::Of(true);
  if (test.domain.valid()) valid = node->in.at(facts->Of(test.domain));
  if (test.max_bytes != 0) {
    valid = And(valid, Not(node->longer.at(test.max_bytes)));
  }
  return {And(valid, in), And(valid, Not(in))};
}

Bool Conditions::InIntervals(const ir::Test& test, Node* node) {
  std::vector<Bool> any;
  for (const ir::Interval& i : test.intervals) {
    Bool lo = Bool::Of(true);
    Bool hi = Bool::Of(true);
    if (std::isfinite(i.lo)) {
      lo = node->AtLeast(2 * CutOf(*node, i.lo) + (i.lo_open ? 2 : 1));
    } else if (i.lo > 0) {
      lo = Bool::Of(false);
    }
    if (std::isfinite(i.hi)) {
      hi = Not(node->AtLeast(2 * CutOf(*node, i.hi) + (i.hi_open ? 1 : 2)));
    } else if (i.hi < 0) {
      hi = Bool::Of(false);
    }
    any.push_back(And(lo, hi));
  }
  return test.integral ? And(node->whole, Or(any)) : Or(any);
}

Bool Conditions::Only(const ir::Test& test, Node* node) {
  std::vector<Bool> all = {Not(node->extra)};
  for (const auto& [step, member] : node->members) {
    if (step.index >= 0) continue;
    if (std::binary_search(test.keys.begin(), test.keys.end(), step.member)) {
      continue;
    }
    all.push_back(member->Is(Kind::kMissing));
  }
  return And(all);
}

Tri Conditions::EncodeAll(const ir::Cond& cond, Node* node) {
  POLC_CHECK(node != nullptr, "a list that was not collected");
  std::vector<Bool> trues, falses;
  for (int k = 0; k < ir::kKindCount; ++k) {
    if (k == static_cast<int>(Kind::kList)) continue;
    if (cond.on[k] == ir::Outcome::kTrue) trues.push_back(node->kind[k]);
    if (cond.on[k] == ir::Outcome::kFalse) falses.push_back(node->kind[k]);
  }
  const Bool list = node->Is(Kind::kList);
  if (list.is_false()) return {Or(trues), Or(falses)};
  std::vector<Bool> all = {list};
  std::vector<Bool> some;
  const auto range_over = [&](Node* element, Bool there) {
    const Tri body = Encode(cond.operands[0], element);
    all.push_back(Or(Not(there), body.is_true));
    some.push_back(And(there, body.is_false));
  };
  for (size_t i = 0; i < node->elements.size(); ++i) {
    range_over(node->elements[i].get(), node->active[i]);
  }
  for (const auto& [step, member] : node->members) {
    if (step.index < 0) continue;
    range_over(member.get(), Not(member->Is(Kind::kMissing)));
  }
  trues.push_back(And(all));
  falses.push_back(And(list, Or(some)));
  return {Or(trues), Or(falses)};
}

Bool Conditions::SameRank(Node* a, Node* b) {
  std::vector<Bool> all;
  for (size_t r = 1; r < a->ranks(); ++r) {
    all.push_back(smt::Iff(a->AtLeast(r), b->AtLeast(r)));
  }
  return And(all);
}

Bool Conditions::SameNumber(Node* a, Node* b) {
  const Bool same = And(SameRank(a, b), smt::Equal(a->order, b->order));
  if (!a->shape->Leader()->scaled) return same;
  return And(
      {same, smt::Equal(a->units, b->units), smt::Equal(a->over, b->over)});
}

Bool Conditions::LessNumber(Node* a, Node* b) {
  if (a->shape->Leader()->scaled) {
    return Or(smt::Less(a->units, b->units),
              And(smt::Equal(a->units, b->units), smt::Less(a->over, b->over)));
  }
  std::vector<Bool> any;
  for (size_t r = 1; r < a->ranks(); ++r) {
    any.push_back(And(Not(a->AtLeast(r)), b->AtLeast(r)));
  }
  any.push_back(And(SameRank(a, b), smt::Less(a->order, b->order)));
  return Or(any);
}

// Numbers at one place are one number, whole or not.
void Conditions::LinkWhole(Node* a, Node* b) {
  if (a->whole.is_const() || b->whole.is_const()) return;
  const Bool same = SameNumber(a, b);
  space_->solver()->Add(smt::Implies(same, smt::Iff(a->whole, b->whole)));
}

// When it is an error is exact. Which paths are under which names is not
// regular: of that the solver knows what follows from the prefix alone, the
// search makes strings that agree with its choice, and replay decides.
Tri Conditions::EncodeJoin(const ir::Cond& cond, Node* a, Node* b) {
  const Bool strings = And(a->Is(Kind::kString), b->Is(Kind::kString));
  if (strings.is_false()) return Tri::Of(ir::Verdict::kError);
  space_->MarkApproximate();
  Facts* facts = space_->facts();
  const Bool valid =
      And({strings, a->in.at(facts->Paths()),
           Not(a->longer.at(automata::kMaxPathBytes)),
           b->in.at(facts->Segments()), Not(b->longer.at(kMaxSegmentBytes))});
  const Bool under = space_->context()->FreshBool("under");
  space_->solver()->Add(
      smt::Implies(And(valid, under), a->in.at(facts->Under(cond.prefix))));
  space_->AddJoin({a, b, valid, under, cond.prefix});
  return {And(valid, under), And(valid, Not(under))};
}

Tri Conditions::EncodeCompare(const ir::Cond& cond, Node* a, Node* b) {
  POLC_CHECK(a != nullptr && b != nullptr, "a comparison not collected");
  LinkWhole(a, b);
  const auto both = [&](Kind k) { return And(a->Is(k), b->Is(k)); };
  const Bool numbers = both(Kind::kNumber);
  if (cond.op == ir::CompareOp::kUnderJoin) {
    return EncodeJoin(cond, a, b);
  }
  if (cond.op == ir::CompareOp::kMember) return space_->OpenMember(b);
  if (cond.op == ir::CompareOp::kLess) {
    if (numbers.is_false()) return Tri::Of(ir::Verdict::kError);
    const Bool less = LessNumber(a, b);
    return {And(numbers, less), And(numbers, Not(less))};
  }
  if (cond.op == ir::CompareOp::kLessEqual) {
    if (numbers.is_false()) return Tri::Of(ir::Verdict::kError);
    const Bool greater = LessNumber(b, a);
    return {And(numbers, Not(greater)), And(numbers, greater)};
  }
  std::vector<Bool> trues, falses;
  const auto add = [&](Bool kinds, Bool equal) {
    trues.push_back(And(kinds, equal));
    falses.push_back(And(kinds, Not(equal)));
  };
  if (!numbers.is_false()) {
    add(numbers, SameNumber(a, b));
  }
  if (const Bool s = both(Kind::kString); !s.is_false()) {
    add(s, space_->SameString(a, b));
  }
  add(both(Kind::kBool), smt::Iff(a->flag, b->flag));
  return {Or(trues), Or(falses)};
}

}  // namespace polc::verifier
