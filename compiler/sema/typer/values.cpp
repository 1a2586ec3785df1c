// Values: constants, what is read from the request, and what is computed from
// it.
#include <fmt/format.h>

#include "compiler/sema/constants.h"
#include "compiler/sema/names.h"
#include "compiler/sema/patterns.h"
#include "compiler/sema/set_values.h"
#include "compiler/sema/typer/typer.h"
#include "compiler/support/decimal.h"

namespace polc::sema {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;
using ast::Type;
using diag::Kind;

std::string_view TypeWord(Type type) {
  switch (type) {
    case Type::kUnresolved:
    case Type::kAny:
      return "a value";
    case Type::kCondition:
      return "a condition";
    case Type::kBool:
      return "a bool";
    case Type::kNumber:
      return "a number";
    case Type::kString:
      return "a string";
    case Type::kList:
      return "a list";
    case Type::kObject:
      return "an object";
    case Type::kInstant:
      return "an instant";
    case Type::kZoned:
      return "a local time";
    case Type::kWeekday:
      return "a weekday";
    case Type::kDate:
      return "a date";
    case Type::kPath:
      return "a file path";
    case Type::kUrl:
      return "a URL";
    case Type::kIp:
      return "an address";
    case Type::kSet:
      return "a set";
  }
  return "a value";
}

bool IsOpen(const Expr& expr) {
  return expr.kind == ExprKind::kPath && expr.ref == Ref::kParameter &&
         expr.operands.empty();
}

bool IsComputed(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kMember:
    case ExprKind::kCall:
      return true;
    case ExprKind::kPath:
      return expr.type == Type::kInstant;
    case ExprKind::kNegate:
    case ExprKind::kMultiply:
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
      return !IsConstant(expr);
    default:
      return false;
  }
}

Type Typer::Value(Expr* expr) {
  Type type = Type::kUnresolved;
  switch (expr->kind) {
    case ExprKind::kBool:
      type = Type::kBool;
      break;
    case ExprKind::kString:
      type = Type::kString;
      break;
    case ExprKind::kNumber:
      if (CheckNumber(&context_, *expr)) type = Type::kNumber;
      break;
    case ExprKind::kPath:
      type = Path(expr);
      break;
    case ExprKind::kDefault:
      type = Default(expr);
      break;
    case ExprKind::kCall:
      type = Call(expr);
      break;
    case ExprKind::kMember:
      type = Member(expr);
      break;
    case ExprKind::kInZone:
      type = Zoned(expr);
      break;
    case ExprKind::kNegate:
    case ExprKind::kMultiply:
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
      type = Arithmetic(expr);
      break;
    case ExprKind::kSet:
      if (CheckSetLiteral(&context_, *expr)) type = Type::kSet;
      break;
    case ExprKind::kRange:
    case ExprKind::kJoin:
    case ExprKind::kUnion:
    case ExprKind::kIntersection:
    case ExprKind::kSetDifference:
      Mismatch(expr->range, fmt::format("`{}` can't stand here",
                                        context_.Quote(expr->range)));
      break;
    default:
      if (Condition(expr)) type = Type::kCondition;
  }
  expr->type = type;
  return type;
}

Type Typer::Path(Expr* path) {
  switch (path->ref) {
    case Ref::kParameter:
      if (IsOpen(*path)) return Type::kAny;
      Mismatch(path->range,
               fmt::format("`{}` reads a member, but `{}` is not a path of the "
                           "request",
                           context_.Quote(path->range),
                           context_.Quote(path->operands[0].range)));
      return Type::kUnresolved;
    case Ref::kVariable:
      return Type::kAny;
    case Ref::kSet:
      return Type::kSet;
    case Ref::kRoot:
      return RequestRoot(*path);
    default:
      return Type::kUnresolved;
  }
}

Type Typer::NoMembers(const Expr& path, std::string_view what) {
  Mismatch(path.range,
           fmt::format("`{}` is a string and has no members", what));
  return Type::kUnresolved;
}

Type Typer::RequestRoot(const Expr& path) {
  if (path.text == "args") {
    return path.steps.empty() ? Type::kObject : Type::kAny;
  }
  if (path.text == "caller") return CallerPath(path);
  if (path.text == "now") return Now(path);
  if (!path.steps.empty()) return NoMembers(path, path.text);
  return Type::kString;
}

Type Typer::CallerPath(const Expr& path) {
  if (path.steps.empty()) return Type::kObject;
  const std::string& member = path.steps[0].member;
  const bool deeper = path.steps.size() > 1;
  if (member == "claims") return deeper ? Type::kAny : Type::kObject;
  if (member == "roles") return deeper ? Type::kAny : Type::kList;
  if (member == "grant" || member == "subject") {
    if (deeper) return NoMembers(path, "caller." + member);
    return Type::kString;
  }
  context_.Suggest(
      context_.Report(Kind::kUnknownName, path.range,
                      fmt::format("`caller` has no member `{}`", member)),
      member, {"grant", "subject", "roles", "claims"});
  return Type::kUnresolved;
}

bool Typer::RequestPath(Expr* expr, std::string_view who) {
  const Type type = Value(expr);
  if (type == Type::kUnresolved) return false;
  const bool reads = expr->kind == ExprKind::kPath && expr->ref != Ref::kSet;
  const bool whole =
      expr->ref == Ref::kRoot && expr->text == "caller" && expr->steps.empty();
  if (reads && !whole) return true;
  return Mismatch(expr->range,
                  fmt::format("{} takes a path of the request, not `{}`", who,
                              context_.Quote(expr->range)));
}

