// Terms: arithmetic, lengths, parts of URLs, times.
#include <utility>

#include "test/unit/support/ir_generator.h"
#include "test/unit/support/vocabulary.h"

namespace polc::testing {
namespace {

using ir::Builder;
using ir::Calculation;
using ir::CondId;
using ir::FieldId;
using ir::TermId;
using ir::TermKind;

Decimal Amount(const std::vector<double>& from, Random* random) {
  const auto value = Decimal::OfDouble(random->Pick(from));
  return value ? *value : Decimal::OfInteger(3);
}

}  // namespace

ir::ZoneId Generator::MakeZone(Builder* b) {
  switch (random_.Below(3)) {
    case 0:
      return b->MakeZone(
          {"Test/North",
           3208,
           {{-2'422'054'408, 3600}, {323'830'800, 7200}, {338'950'800, 3600}},
           "CET-1CEST,M3.5.0,M10.5.0/3"});
    case 1:
      return b->MakeZone(
          {"Test/South", -10'800, {}, "<-03>3<-02>,M10.1.0/0,M2.3.0/0"});
    default:
      return b->MakeZone({"Test/Fixed", 19'800, {{-872'058'600, 19'800}}, ""});
  }
}

FieldId Generator::ArgumentOf(Builder* b, Shape shape, bool of_element) {
  // Elements of records have a name and a count.
  if (of_element && (shape == Shape::kText || shape == Shape::kNumber)) {
    return b->MakeField(
        {ir::Root::kElement, {{shape == Shape::kText ? "name" : "count", -1}}});
  }
  std::vector<Argument> fitting;
  for (const Argument& a : Arguments()) {
    if (a.shape == shape) fitting.push_back(a);
  }
  return ArgumentField(b, random_.Pick(fitting));
}

TermId Generator::NumberLeaf(Builder* b, bool of_element) {
  ir::Term term;
  Shape shape = Shape::kNumber;
  switch (random_.Below(9)) {
    case 0:
      return b->Amount(Amount(Numbers(), &random_));
    case 1:
      term.kind = TermKind::kLength;
      shape = Shape::kText;
      break;
    case 2:
      term.kind = TermKind::kSize;
      shape = Shape::kTexts;
      break;
    case 3:
      term.kind = TermKind::kPort;
      shape = Shape::kUrl;
      break;
    case 4:
      term.kind = TermKind::kTime;
      shape = Shape::kTime;
      break;
    case 5: {
      constexpr TermKind kClocks[] = {TermKind::kNow, TermKind::kHour,
                                      TermKind::kMinute, TermKind::kWeekday,
                                      TermKind::kDate};
      term.kind = kClocks[random_.Below(5)];
      if (ir::ReadsZone(term.kind)) term.zone = MakeZone(b);
      return b->MakeTerm(std::move(term));
    }
    default:
      term.kind = TermKind::kNumber;
  }
  term.field = ArgumentOf(b, shape, of_element);
  if (random_.Percent(30)) term.if_absent = Amount(Numbers(), &random_);
  return b->MakeTerm(std::move(term));
}

TermId Generator::NumberTerm(Builder* b, int depth, bool of_element) {
  if (depth <= 0 || random_.Percent(40)) return NumberLeaf(b, of_element);
  if (random_.Percent(15)) {
    const TermId operand = NumberTerm(b, depth - 1, of_element);
    return b->Arithmetic(TermKind::kNegate, {operand});
  }
  constexpr TermKind kOperators[] = {TermKind::kAdd, TermKind::kSubtract,
                                     TermKind::kMultiply};
  const TermKind kind = kOperators[random_.Below(3)];
  const TermId left = NumberTerm(b, depth - 1, of_element);
  const TermId right = NumberTerm(b, depth - 1, of_element);
  return b->Arithmetic(kind, {left, right});
}

TermId Generator::TextTerm(Builder* b, bool of_element) {
  ir::Term term;
  Shape shape = Shape::kUrl;
  switch (random_.Below(6)) {
    case 0:
      term.kind = TermKind::kScheme;
      break;
    case 1:
    case 2:
      term.kind = TermKind::kHost;
      break;
    case 3:
      term.kind = random_.Percent(50) ? TermKind::kPath : TermKind::kQuery;
      break;
    default:
      term.kind = TermKind::kText;
      shape = random_.Percent(40) ? Shape::kHost : Shape::kText;
  }
  term.field = ArgumentOf(b, shape, of_element);
  if (random_.Percent(30)) {
    term.if_absent_text = random_.Percent(50) ? "example.com" : "https";
  }
  return b->MakeTerm(std::move(term));
}

CondId Generator::Calculated(Builder* b, bool of_element) {
  const FieldId list = ArgumentOf(b, Shape::kTexts, false);
  switch (random_.Below(8)) {
    case 0: {
      const TermId left = TextTerm(b, of_element);
      return b->Calculate(Calculation::kEqual, left, TextTerm(b, of_element));
    }
    case 1:
      return b->MemberOf(TextTerm(b, of_element), list);
    case 2:
      return b->MemberOf(NumberTerm(b, 1, of_element),
                         ArgumentOf(b, Shape::kNumbers, false));
    case 3: {
      // Times beside times, or they are seldom equal.
      ir::Term now;
      now.kind = TermKind::kNow;
      const TermId time =
          b->TermOf(TermKind::kTime, ArgumentOf(b, Shape::kTime, false));
      return b->Calculate(Calculation::kLess, b->MakeTerm(now), time);
    }
    case 4: {
      const double lo = random_.Below(20);
      return b->InIntervals(
          NumberTerm(b, 2, of_element),
          {{lo, lo + 5, random_.Percent(50), false}, {100, 1e300, true, true}});
    }
    default: {
      constexpr Calculation kOrders[] = {
          Calculation::kEqual, Calculation::kLess, Calculation::kLessEqual};
      const Calculation op = kOrders[random_.Below(3)];
      const TermId left = NumberTerm(b, 2, of_element);
      return b->Calculate(op, left, NumberTerm(b, 1, of_element));
    }
  }
}

}  // namespace polc::testing
