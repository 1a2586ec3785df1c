#include "compiler/sema/unanchored.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/automata/regex.h"
#include "compiler/sema/expand.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::ExprKind;
using automata::Regex;

bool NamesAnEnd(const Regex& re) {
  return re.kind == Regex::Kind::kBegin || re.kind == Regex::Kind::kEnd ||
         std::any_of(re.children.begin(), re.children.end(), NamesAnEnd);
}

bool IsUnanchored(const std::string& pattern) {
  automata::PatternError error;
  const auto re =
      automata::ParseRegex(pattern, automata::CaseMode::kExact, &error);
  return re && !NamesAnEnd(*re);
}

// `permits`: whether the rule is more permitted where `expr` is true.
void Look(Context* context, const Expr& expr, bool permits) {
  if (expr.kind == ExprKind::kNot) {
    return Look(context, expr.operands[0], !permits);
  }
  if (expr.kind != ExprKind::kFinds) {
    for (const Expr& operand : expr.operands) {
      Look(context, operand, permits);
    }
    return;
  }
  const Expr& pattern = expr.operands[1];
  if (permits == expr.negated || pattern.kind != ExprKind::kString ||
      !IsUnanchored(pattern.text)) {
    return;
  }
  context
      ->Report(diag::Kind::kUnanchoredRegex, pattern.range,
               fmt::format("`{}` permits wherever it is found, whatever "
                           "stands around it",
                           context->Quote(pattern.range)))
      .Help("say where with `^` or `$`, or use `matches` for the whole text");
}

}  // namespace

void CheckUnanchored(Context* context) {
  const Program& program = context->program();
  for (const auto& rule : program.rules) {
    const auto& when = rule.decl->when;
    if (!when || context->failed(&*when)) continue;
    const bool permits = rule.decl->effect != ast::Effect::kDeny;
    if (!CallsPredicate(*when)) {
      Look(context, *when, permits);
      continue;
    }
    const auto expanded = Expand(program, *when);
    if (expanded) Look(context, *expanded, permits);
  }
}

}  // namespace polc::sema
