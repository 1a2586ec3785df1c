// Limits: amounts, keys, costs, what they are charged on, and for whom; and
// marks, which have all of it but amount and cost.
#include <fmt/format.h>

#include "compiler/lower/lowering.h"
#include "compiler/sema/constants.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;

// A linear expression times `factor`, added to `out`; false if a constant
// leaves Decimal's range.
bool AddLinear(Lowering* l, const Expr& expr, Decimal factor, ir::Linear* out) {
  switch (expr.kind) {
    case ExprKind::kAdd:
    case ExprKind::kSubtract: {
      if (!AddLinear(l, expr.operands[0], factor, out)) return false;
      const bool minus = expr.kind == ExprKind::kSubtract;
      return AddLinear(l, expr.operands[1],
                       minus ? *Decimal::OfUnits(-factor.units()) : factor,
                       out);
    }
    case ExprKind::kNegate:
      return AddLinear(l, expr.operands[0], *Decimal::OfUnits(-factor.units()),
                       out);
    case ExprKind::kMultiply: {
      const bool first = sema::IsConstant(expr.operands[0]);
      ir::Linear constant;
      if (!AddLinear(l, expr.operands[first ? 0 : 1], factor, &constant)) {
        return false;
      }
      return AddLinear(l, expr.operands[first ? 1 : 0], constant.constant, out);
    }
    case ExprKind::kNumber: {
      const auto value = Decimal::OfDouble(expr.number);
      const auto scaled = value ? Multiply(*value, factor) : std::nullopt;
      const auto sum = scaled ? Add(out->constant, *scaled) : std::nullopt;
      if (sum) out->constant = *sum;
      return sum.has_value();
    }
    default: {
      const bool has_default = expr.kind == ExprKind::kDefault;
      ir::Term term;
      term.coefficient = factor;
      term.field = FieldOf(l, has_default ? expr.operands[0] : expr);
      if (has_default) {
        const auto constant = sema::ConstantOf(expr.operands[1]);
        if (!constant) return false;
        term.if_absent = Decimal::OfDouble(constant->number);
        if (!term.if_absent) return false;
      }
      out->terms.push_back(term);
      return true;
    }
  }
}

ir::Linear LowerCost(Lowering* l, const std::optional<Expr>& cost) {
  ir::Linear out;
  if (!cost) {
    out.constant = Decimal::OfInteger(1);
    return out;
  }
  if (!AddLinear(l, *cost, Decimal::OfInteger(1), &out)) {
    l->diags->Report(diag::Kind::kLimitRange, cost->range,
                     "a constant of this cost is out of range: numbers stay "
                     "below 10^15 with at most nine places");
  }
  return out;
}

std::vector<ir::PolicyId> PoliciesWith(
    const std::vector<std::vector<bool>>& policies, size_t file) {
  std::vector<ir::PolicyId> out;
  for (size_t policy = 0; policy < policies.size(); ++policy) {
    if (policies[policy][file]) out.push_back(ir::PolicyId(policy));
  }
  return out;
}

std::string MarkName(const sema::Program& program,
                     const sema::Declared<ast::MarkDecl>& mark) {
  return program.ModuleName(mark.file) + "." + mark.decl->name.text;
}

void LowerMarks(Lowering* l, const std::vector<std::vector<bool>>& policies) {
  for (const auto& declared : l->program.marks) {
    const ast::MarkDecl& decl = *declared.decl;
    ir::Mark mark;
    mark.name = MarkName(l->program, declared);
    mark.key = LowerKey(l, decl.key);
    mark.lifetime_seconds = decl.lifetime.seconds;
    mark.on =
        l->b.And({LowerTarget(l, declared.file, decl.on, Strictness::kGuard),
                  LowerCondition(l, decl.when)});
    mark.policies = PoliciesWith(policies, declared.file);
    mark.range = declared.range;
    l->b.module()->marks.push_back(std::move(mark));
  }
}

