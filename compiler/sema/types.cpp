// Formulas: what is made of tests by and, or, not, any, all and predicates.
#include "compiler/sema/types.h"

#include <fmt/format.h>

#include "compiler/sema/expand.h"
#include "compiler/sema/typer/typer.h"

namespace polc::sema {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;
using ast::Type;
using diag::Kind;

bool Typer::Mismatch(source::Range range, std::string message) {
  context_.Report(Kind::kTypeMismatch, range, std::move(message));
  return false;
}

bool Typer::Condition(Expr* expr) {
  expr->type = Type::kCondition;
  switch (expr->kind) {
    case ExprKind::kNot:
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return Operands(expr);
    case ExprKind::kAny:
    case ExprKind::kAll:
      return Quantifier(expr);
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
      return Equality(expr);
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
      return Order(expr);
    case ExprKind::kIn:
      return Membership(expr);
    case ExprKind::kLike:
    case ExprKind::kMatches:
    case ExprKind::kFinds:
    case ExprKind::kStartsWith:
    case ExprKind::kEndsWith:
    case ExprKind::kContains:
      return StringTest(expr);
    case ExprKind::kUnder:
      return Under(expr);
    case ExprKind::kIs:
      return Is(expr);
    case ExprKind::kHas:
      return RequestPath(&expr->operands[0], "`has`");
    case ExprKind::kOnly:
      return Only(expr);
    case ExprKind::kCall:
      if (expr->ref == Ref::kPredicate) return PredicateCall(expr);
      return BareValue(expr);
    default:
      return BareValue(expr);
  }
}

bool Typer::Operands(Expr* expr) {
  bool ok = true;
  for (Expr& operand : expr->operands) ok = Condition(&operand) && ok;
  return ok;
}

// A value where a condition is wanted: a bool, or a string by mistake.
bool Typer::BareValue(Expr* expr) {
  const Type type = Value(expr);
  switch (type) {
    case Type::kUnresolved:
      return false;
    case Type::kAny:
    case Type::kBool:
    case Type::kCondition:
      return true;
    default:
      return Mismatch(expr->range,
                      fmt::format("`{}` is {}, not a condition",
                                  context_.Quote(expr->range), TypeWord(type)));
  }
}

// Not substituted: only the arguments can be typed. Substituted: the body, on
// behalf of this call.
bool Typer::PredicateCall(Expr* call) {
  const auto& predicate =
      *context_.program().predicates[static_cast<size_t>(call->symbol)].decl;
  const bool expanded = !call->operands.empty() && call->number == 1;
  if (!expanded) {
    bool ok = true;
    for (Expr& operand : call->operands) {
      ok = Value(&operand) != Type::kUnresolved && ok;
    }
    return ok;
  }
  context_.Enter({call->range, predicate.name.range, predicate.name.text});
  const bool ok = Condition(&call->operands[0]);
  context_.Leave();
  return ok;
}

bool Typer::Quantifier(Expr* expr) {
  const Type list = Value(&expr->operands[0]);
  bool ok = list != Type::kUnresolved;
  if (ok && list != Type::kAny && list != Type::kList) {
    ok = Mismatch(
        expr->operands[0].range,
        fmt::format("`{}` is {}, not a list",
                    context_.Quote(expr->operands[0].range), TypeWord(list)));
  }
  return Condition(&expr->operands[1]) && ok;
}

bool CheckCondition(Context* context, Expr* condition) {
  if (!Typer(context).Condition(condition)) return false;
  if (!context->can_expand() || !CallsPredicate(*condition)) return true;
  std::optional<Expr> expanded = Expand(context->program(), *condition);
  if (!expanded) {
    context->Report(Kind::kTooLarge, condition->range,
                    "this condition grows too large when its predicates are "
                    "put in");
    return false;
  }
  return Typer(context).Condition(&*expanded);
}

bool CheckPredicateBody(Context* context, Expr* body) {
  return Typer(context).Condition(body);
}

bool CheckPath(Context* context, Expr* path) {
  return Typer(context).RequestPath(path, "this");
}

bool CheckCost(Context* context, Expr* cost) {
  return Typer(context).Cost(cost);
}

}  // namespace polc::sema
