// Times: instants, and what a clock on the wall shows in a zone. Weekdays and
// dates are written as strings and are checked here, so that a misspelled one
// is no condition that is never true.
#include <fmt/format.h>

#include "compiler/sema/constants.h"
#include "compiler/sema/typer/typer.h"
#include "compiler/support/instant.h"

namespace polc::sema {

using ast::Expr;
using ast::ExprKind;
using ast::Type;
using diag::Kind;

bool IsCalendar(Type type) {
  return type == Type::kInstant || type == Type::kWeekday ||
         type == Type::kDate;
}

Type Typer::Now(const Expr& path) {
  if (path.steps.empty()) return Type::kInstant;
  context_
      .Report(Kind::kTypeMismatch, path.range,
              "`now` is an instant and has no members without a zone")
      .Help(
          fmt::format("write `now in zone \"UTC\".{}`", path.steps[0].member));
  return Type::kUnresolved;
}

Type Typer::Zoned(Expr* expr) {
  expr->operands[0].type = Type::kInstant;
  expr->operands[1].type = Type::kString;
  // One that cannot be read was reported when the set was.
  const auto& zones = context_.program().zones;
  return zones.contains(expr->operands[1].text) ? Type::kZoned
                                                : Type::kUnresolved;
}

Type Typer::ZonePart(const Expr& member) {
  if (member.text == "hour" || member.text == "minute") return Type::kNumber;
  if (member.text == "weekday") return Type::kWeekday;
  if (member.text == "date") return Type::kDate;
  context_.Suggest(
      context_.Report(
          Kind::kUnknownName, member.range,
          fmt::format("a local time has no member `{}`", member.text)),
      member.text, {"hour", "minute", "weekday", "date"});
  return Type::kUnresolved;
}

Type Typer::InstantCall(const Expr& call) {
  const Expr& operand = call.operands[0];
  const Expr& literal =
      operand.kind == ExprKind::kDefault ? operand.operands[1] : operand;
  if (literal.kind != ExprKind::kString || ParseInstant(literal.text)) {
    return Type::kInstant;
  }
  context_
      .Report(Kind::kWrongArguments, literal.range,
              fmt::format("`{}` is no instant", literal.text))
      .Help(
          "write one like `2026-01-01T00:00:00Z` or "
          "`2026-01-01T00:00:00+01:00`");
  return Type::kUnresolved;
}

bool Typer::CalendarConstant(const Expr& at, Type type,
                             const std::string& text) {
  if (type == Type::kWeekday) {
    if (WeekdayOf(text)) return true;
    context_.Suggest(context_.Report(Kind::kWrongArguments, at.range,
                                     fmt::format("`{}` is no weekday", text)),
                     text, Weekdays());
    return false;
  }
  if (ParseDate(text)) return true;
  context_
      .Report(Kind::kWrongArguments, at.range,
              fmt::format("`{}` is no date", text))
      .Help("write one like `2026-01-01`");
  return false;
}

// An equality or order of which one side at least is an instant, a weekday or
// a date.
bool Typer::Calendar(const Expr& expr, Type left, Type right) {
  const bool flip = !IsCalendar(left);
  const Type type = flip ? right : left;
  const Type other_type = flip ? left : right;
  const Expr& other = expr.operands[flip ? 0 : 1];
  if (other_type == Type::kUnresolved) return false;
  if (expr.ignoring_case) {
    return Mismatch(expr.range, "`ignoring case` is for strings");
  }
  const bool orders =
      expr.kind != ExprKind::kEqual && expr.kind != ExprKind::kNotEqual;
  if (orders && type == Type::kWeekday) {
    return Mismatch(expr.range, "weekdays have no order");
  }
  if (other_type == type || IsOpen(other)) return true;
  if (type != Type::kInstant && other.kind == ExprKind::kString) {
    return CalendarConstant(other, type, other.text);
  }
  diag::Builder error = context_.Report(
      Kind::kTypeMismatch, other.range,
      fmt::format("`{}` is {}, and {} can't be compared with it",
                  context_.Quote(other.range), TypeWord(other_type),
                  TypeWord(type)));
  if (type != Type::kInstant) {
    error.Help(fmt::format("compare {} with a constant", TypeWord(type)));
  } else if (other_type == Type::kAny || other_type == Type::kString) {
    error.Help(
        fmt::format("did you mean `time({})`?", context_.Quote(other.range)));
  }
  return false;
}

}  // namespace polc::sema
