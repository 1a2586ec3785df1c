#include "compiler/lower/terms.h"

#include <utility>

#include "compiler/lower/lowering.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;

Term TermOf(Lowering* lowering, const Expr& expr) {
  Term term;
  term.range = expr.range;
  switch (expr.kind) {
    case ExprKind::kNot:
      term.kind = Term::Kind::kNot;
      break;
    case ExprKind::kAnd:
      term.kind = Term::Kind::kAnd;
      break;
    case ExprKind::kOr:
      term.kind = Term::Kind::kOr;
      break;
    default:
      term.cond = LowerCondition(lowering, expr);
      return term;
  }
  for (const Expr& operand : expr.operands) {
    term.operands.push_back(TermOf(lowering, operand));
  }
  return term;
}

}  // namespace

RuleTerms LowerTerms(const sema::Program& program) {
  RuleTerms out;
  diag::Diagnostics diags;
  Lowering lowering(program, &out.module, &diags);
  // First, as conditions may name what limits and marks are declared.
  LowerLimits(&lowering);
  for (const auto& rule : program.rules) {
    const bool is_written = rule.decl->when.has_value();
    out.is_written.push_back(is_written);
    out.whens.push_back(is_written ? TermOf(&lowering, *rule.decl->when)
                                   : Term());
  }
  POLC_CHECK(!diags.has_errors(), "what was lowered cannot be lowered again");
  return out;
}

}  // namespace polc::lower
