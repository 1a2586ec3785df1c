#include "compiler/lower/compute.h"

#include "compiler/automata/reference.h"
#include "compiler/sema/constants.h"
#include "compiler/support/check.h"
#include "compiler/support/instant.h"
#include "compiler/support/utf8.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Type;
using ir::TermId;
using ir::TermKind;

using Form = Operand::Form;

TermKind KindOf(ExprKind kind) {
  switch (kind) {
    case ExprKind::kAdd:
      return TermKind::kAdd;
    case ExprKind::kSubtract:
      return TermKind::kSubtract;
    case ExprKind::kMultiply:
      return TermKind::kMultiply;
    default:
      return TermKind::kNegate;
  }
}

// The part of a zoned time.
TermId ZonePart(Lowering* l, const Expr& member) {
  const std::string& name = member.operands[0].operands[1].text;
  const auto zone = l->program.zones.find(name);
  POLC_CHECK(zone != l->program.zones.end(), "a time zone was not read");
  ir::Term term;
  term.kind = member.text == "hour"      ? TermKind::kHour
              : member.text == "minute"  ? TermKind::kMinute
              : member.text == "weekday" ? TermKind::kWeekday
                                         : TermKind::kDate;
  term.zone = l->b.MakeZone(zone->second);
  return l->b.MakeTerm(std::move(term));
}

TermId Instant(Lowering* l, const Expr& call) {
  const Expr& operand = call.operands[0];
  if (operand.kind == ExprKind::kString) {
    const auto instant = ParseInstant(operand.text);
    POLC_CHECK(instant.has_value(), "an instant was not checked");
    return l->b.Amount(*instant);
  }
  ir::Term term;
  term.kind = TermKind::kTime;
  const bool has_default = operand.kind == ExprKind::kDefault;
  term.field = FieldOf(l, has_default ? operand.operands[0] : operand);
  if (has_default) term.if_absent = ParseInstant(operand.operands[1].text);
  return l->b.MakeTerm(std::move(term));
}

TermKind KindOf(const Operand& operand, Type type) {
  switch (operand.form) {
    case Form::kLength:
      return TermKind::kLength;
    case Form::kSize:
      return TermKind::kSize;
    case Form::kUrl:
      if (operand.member == "port") return TermKind::kPort;
      if (operand.member == "scheme") return TermKind::kScheme;
      if (operand.member == "host") return TermKind::kHost;
      return operand.member == "path" ? TermKind::kPath : TermKind::kQuery;
    case Form::kPath:
    case Form::kIp:
      return TermKind::kText;
    default:
      return type == Type::kNumber ? TermKind::kNumber : TermKind::kText;
  }
}

// What `kind` makes of a constant; empty if it has no value.
std::optional<sema::Constant> Computed(TermKind kind,
                                       const sema::Constant& from) {
  sema::Constant out = from;
  if (kind == TermKind::kNumber || kind == TermKind::kText) return out;
  if (from.type != Type::kString) return std::nullopt;
  if (kind == TermKind::kLength) {
    out.type = Type::kNumber;
    out.number = static_cast<double>(CountCodePoints(from.text));
    return out;
  }
  const auto url = automata::ParseUrl(from.text);
  if (!url) return std::nullopt;
  switch (kind) {
    case TermKind::kPort:
      if (!url->port) return std::nullopt;
      out.type = Type::kNumber;
      out.number = *url->port;
      return out;
    case TermKind::kScheme:
      out.text = url->scheme;
      return out;
    case TermKind::kHost:
      out.text = url->host;
      return out;
    case TermKind::kPath:
      out.text = url->path;
      return out;
    case TermKind::kQuery:
      out.text = url->query;
      return out;
    default:
      return std::nullopt;
  }
}

}  // namespace

ast::Type TypeOf(const Operand& operand) {
  switch (operand.form) {
    case Form::kConstant:
      return operand.constant->type;
    case Form::kField:
      return operand.constant ? operand.constant->type : Type::kAny;
    case Form::kLength:
    case Form::kSize:
    case Form::kTerm:
      return Type::kNumber;
    case Form::kUrl:
      return operand.member == "port" ? Type::kNumber : Type::kString;
    case Form::kPath:
    case Form::kIp:
      return Type::kString;
  }
  return Type::kAny;
}

