#include "verifier/encode/terms.h"

#include <cmath>

#include "verifier/encode/conditions.h"

namespace polc::verifier {
namespace {

using ir::Calculation;
using ir::Kind;
using ir::TermKind;
using smt::And;
using smt::Bool;
using smt::Equal;
using smt::Implies;
using smt::Int;
using smt::Less;
using smt::LessEqual;
using smt::Not;
using smt::Or;

constexpr smt::Wide kUnit = Decimal::kUnit;
constexpr smt::Wide kBound = Decimal::kBound;

Tri Strictly(Bool ok, Bool holds) {
  return {And(ok, holds), And(ok, Not(holds))};
}

}  // namespace

Bool Terms::IsDecimal(const Amount& amount) {
  return And({amount.ok, Equal(amount.over, Int::Of(0)),
              Less(Int::Of(-kBound), amount.units),
              Less(amount.units, Int::Of(kBound))});
}

Amount Terms::AmountOf(ir::TermId id, Node* element) {
  const auto it = memo_.find({id, element});
  if (it != memo_.end()) return it->second;
  const Amount amount = Compute(module_.term(id), element);
  memo_[{id, element}] = amount;
  return amount;
}

Amount Terms::Compute(const ir::Term& term, Node* element) {
  switch (term.kind) {
    case TermKind::kConstant:
      return {Bool::Of(true), Int::Of(term.value.units()), Int()};
    case TermKind::kNow:
      return {Bool::Of(true), smt::Scale(kUnit, space_->Now()), Int()};
    case TermKind::kAdd:
    case TermKind::kSubtract:
    case TermKind::kMultiply:
    case TermKind::kNegate:
      return OfOperands(term, element);
    default:
      break;
  }
  if (ir::ReadsZone(term.kind)) {
    const Space::Clock& clock = space_->ClockOf(term.zone);
    const Int part = term.kind == TermKind::kHour      ? clock.hour
                     : term.kind == TermKind::kMinute  ? clock.minute
                     : term.kind == TermKind::kWeekday ? clock.weekday
                                                       : clock.day;
    return {Bool::Of(true), smt::Scale(kUnit, part), Int()};
  }
  return OfField(term, space_->Resolve(term.field, element));
}

Amount Terms::OfField(const ir::Term& term, Node* node) {
  POLC_CHECK(node != nullptr, "a term's field that was not collected");
  Facts* facts = space_->facts();
  Bool there = node->Is(Kind::kString);
  Int units;
  Int over;
  switch (term.kind) {
    case TermKind::kNumber:
      there = node->Is(Kind::kNumber);
      units = node->units;
      over = node->over;
      break;
    case TermKind::kSize:
      there = node->Is(Kind::kList);
      units = smt::Scale(kUnit, node->count);
      break;
    case TermKind::kLength:
      units = smt::Scale(kUnit, node->length);
      break;
    case TermKind::kPort:
      if (!there.is_false()) there = And(there, node->in.at(facts->Ports()));
      units = smt::Scale(kUnit, node->port);
      break;
    default:
      if (!there.is_false()) there = And(there, node->in.at(facts->Instants()));
      units = node->instant;
  }
  if (!term.if_absent) return {there, units, over};
  const Bool absent = Or(node->Is(Kind::kMissing), node->Is(Kind::kNull));
  const Int value = space_->context()->FreshInt("defaulted");
  const Int rest = space_->context()->FreshInt("over");
  smt::Solver* solver = space_->solver();
  solver->Add(Implies(there, And(Equal(value, units), Equal(rest, over))));
  solver->Add(
      Implies(absent, And(Equal(value, Int::Of(term.if_absent->units())),
                          Equal(rest, Int::Of(0)))));
  return {Or(there, absent), value, rest};
}

Amount Terms::OfOperands(const ir::Term& term, Node* element) {
  const Amount a = AmountOf(term.operands[0], element);
  Amount b = a;
  if (term.operands.size() > 1) b = AmountOf(term.operands[1], element);
  Amount out;
  out.ok = And(IsDecimal(a), IsDecimal(b));
  switch (term.kind) {
    case TermKind::kNegate:
      out.units = smt::Scale(-1, a.units);
      return out;
    case TermKind::kAdd:
      out.units = smt::Plus(a.units, b.units);
      break;
    case TermKind::kSubtract:
      out.units = smt::Plus(a.units, smt::Scale(-1, b.units));
      break;
    default: {
      const Amount product = Product(term, a, b);
      out.units = product.units;
      out.ok = And(out.ok, product.ok);
    }
  }
  out.ok = IsDecimal(out);
  return out;
}

// The product of two counts of units counts units of units: it has a value if
// nothing is left over.
Amount Terms::Product(const ir::Term& term, Amount a, Amount b) {
  const auto factor = [&](size_t i) -> std::optional<smt::Wide> {
    const ir::Term& operand = module_.term(term.operands[i]);
    if (operand.kind != TermKind::kConstant) return std::nullopt;
    return operand.value.units();
  };
  auto constant = factor(0);
  Int other = b.units;
  if (!constant) {
    constant = factor(1);
    other = a.units;
  }
  if (constant && *constant % kUnit == 0) {
    return {Bool::Of(true), smt::Scale(*constant / kUnit, other), Int()};
  }
  const Int quotient = space_->context()->FreshInt("quotient");
  if (!constant) {
    // Not linear: left open, and the same wherever it is asked for.
    space_->MarkApproximate();
    return {space_->context()->FreshBool("product"), quotient, Int()};
  }
  const Int product = smt::Scale(*constant, other);
  const Int rest = space_->context()->FreshInt("rest");
  smt::Solver* solver = space_->solver();
  solver->Add(Equal(product, smt::Plus(smt::Scale(kUnit, quotient), rest)));
  solver->Add(LessEqual(Int::Of(0), rest));
  solver->Add(Less(rest, Int::Of(kUnit)));
  return {Equal(rest, Int::Of(0)), quotient, Int()};
}

// An end between two decimals leaves open on which side a number between the
// same two is.
Bool Terms::Above(const Amount& amount, double end, bool open) {
  if (!std::isfinite(end)) return Bool::Of(end < 0);
  const DecimalPlace place = PlaceOf(end);
  const Int floor = Int::Of(place.floor);
  if (!place.exact) {
    const Bool beside =
        And(Equal(amount.units, floor), Less(Int::Of(0), amount.over));
    if (beside.is_false()) return Less(floor, amount.units);
    space_->MarkApproximate();
    return Or(Less(floor, amount.units),
              And(beside, space_->context()->FreshBool("above")));
  }
  if (!open) return LessEqual(floor, amount.units);
  return Or(Less(floor, amount.units),
            And(Equal(amount.units, floor), Less(Int::Of(0), amount.over)));
}

Bool Terms::Below(const Amount& amount, double end, bool open) {
  return Not(Above(amount, end, !open));
}

Bool Terms::InIntervals(const ir::Test& test, const Amount& amount) {
  std::vector<Bool> any;
  for (const ir::Interval& i : test.intervals) {
    any.push_back(
        And(Above(amount, i.lo, i.lo_open), Below(amount, i.hi, i.hi_open)));
  }
  return Or(any);
}

Tri Terms::Encode(const ir::Cond& cond, Node* element) {
  if (cond.calculation == Calculation::kMember) return Member(cond, element);
  if (ir::IsText(module_.term(cond.left).kind)) return Texts(cond, element);
  const Amount left = AmountOf(cond.left, element);
  if (cond.calculation == Calculation::kIn) {
    return Strictly(left.ok, InIntervals(cond.test, left));
  }
  const Amount right = AmountOf(cond.right, element);
  // Numbers that are no decimals are ordered beside each other by guess.
  if (!left.over.is_const() && !right.over.is_const()) {
    space_->MarkApproximate();
  }
  const Bool same = Equal(left.units, right.units);
  Bool holds;
  switch (cond.calculation) {
    case Calculation::kEqual:
      holds = And(same, Equal(left.over, right.over));
      break;
    case Calculation::kLess:
      holds = Or(Less(left.units, right.units),
                 And(same, Less(left.over, right.over)));
      break;
    default:
      holds = Or(Less(left.units, right.units),
                 And(same, LessEqual(left.over, right.over)));
  }
  return Strictly(And(left.ok, right.ok), holds);
}

Bool Terms::CostFails(ir::TermId cost) {
  const Amount amount = AmountOf(cost, nullptr);
  return Not(And(IsDecimal(amount), LessEqual(Int::Of(0), amount.units)));
}

Bool Terms::TextOk(const ir::Term& term, Node* node) {
  POLC_CHECK(node != nullptr, "a term's field that was not collected");
  Bool ok = node->Is(Kind::kString);
  if (term.kind != TermKind::kText && !ok.is_false()) {
    ok = And(ok, node->in.at(space_->facts()->Urls()));
  }
  if (!term.if_absent_text) return ok;
  return Or({ok, node->Is(Kind::kMissing), node->Is(Kind::kNull)});
}

// When it is an error is exact. Which URLs have one host is no matter of one
// string: of that the solver knows nothing, the search guesses, and replay
// decides.
Tri Terms::Texts(const ir::Cond& cond, Node* element) {
  const ir::Term& left = module_.term(cond.left);
  const ir::Term& right = module_.term(cond.right);
  Node* a = space_->Resolve(left.field, element);
  Node* b = space_->Resolve(right.field, element);
  const Bool ok = And(TextOk(left, a), TextOk(right, b));
  if (a == b && left == right) return Strictly(ok, Bool::Of(true));
  const bool plain =
      left.kind == TermKind::kText && right.kind == TermKind::kText;
  if (plain && !left.if_absent_text && !right.if_absent_text) {
    if (ok.is_false()) return Strictly(ok, Bool());
    return Strictly(ok, space_->SameString(a, b));
  }
  space_->MarkApproximate();
  const Bool same = space_->context()->FreshBool("same_part");
  space_->AddParts({a, left.kind, b, right.kind, And(ok, same), ok});
  return Strictly(ok, same);
}

// What the list holds is left open, but for none.
Tri Terms::Member(const ir::Cond& cond, Node* element) {
  Node* list = space_->Resolve(cond.field, element);
  POLC_CHECK(list != nullptr, "a list that was not collected");
  return space_->OpenMember(list);
}

}  // namespace polc::verifier
