#include "runtime/terms/calculator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "runtime/terms/clock.h"
#include "runtime/terms/url.h"

namespace polc::runtime {
namespace {

/// Numbers of polc::ir::Calculation.
enum Operation : uint8_t { kEqual, kLess, kLessEqual, kIn, kMember };

constexpr size_t kMaxSteps = 256;

bool IsText(TermKind kind) { return kind >= TermKind::kText; }
bool IsOperator(TermKind kind) {
  return kind >= TermKind::kAdd && kind <= TermKind::kNegate;
}
bool ReadsZone(TermKind kind) {
  return kind >= TermKind::kHour && kind <= TermKind::kDate;
}
bool ReadsField(TermKind kind) {
  return IsText(kind) || (kind >= TermKind::kNumber && kind <= TermKind::kTime);
}

uint32_t Verdict(bool holds) { return holds ? POL_TRUE : POL_FALSE; }

Number Whole(int64_t n) {
  // Clocks, lengths and ports are far inside the range.
  return Number(
      Decimal::OfUnits(Decimal::Units{n} * Decimal::kUnit).value_or(Decimal()));
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsAbsent(const pol_slot& slot) {
  return slot.kind == POL_MISSING || slot.kind == POL_NULL;
}

std::string_view StringOf(const pol_slot& slot) {
  return {slot.u.text, slot.length};
}

}  // namespace

// Runs the program on the heights of its stack, so that nothing below looks
// for what is not there.
bool Calculator::LoadProgram(const Manifest& manifest,
                             const std::vector<ManifestTerm>& terms,
                             size_t element_fields, Program* out) const {
  size_t height = 0;
  bool has_text = false;
  for (const ManifestTerm& term : terms) {
    Step step;
    step.kind = term.kind;
    step.of_element = term.of_element;
    step.slot = term.slot;
    step.error = term.error;
    step.has_default = term.has_default;
    step.text = term.text;
    const size_t fields =
        term.of_element ? element_fields : manifest.fields.size();
    if (ReadsField(term.kind) && term.slot >= fields) return false;
    if (ReadsZone(term.kind)) {
      if (term.zone >= manifest.zones.size()) return false;
      step.zone = &manifest.zones[term.zone];
    }
    const bool has_number =
        term.kind == TermKind::kConstant ||
        (ReadsField(term.kind) && !IsText(term.kind) && term.has_default);
    if (has_number) {
      const auto value = Decimal::OfText(term.text);
      if (!value) return false;
      step.value = *value;
    }
    has_text = has_text || IsText(term.kind);
    if (IsOperator(term.kind)) {
      const size_t operands = term.kind == TermKind::kNegate ? 1 : 2;
      if (height < operands) return false;
      height -= operands;
    }
    ++height;
    out->push_back(step);
  }
  return height == 1 && out->size() <= kMaxSteps &&
         (!has_text || out->size() == 1);
}

bool Calculator::Load(const Manifest& manifest, Elements elements) {
  elements_ = elements;
  for (const ManifestZone& zone : manifest.zones) {
    if (zone.at.size() != zone.offsets.size() ||
        !std::is_sorted(zone.at.begin(), zone.at.end())) {
      return false;
    }
  }
  for (const ManifestCalculation& source : manifest.calculations) {
    Calculation& made = calculations_.emplace_back();
    made.source = &source;
    size_t element_fields = 0;
    if (source.quantifier >= 0) {
      const auto q = static_cast<size_t>(source.quantifier);
      if (q >= manifest.quantifiers.size()) return false;
      element_fields = manifest.quantifiers[q].fields.size();
    }
    const bool two = source.operation <= kLessEqual;
    if (source.operation > kMember ||
        !LoadProgram(manifest, source.left, element_fields, &made.left) ||
        (two &&
         !LoadProgram(manifest, source.right, element_fields, &made.right))) {
      return false;
    }
    const bool text = IsText(made.left[0].kind);
    if (two && text != IsText(made.right[0].kind)) return false;
    if (text && source.operation != kEqual && source.operation != kMember) {
      return false;
    }
    const size_t lists =
        source.list_of_element ? element_fields : manifest.fields.size();
    if (source.operation == kMember && source.list >= lists) return false;
    for (const ManifestInterval& i : source.intervals) {
      const auto lo = std::bit_cast<double>(i.lo);
      const auto hi = std::bit_cast<double>(i.hi);
      if (std::isnan(lo) || std::isnan(hi)) return false;
      made.intervals.emplace_back(Number(lo), Number(hi));
    }
  }
  for (const ManifestLimit& limit : manifest.limits) {
    if (!LoadProgram(manifest, limit.cost, 0, &costs_.emplace_back()) ||
        IsText(costs_.back()[0].kind)) {
      return false;
    }
  }
  return true;
}

const pol_slot& Calculator::SlotOf(const Input& input, const Step& step) {
  return (step.of_element ? input.element : input.frame->slots)[step.slot];
}

Number Calculator::OfClock(const Input& input, const Step& step) {
  const int64_t now = input.frame->now;
  if (step.kind == TermKind::kNow) return Whole(now);
  const Local local = LocalAt(*step.zone, now);
  switch (step.kind) {
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

std::optional<Number> Calculator::OfString(const Input& input, const Step& step,
                                           const pol_slot& slot) {
  switch (step.kind) {
    case TermKind::kLength:
      return Whole(static_cast<int64_t>(input.frame->host->code_points(&slot)));
    case TermKind::kTime: {
      const auto instant = ParseInstant(StringOf(slot));
      if (!instant) return std::nullopt;
      return Number(*instant);
    }
    default: {
      const auto url = ParseUrl(StringOf(slot));
      if (!url || url->port == 0) return std::nullopt;
      return Whole(url->port);
    }
  }
}

std::optional<Number> Calculator::OfField(const Input& input,
                                          const Step& step) {
  const pol_slot& slot = SlotOf(input, step);
  if (IsAbsent(slot)) {
    if (!step.has_default) return std::nullopt;
    return Number(step.value);
  }
  if (step.kind == TermKind::kNumber) {
    if (slot.kind != POL_NUMBER) return std::nullopt;
    return Number(slot.u.number);
  }
  if (step.kind == TermKind::kSize) {
    if (slot.kind != POL_LIST) return std::nullopt;
    return Whole(
        static_cast<int64_t>(input.frame->host->list_size(input.frame, &slot)));
  }
  if (slot.kind != POL_STRING) return std::nullopt;
  return OfString(input, step, slot);
}

std::optional<Number> Calculator::NumberOf(const Input& input,
                                           const Program& program,
                                           Fault* fault) {
  struct Entry {
    Number number;
    const Step* first;  // field; null: none
  };
  std::array<Entry, kMaxSteps> stack;
  size_t height = 0;
  for (const Step& step : program) {
    if (!IsOperator(step.kind)) {
      Entry& top = stack[height++];
      top.first = nullptr;
      if (step.kind == TermKind::kConstant) {
        top.number = Number(step.value);
      } else if (ReadsField(step.kind)) {
        const auto value = OfField(input, step);
        if (!value) {
          *fault = {&step, false};
          return std::nullopt;
        }
        top = {*value, &step};
      } else {
        top.number = OfClock(input, step);
      }
      continue;
    }
    const bool is_unary = step.kind == TermKind::kNegate;
    const Entry right = stack[--height];
    const Entry left = is_unary ? Entry{Whole(0), nullptr} : stack[--height];
    const Step* first = left.first != nullptr ? left.first : right.first;
    const auto a = left.number.decimal();
    const auto b = right.number.decimal();
    if (!a || !b) {
      *fault = {a ? right.first : left.first, false};
      return std::nullopt;
    }
    const auto minus = Decimal::OfUnits(-b->units());
    const auto result = step.kind == TermKind::kAdd        ? Add(*a, *b)
                        : step.kind == TermKind::kMultiply ? Multiply(*a, *b)
                                                           : Add(*a, *minus);
    if (!result) {
      *fault = {first, true};
      return std::nullopt;
    }
    stack[height++] = {Number(*result), first};
  }
  return stack[0].number;
}

std::optional<Calculator::Text> Calculator::TextOf(const Input& input,
                                                   const Step& step) {
  const pol_slot& slot = SlotOf(input, step);
  if (IsAbsent(slot)) {
    if (!step.has_default) return std::nullopt;
    return Text{step.text};
  }
  if (slot.kind != POL_STRING) return std::nullopt;
  if (step.kind == TermKind::kText) return Text{StringOf(slot)};
  const auto url = ParseUrl(StringOf(slot));
  if (!url) return std::nullopt;
  switch (step.kind) {
    case TermKind::kScheme:
      return Text{url->scheme, true};
    case TermKind::kHost:
      return Text{url->host, true};
    case TermKind::kPath:
      return Text{url->path};
    default:
      return Text{url->query};
  }
}

bool Calculator::Equal(const Text& a, const Text& b) {
  return std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(),
                    b.bytes.end(), [&](char x, char y) {
                      return (a.fold ? Lower(x) : x) == (b.fold ? Lower(y) : y);
                    });
}

uint32_t Calculator::Texts(const Input& input, const Calculation& calculation,
                           int32_t* error) {
  std::array<Text, 2> sides;
  const std::array<const Step*, 2> steps = {&calculation.left[0],
                                            &calculation.right[0]};
  for (size_t i = 0; i < sides.size(); ++i) {
    const auto text = TextOf(input, *steps[i]);
    if (!text) {
      *error = steps[i]->error;
      return POL_ERROR;
    }
    sides[i] = *text;
  }
  return Verdict(Equal(sides[0], sides[1]));
}

uint32_t Calculator::Member(const Input& input, const Calculation& calculation,
                            int32_t* error) const {
  const ManifestCalculation& source = *calculation.source;
  const pol_slot& list =
      (source.list_of_element ? input.element
                              : input.frame->slots)[source.list];
  pol_iterator at = {};
  pol_slot item = {};
  bool more = list.kind == POL_LIST && elements_(&list, &at, &item) != 0;
  if (list.kind == POL_LIST && !more) return POL_FALSE;
  const Step& step = calculation.left[0];
  const bool is_text = IsText(step.kind);
  Fault fault;
  std::optional<Text> text;
  std::optional<Number> number;
  if (is_text) {
    text = TextOf(input, step);
    if (!text) fault.step = &step;
  } else {
    number = NumberOf(input, calculation.left, &fault);
  }
  if (!text && !number) {
    *error = fault.step != nullptr ? fault.step->error : -1;
    return POL_ERROR;
  }
  bool is_error = list.kind != POL_LIST;
  for (; more; more = elements_(&list, &at, &item) != 0) {
    if (item.kind != (is_text ? POL_STRING : POL_NUMBER)) {
      is_error = true;
    } else if (is_text ? Equal(*text, Text{StringOf(item)})
                       : number->Compare(Number(item.u.number)) == 0) {
      return POL_TRUE;
    }
  }
  if (!is_error) return POL_FALSE;
  *error = source.list_error;
  return POL_ERROR;
}

uint32_t Calculator::Calculate(const pol_frame* frame, const pol_slot* element,
                               uint32_t index, int32_t* error) const {
  *error = -1;
  const Input input{frame, element};
  const Calculation& calculation = calculations_[index];
  const ManifestCalculation& source = *calculation.source;
  if (source.operation == kMember) return Member(input, calculation, error);
  if (IsText(calculation.left[0].kind)) return Texts(input, calculation, error);
  Fault fault;
  const auto fail = [&] {
    if (fault.step != nullptr) *error = fault.step->error;
    return uint32_t{POL_ERROR};
  };
  const auto left = NumberOf(input, calculation.left, &fault);
  if (!left) return fail();
  if (source.operation == kIn) {
    for (size_t i = 0; i < calculation.intervals.size(); ++i) {
      const int above = left->Compare(calculation.intervals[i].first);
      const int below = left->Compare(calculation.intervals[i].second);
      const ManifestInterval& ends = source.intervals[i];
      if ((above > 0 || (above == 0 && !ends.lo_open)) &&
          (below < 0 || (below == 0 && !ends.hi_open))) {
        return POL_TRUE;
      }
    }
    return POL_FALSE;
  }
  const auto right = NumberOf(input, calculation.right, &fault);
  if (!right) return fail();
  const int order = left->Compare(*right);
  if (source.operation == kEqual) return Verdict(order == 0);
  return Verdict(source.operation == kLess ? order < 0 : order <= 0);
}

std::optional<Decimal> Calculator::Cost(const pol_frame* frame, uint32_t limit,
                                        int32_t* field) const {
  *field = -1;
  const Program& program = costs_[limit];
  Fault fault;
  const auto cost = NumberOf({frame, nullptr}, program, &fault);
  if (!cost) {
    if (fault.step != nullptr && !fault.out_of_range) {
      *field = static_cast<int32_t>(fault.step->slot);
    }
    return std::nullopt;
  }
  // What is not a decimal is one field's number as it is.
  const auto decimal = cost->decimal();
  if (!decimal) *field = static_cast<int32_t>(program[0].slot);
  return decimal;
}

}  // namespace polc::runtime
