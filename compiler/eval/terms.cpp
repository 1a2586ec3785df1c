// Decimal arithmetic without rounding: what has no value is an error.
#include "compiler/eval/terms.h"

#include <algorithm>

#include "compiler/automata/reference.h"
#include "compiler/support/check.h"
#include "compiler/support/instant.h"
#include "compiler/support/utf8.h"

namespace polc::eval {
namespace {

using ir::Kind;
using ir::Term;
using ir::TermKind;
using ir::Verdict;

Verdict OfBool(bool b) { return b ? Verdict::kTrue : Verdict::kFalse; }

TermValue Bad(ir::FieldId blame) {
  TermValue out;
  out.ok = false;
  out.blame = blame;
  return out;
}

TermValue Of(Number number) {
  TermValue out;
  out.number = number;
  return out;
}

TermValue Whole(int64_t n) { return Of(Number(Decimal::OfInteger(n))); }

TermValue Of(std::string text) {
  TermValue out;
  out.text = std::move(text);
  return out;
}

// The kind of value that a term reads.
Kind KindRead(TermKind kind) {
  if (kind == TermKind::kNumber) return Kind::kNumber;
  return kind == TermKind::kSize ? Kind::kList : Kind::kString;
}

bool Holds(const ir::Interval& interval, const Number& number) {
  const Number lo(interval.lo);
  const Number hi(interval.hi);
  return (interval.lo_open ? number > lo : number >= lo) &&
         (interval.hi_open ? number < hi : number <= hi);
}

}  // namespace

std::strong_ordering Number::operator<=>(const Number& other) const {
  if (written_ && other.written_) {
    if (*written_ == *other.written_) return std::strong_ordering::equal;
    return *written_ < *other.written_ ? std::strong_ordering::less
                                       : std::strong_ordering::greater;
  }
  if (place_.floor != other.place_.floor) {
    return place_.floor < other.place_.floor ? std::strong_ordering::less
                                             : std::strong_ordering::greater;
  }
  // One of them is a decimal; what is not exactly one lies above its floor.
  if (place_.exact == other.place_.exact) return std::strong_ordering::equal;
  return place_.exact ? std::strong_ordering::less
                      : std::strong_ordering::greater;
}

TermValue Terms::Evaluate(ir::TermId id) const {
  const Term& term = module_.term(id);
  switch (term.kind) {
    case TermKind::kConstant:
      return Of(Number(term.value));
    case TermKind::kNow:
      return Whole(view_.now());
    case TermKind::kAdd:
    case TermKind::kSubtract:
    case TermKind::kMultiply:
    case TermKind::kNegate:
      return OfOperands(term, id);
    default:
      return ir::ReadsZone(term.kind) ? OfZone(term) : OfField(term);
  }
}

TermValue Terms::OfZone(const Term& term) const {
  const zones::Local local =
      zones::LocalAt(module_.zone(term.zone), view_.now());
  switch (term.kind) {
    case TermKind::kHour:
      return Whole(local.hour);
    case TermKind::kMinute:
      return Whole(local.minute);
    case TermKind::kWeekday:
      return Whole(local.weekday);
    default:
      return Whole(local.day);
  }
}

TermValue Terms::OfField(const Term& term) const {
  const Read read = view_.Find(module_.field(term.field), element_);
  if (read.kind == Kind::kMissing || read.kind == Kind::kNull) {
    if (term.if_absent) return Of(Number(*term.if_absent));
    if (term.if_absent_text) return Of(*term.if_absent_text);
    return Bad(term.field);
  }
  if (read.kind != KindRead(term.kind)) return Bad(term.field);
  if (read.kind == Kind::kNumber) return Of(Number(read.value->number));
  if (read.kind == Kind::kList) {
    return Whole(static_cast<int64_t>(read.value->items.size()));
  }
  return OfString(term, read.value->text);
}

TermValue Terms::OfString(const Term& term, const std::string& text) const {
  switch (term.kind) {
    case TermKind::kText:
      return Of(text);
    case TermKind::kLength:
      return Whole(static_cast<int64_t>(CountCodePoints(text)));
    case TermKind::kTime: {
      const auto instant = ParseInstant(text);
      return instant ? Of(Number(*instant)) : Bad(term.field);
    }
    default:
      break;
  }
  const auto url = automata::ParseUrl(text);
  if (!url) return Bad(term.field);
  switch (term.kind) {
    case TermKind::kPort:
      return url->port ? Whole(*url->port) : Bad(term.field);
    case TermKind::kScheme:
      return Of(url->scheme);
    case TermKind::kHost:
      return Of(url->host);
    case TermKind::kPath:
      return Of(url->path);
    case TermKind::kQuery:
      return Of(url->query);
    default:
      POLC_UNREACHABLE("a term that reads no string");
  }
}

ir::FieldId Terms::FirstField(ir::TermId id) const {
  ir::FieldId first;
  ir::EachTerm(module_, id, [&](const Term& term) {
    if (!first.valid()) first = term.field;
  });
  return first;
}

TermValue Terms::OfOperands(const Term& term, ir::TermId id) const {
  std::vector<TermValue> values;
  for (const ir::TermId operand : term.operands) {
    values.push_back(Evaluate(operand));
    if (!values.back().ok) return values.back();
  }
  std::vector<Decimal> operands;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto decimal = values[i].number.decimal();
    if (!decimal) return Bad(FirstField(term.operands[i]));
    operands.push_back(*decimal);
  }
  const Decimal last = operands.back();
  const Decimal minus = *Decimal::OfUnits(-last.units());
  std::optional<Decimal> result = minus;
  if (term.kind == TermKind::kAdd) result = Add(operands[0], last);
  if (term.kind == TermKind::kSubtract) result = Add(operands[0], minus);
  if (term.kind == TermKind::kMultiply) result = Multiply(operands[0], last);
  if (result) return Of(Number(*result));
  TermValue bad = Bad(FirstField(id));
  bad.out_of_range = true;
  return bad;
}

