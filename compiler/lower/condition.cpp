// Formulas: Kleene's operators carry over as they are; presence and type tests
// are outcome tables with nothing to look at.
#include <algorithm>

#include "compiler/lower/comparisons.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/operands.h"
#include "compiler/sema/expand.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;
using ir::CondId;
using ir::Kind;
using ir::Outcome;
using ir::Outcomes;

std::vector<CondId> Operands(Lowering* l, const Expr& expr) {
  std::vector<CondId> out;
  out.reserve(expr.operands.size());
  for (const Expr& operand : expr.operands) {
    out.push_back(LowerExpanded(l, operand));
  }
  return out;
}

// Absent is false; a value that cannot be reached is an error.
CondId LowerHas(Lowering* l, const Expr& path) {
  Outcomes on = ir::AllOutcomes(Outcome::kTrue);
  SetOutcome(&on, Kind::kMissing, Outcome::kFalse);
  SetOutcome(&on, Kind::kNull, Outcome::kFalse);
  SetOutcome(&on, Kind::kBad, Outcome::kError);
  return l->b.MakeTest(FieldOf(l, path), on);
}

CondId LowerIs(Lowering* l, const Expr& expr) {
  if (expr.text == "ip") {
    const ir::LangId ip = l->b.MakeLang({ir::LangKind::kIp, {}, {}, 0, 0});
    return Ask(l, OperandOf(l, expr.operands[0]), StringQuestion(ip));
  }
  Outcomes on = ir::AllOutcomes(Outcome::kFalse);
  SetOutcome(&on, Kind::kBad, Outcome::kError);
  if (expr.text == "null") {
    SetOutcome(&on, Kind::kNull, Outcome::kTrue);
    return l->b.MakeTest(FieldOf(l, expr.operands[0]), on);
  }
  SetOutcome(&on, Kind::kMissing, Outcome::kError);
  SetOutcome(&on, Kind::kNull, Outcome::kError);
  if (expr.text == "string") SetOutcome(&on, Kind::kString, Outcome::kTrue);
  if (expr.text == "bool") SetOutcome(&on, Kind::kBool, Outcome::kTrue);
  if (expr.text == "list") SetOutcome(&on, Kind::kList, Outcome::kTrue);
  if (expr.text == "object") SetOutcome(&on, Kind::kObject, Outcome::kTrue);
  if (expr.text == "number") {
    // Its type can be told even where its value cannot.
    SetOutcome(&on, Kind::kNumber, Outcome::kTrue);
    SetOutcome(&on, Kind::kBigInt, Outcome::kTrue);
  }
  return l->b.MakeTest(FieldOf(l, expr.operands[0]), on);
}

CondId LowerOnly(Lowering* l, const Expr& expr) {
  ir::Test test;
  test.kind = ir::TestKind::kOnly;
  for (const Expr& member : expr.operands[1].operands) {
    test.keys.push_back(member.text);
  }
  std::sort(test.keys.begin(), test.keys.end());
  test.keys.erase(std::unique(test.keys.begin(), test.keys.end()),
                  test.keys.end());
  Outcomes on = ir::AllOutcomes(Outcome::kError);
  SetOutcome(&on, Kind::kObject, Outcome::kTest);
  return l->b.MakeTest(FieldOf(l, expr.operands[0]), on, std::move(test));
}

CondId LowerQuantifier(Lowering* l, const Expr& expr) {
  const ir::FieldId list = FieldOf(l, expr.operands[0]);
  const Outcomes on = ir::AllOutcomes(Outcome::kError);
  const CondId body = LowerExpanded(l, expr.operands[1]);
  return expr.kind == ExprKind::kAny ? l->b.Any(list, on, body)
                                     : l->b.All(list, on, body);
}

CondId Negated(Lowering* l, bool negated, CondId cond) {
  return negated ? l->b.Not(cond) : cond;
}

}  // namespace

CondId LowerExpanded(Lowering* lowering, const Expr& expr) {
  Lowering* l = lowering;
  switch (expr.kind) {
    case ExprKind::kNot:
      return l->b.Not(LowerExpanded(l, expr.operands[0]));
    case ExprKind::kAnd:
      return l->b.And(Operands(l, expr));
    case ExprKind::kOr:
      return l->b.Or(Operands(l, expr));
    case ExprKind::kAny:
    case ExprKind::kAll:
      return LowerQuantifier(l, expr);
    case ExprKind::kHas:
      return LowerHas(l, expr.operands[0]);
    case ExprKind::kIs:
      return LowerIs(l, expr);
    case ExprKind::kOnly:
      return LowerOnly(l, expr);
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
      return Negated(l, expr.kind == ExprKind::kNotEqual,
                     LowerComparison(l, expr));
    case ExprKind::kIn:
      return Negated(l, expr.negated, LowerMembership(l, expr));
    case ExprKind::kLike:
    case ExprKind::kMatches:
    case ExprKind::kFinds:
    case ExprKind::kStartsWith:
    case ExprKind::kEndsWith:
    case ExprKind::kContains:
    case ExprKind::kUnder:
      return Negated(l, expr.negated, LowerStringTest(l, expr));
    case ExprKind::kCall:
      if (expr.ref == ast::Ref::kMark) return LowerMarked(l, expr.symbol);
      POLC_CHECK(expr.ref == ast::Ref::kPredicate, "a call was not checked");
      return LowerExpanded(l, expr.operands[0]);
    default:
      return Ask(l, OperandOf(l, expr), BoolQuestion());
  }
}

CondId LowerCondition(Lowering* lowering,
                      const std::optional<Expr>& condition) {
  if (!condition) return lowering->b.True();
  if (!sema::CallsPredicate(*condition)) {
    return LowerExpanded(lowering, *condition);
  }
  const auto expanded = sema::Expand(lowering->program, *condition);
  POLC_CHECK(expanded.has_value(), "a condition was not checked");
  return LowerExpanded(lowering, *expanded);
}

}  // namespace polc::lower