bool FoldOperand(Operand* operand) {
  if (operand->field.valid() || operand->form == Form::kConstant ||
      operand->form == Form::kTerm) {
    return true;
  }
  const auto value =
      Computed(KindOf(*operand, Type::kString), *operand->constant);
  if (!value) return false;
  operand->form = Form::kConstant;
  operand->constant = value;
  return true;
}

TermId TermOf(Lowering* lowering, const Operand& operand, Type type) {
  if (operand.form == Form::kTerm) return operand.term;
  ir::Term term;
  term.kind = KindOf(operand, type);
  term.field = operand.field;
  if (operand.constant) {
    // A default that has no value is one more way to be an error.
    const auto absent = Computed(term.kind, *operand.constant);
    if (absent && ir::IsText(term.kind) && absent->type == Type::kString) {
      term.if_absent_text = absent->text;
    } else if (absent && !ir::IsText(term.kind) &&
               absent->type == Type::kNumber) {
      term.if_absent = Decimal::OfDouble(absent->number);
    }
  }
  return lowering->b.MakeTerm(std::move(term));
}

TermId TermOf(Lowering* lowering, const Expr& expr) {
  Lowering* l = lowering;
  if (sema::IsConstant(expr)) {
    const auto constant = sema::ConstantOf(expr);
    const auto value =
        constant ? Decimal::OfDouble(constant->number) : std::nullopt;
    POLC_CHECK(value.has_value(), "a constant was not checked");
    return l->b.Amount(*value);
  }
  switch (expr.kind) {
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kMultiply:
    case ExprKind::kNegate: {
      std::vector<TermId> operands;
      for (const Expr& operand : expr.operands) {
        operands.push_back(TermOf(l, operand));
      }
      return l->b.Arithmetic(KindOf(expr.kind), std::move(operands));
    }
    default:
      break;
  }
  if (IsPlainTerm(expr)) return PlainTerm(l, expr);
  Operand operand = OperandOf(l, expr);
  if (!operand.field.valid() && operand.form != Form::kTerm) {
    const bool has_value = FoldOperand(&operand);
    POLC_CHECK(has_value, "a part of a constant was not checked");
    return l->b.Amount(*Decimal::OfDouble(operand.constant->number));
  }
  return TermOf(l, operand, Type::kNumber);
}

bool IsPlainTerm(const Expr& expr) {
  if (expr.kind == ExprKind::kPath) {
    return expr.ref == ast::Ref::kRoot && expr.text == "now";
  }
  if (expr.kind == ExprKind::kCall) return expr.text == "time";
  return expr.kind == ExprKind::kMember &&
         expr.operands[0].kind == ExprKind::kInZone;
}

TermId PlainTerm(Lowering* lowering, const Expr& expr) {
  if (expr.kind == ExprKind::kMember) return ZonePart(lowering, expr);
  if (expr.kind == ExprKind::kCall) return Instant(lowering, expr);
  ir::Term now;
  now.kind = TermKind::kNow;
  return lowering->b.MakeTerm(std::move(now));
}

ir::CondId Calculate(Lowering* lowering, ExprKind op, TermId left,
                     TermId right) {
  using ir::Calculation;
  ir::Builder& b = lowering->b;
  switch (op) {
    case ExprKind::kLess:
      return b.Calculate(Calculation::kLess, left, right);
    case ExprKind::kLessEqual:
      return b.Calculate(Calculation::kLessEqual, left, right);
    case ExprKind::kGreater:
      return b.Calculate(Calculation::kLess, right, left);
    case ExprKind::kGreaterEqual:
      return b.Calculate(Calculation::kLessEqual, right, left);
    default:
      return b.Calculate(Calculation::kEqual, left, right);
  }
}

double CodeOf(Type type, std::string_view text) {
  if (type == Type::kWeekday) {
    const auto day = sema::WeekdayOf(text);
    POLC_CHECK(day.has_value(), "a weekday was not checked");
    return *day;
  }
  const auto day = ParseDate(text);
  POLC_CHECK(day.has_value(), "a date was not checked");
  return static_cast<double>(*day);
}

}  // namespace polc::lower