Verdict Terms::Member(const TermValue& left, bool is_text,
                      const Value& list) const {
  Verdict any = Verdict::kFalse;
  for (const Value& item : list.items) {
    Verdict one = Verdict::kError;
    if (is_text && item.kind == Kind::kString) {
      one = OfBool(item.text == left.text);
    } else if (!is_text && item.kind == Kind::kNumber) {
      one = OfBool(left.number == Number(item.number));
    }
    any = ir::Or(any, one);
  }
  return any;
}

Verdict Terms::Calculate(const ir::Cond& cond, ir::FieldId* blame) const {
  using ir::Calculation;
  const TermValue left = Evaluate(cond.left);
  const auto fail = [&](ir::FieldId field) {
    *blame = field;
    return Verdict::kError;
  };
  if (cond.calculation == Calculation::kMember) {
    const Read list = view_.Find(module_.field(cond.field), element_);
    if (list.kind == Kind::kList && list.value->items.empty()) {
      return Verdict::kFalse;
    }
    if (!left.ok) return fail(left.blame);
    if (list.kind != Kind::kList) return fail(cond.field);
    const Verdict any =
        Member(left, ir::IsText(module_.term(cond.left).kind), *list.value);
    return any == Verdict::kError ? fail(cond.field) : any;
  }
  if (!left.ok) return fail(left.blame);
  if (cond.calculation == Calculation::kIn) {
    return OfBool(std::any_of(
        cond.test.intervals.begin(), cond.test.intervals.end(),
        [&](const ir::Interval& i) { return Holds(i, left.number); }));
  }
  const TermValue right = Evaluate(cond.right);
  if (!right.ok) return fail(right.blame);
  if (ir::IsText(module_.term(cond.left).kind)) {
    return OfBool(left.text == right.text);
  }
  switch (cond.calculation) {
    case Calculation::kLess:
      return OfBool(left.number < right.number);
    case Calculation::kLessEqual:
      return OfBool(left.number <= right.number);
    default:
      return OfBool(left.number == right.number);
  }
}

}  // namespace polc::eval