Type Typer::Default(Expr* expr) {
  if (!RequestPath(&expr->operands[0], "`??`")) return Type::kUnresolved;
  const Type path = expr->operands[0].type;
  const Type literal = Value(&expr->operands[1]);
  if (literal == Type::kUnresolved) return literal;
  if (!IsConstant(expr->operands[1])) {
    context_.Report(Kind::kNotConstant, expr->operands[1].range,
                    "the right side of `??` must be a constant");
    return Type::kUnresolved;
  }
  if (path != Type::kAny && path != literal) {
    Mismatch(expr->range, fmt::format("`{}` is {}, but the default is {}",
                                      context_.Quote(expr->operands[0].range),
                                      TypeWord(path), TypeWord(literal)));
    return Type::kUnresolved;
  }
  return literal;
}

Type Typer::Call(Expr* call) {
  if (call->ref == Ref::kPredicate) {
    return Condition(call) ? Type::kCondition : Type::kUnresolved;
  }
  if (call->ref == Ref::kMark) {
    return call->symbol >= 0 ? Type::kCondition : Type::kUnresolved;
  }
  if (call->ref != Ref::kFunction || call->operands.size() != 1) {
    return Type::kUnresolved;
  }
  if (call->text == "cidr") {
    Mismatch(call->range, "`cidr(...)` can only stand right of `in`");
    return Type::kUnresolved;
  }
  const bool size = call->text == "size";
  const Type wanted = size ? Type::kList : Type::kString;
  Expr* operand = &call->operands[0];
  const Type type = Value(operand);
  if (type == Type::kUnresolved) return type;
  const bool simple = operand->kind == ExprKind::kPath ||
                      operand->kind == ExprKind::kDefault ||
                      operand->kind == ExprKind::kString;
  if ((type != Type::kAny && type != wanted) || !simple) {
    Mismatch(operand->range,
             fmt::format("`{}` takes {}, not `{}`", call->text,
                         TypeWord(wanted), context_.Quote(operand->range)));
    return Type::kUnresolved;
  }
  if (call->text == "path") return Type::kPath;
  if (call->text == "url") return Type::kUrl;
  if (call->text == "time") return InstantCall(*call);
  if (call->text == "ip") {
    const Expr& literal =
        operand->kind == ExprKind::kDefault ? operand->operands[1] : *operand;
    if (literal.kind == ExprKind::kString &&
        !CheckAddress(&context_, {literal.text, literal.range})) {
      return Type::kUnresolved;
    }
    return Type::kIp;
  }
  return Type::kNumber;
}

Type Typer::Member(Expr* member) {
  Expr* whole = &member->operands[0];
  const Type type = Value(whole);
  if (type == Type::kUnresolved) return type;
  if (type == Type::kZoned) return ZonePart(*member);
  if (type != Type::kUrl) {
    Mismatch(member->range, fmt::format("`{}` is {} and has no member `{}`",
                                        context_.Quote(whole->range),
                                        TypeWord(type), member->text));
    return Type::kUnresolved;
  }
  if (member->text == "port") return Type::kNumber;
  if (member->text == "scheme" || member->text == "host" ||
      member->text == "path" || member->text == "query") {
    return Type::kString;
  }
  context_.Suggest(
      context_.Report(Kind::kUnknownName, member->range,
                      fmt::format("a URL has no member `{}`", member->text)),
      member->text, {"scheme", "host", "port", "path", "query"});
  return Type::kUnresolved;
}

// Something that arithmetic is done with, or a default that a computed value
// is compared with: a constant has to be a decimal.
bool Typer::CheckConstantNumber(const Expr& number) {
  const Expr& constant =
      number.kind == ExprKind::kDefault ? number.operands[1] : number;
  if (!IsConstant(constant)) return true;
  const auto value = ConstantOf(constant);
  if (value && (value->type != Type::kNumber ||
                Decimal::OfDouble(value->number).has_value())) {
    return true;
  }
  context_.Report(Kind::kInvalidNumber, constant.range,
                  fmt::format("`{}` is out of range: numbers stay below 10^15 "
                              "with at most nine places",
                              context_.Quote(constant.range)));
  return false;
}

bool Typer::Operand(const Expr& operand) {
  const Type type = operand.type;
  if (type == Type::kUnresolved) return false;
  if (type == Type::kAny || type == Type::kNumber) {
    return CheckConstantNumber(operand);
  }
  return Mismatch(operand.range,
                  fmt::format("`{}` is {}, not a number",
                              context_.Quote(operand.range), TypeWord(type)));
}

Type Typer::Arithmetic(Expr* expr) {
  bool ok = true;
  for (Expr& operand : expr->operands) {
    Value(&operand);
    ok = Operand(operand) && ok;
  }
  if (!ok) return Type::kUnresolved;
  if (!IsConstant(*expr) || CheckConstantNumber(*expr)) return Type::kNumber;
  return Type::kUnresolved;
}

bool Typer::Cost(Expr* expr) {
  const Type type = Value(expr);
  if (type == Type::kUnresolved || !Operand(*expr)) return false;
  return Computed(*expr, Expr());
}

}  // namespace polc::sema