void MarkImports(const sema::Program& program, size_t file,
                 std::vector<bool>* seen) {
  std::vector<size_t> todo = {file};
  while (!todo.empty()) {
    const size_t at = todo.back();
    todo.pop_back();
    if (at == sema::kUnresolved || (*seen)[at]) continue;
    (*seen)[at] = true;
    const auto& imports = program.files[at].imports;
    todo.insert(todo.end(), imports.begin(), imports.end());
  }
}

}  // namespace

ir::Window WindowOf(ast::Window window) {
  switch (window) {
    case ast::Window::kSecond:
      return ir::Window::kSecond;
    case ast::Window::kMinute:
      return ir::Window::kMinute;
    case ast::Window::kHour:
      return ir::Window::kHour;
    case ast::Window::kDay:
      return ir::Window::kDay;
    case ast::Window::kWeek:
      return ir::Window::kWeek;
    case ast::Window::kMonth:
      return ir::Window::kMonth;
    case ast::Window::kConcurrent:
      return ir::Window::kConcurrent;
  }
  POLC_UNREACHABLE("a new kind of window");
}

ir::Key LowerKey(Lowering* l, const ast::Key& key) {
  ir::Key out;
  out.field = FieldOf(l, key.expr);
  out.name = key.expr.text == "args"
                 ? ir::FieldName(l->b.module()->field(out.field))
                 : key.expr.text;
  return out;
}

std::vector<std::vector<bool>> PolicyFiles(const sema::Program& program) {
  std::vector<std::vector<bool>> out;
  for (size_t file = 0; file < program.files.size(); ++file) {
    if (!program.files[file].ast.header.is_policy) continue;
    out.emplace_back(program.files.size(), false);
    MarkImports(program, file, &out.back());
  }
  return out;
}

void LowerLimits(Lowering* lowering) {
  Lowering* l = lowering;
  const auto policies = PolicyFiles(l->program);
  for (const auto& declared : l->program.limits) {
    const ast::LimitDecl& decl = *declared.decl;
    ir::Limit limit;
    limit.name = l->program.ModuleName(declared.file) + "." + decl.name.text;
    const auto amount = sema::ConstantOf(decl.amount);
    const auto units =
        amount ? Decimal::OfDouble(amount->number) : std::optional<Decimal>();
    POLC_CHECK(units.has_value(), "an amount was not checked");
    limit.amount = *units;
    limit.window = WindowOf(decl.window);
    limit.rolling = decl.rolling;
    limit.refund_on_error = decl.refund_on_error;
    for (const ast::Key& key : decl.keys) {
      limit.keys.push_back(LowerKey(l, key));
    }
    limit.cost = LowerCost(l, decl.cost);
    if (decl.has_on) {
      limit.on =
          l->b.And({LowerTarget(l, declared.file, decl.on, Strictness::kGuard),
                    LowerCondition(l, decl.when)});
    }
    limit.policies = PoliciesWith(policies, declared.file);
    limit.range = declared.range;
    l->b.module()->limits.push_back(std::move(limit));
  }
  LowerMarks(l, policies);
}

ir::CondId LowerMarked(Lowering* lowering, int32_t mark) {
  Lowering* l = lowering;
  const auto& declared = l->program.marks[static_cast<size_t>(mark)];
  const ir::Key key = LowerKey(l, declared.decl->key);
  ir::Outcomes nobody = ir::AllOutcomes(ir::Outcome::kError);
  SetOutcome(&nobody, ir::Kind::kString, ir::Outcome::kFalse);
  ir::Outcomes held = ir::AllOutcomes(ir::Outcome::kError);
  SetOutcome(&held, ir::Kind::kMissing, ir::Outcome::kFalse);
  SetOutcome(&held, ir::Kind::kBool, ir::Outcome::kTrue);
  const ir::FieldId field = l->b.MakeField(
      {ir::Root::kMarks, {{MarkName(l->program, declared), -1}}});
  return l->b.Or(
      {l->b.MakeTest(key.field, nobody), l->b.MakeTest(field, held)});
}

}  // namespace polc::lower
