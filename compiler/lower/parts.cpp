// Operands as they were written: a predicate's inside is its own affair, and
// true of more rules than this one.
#include <algorithm>

#include "compiler/lower/lowering.h"
#include "compiler/sema/expand.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;
using ir::CondId;

// Beyond this many operands a rule is a table, and nobody reads what is said
// of one of its cells.
constexpr size_t kMostOperands = 32;

bool Joins(const Expr& expr) {
  return expr.kind == ExprKind::kAnd || expr.kind == ExprKind::kOr;
}

// Operands of `and` and `or`, outer ones first.
void Collect(const Expr& expr, std::vector<const Expr*>* out) {
  if (expr.kind == ExprKind::kNot) return Collect(expr.operands[0], out);
  if (!Joins(expr)) return;
  for (const Expr& operand : expr.operands) {
    out->push_back(&operand);
    Collect(operand, out);
  }
}

CondId Without(Lowering* l, const Expr& expr, const Expr* left_out) {
  if (expr.kind == ExprKind::kNot) {
    return l->b.Not(Without(l, expr.operands[0], left_out));
  }
  const bool inside = left_out->range.begin >= expr.range.begin &&
                      left_out->range.end <= expr.range.end;
  if (!Joins(expr) || !inside) return LowerExpanded(l, expr);
  std::vector<CondId> rest;
  for (const Expr& operand : expr.operands) {
    if (&operand == left_out) continue;
    rest.push_back(Without(l, operand, left_out));
  }
  return expr.kind == ExprKind::kAnd ? l->b.And(std::move(rest))
                                     : l->b.Or(std::move(rest));
}

}  // namespace

std::vector<ir::RulePart> LowerParts(Lowering* l, size_t file,
                                     const ast::Rule& rule) {
  if (!rule.when) return {};
  const CondId target =
      LowerTargets(l, file, rule.target, rule.except, Strictness::kGuard);
  const Expr* when = &*rule.when;
  std::optional<Expr> expanded;
  if (sema::CallsPredicate(*when)) {
    expanded = sema::Expand(l->program, *when);
    POLC_CHECK(expanded.has_value(), "a condition was not checked");
    when = &*expanded;
  }
  std::vector<ir::RulePart> out = {{rule.when->range, target, true}};
  std::vector<const Expr*> operands;
  Collect(*when, &operands);
  if (operands.size() > kMostOperands) return out;
  for (const Expr* operand : operands) {
    out.push_back(
        {operand->range, l->b.And({target, Without(l, *when, operand)})});
  }
  return out;
}

}  // namespace polc::lower
