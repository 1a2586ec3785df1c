#include "verifier/native/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polc::verifier::native {
namespace {

using automata::Dfa;
using ir::Interval;
using ir::Kind;
using ir::Outcome;

uint32_t Bit(Kind kind) { return 1u << static_cast<int>(kind); }

std::vector<Interval> Outside(const std::vector<Interval>& intervals) {
  std::vector<Interval> out;
  Interval gap;
  for (const Interval& interval : intervals) {
    gap.hi = interval.lo;
    gap.hi_open = true;
    out.push_back(gap);
    gap = {interval.hi, std::numeric_limits<double>::infinity(), true, false};
  }
  out.push_back(gap);
  return CanonicalIntervals(out);
}

}  // namespace

const Dfa* ValueMaker::Keep(Dfa dfa) {
  kept_.push_back(std::make_unique<Dfa>(std::move(dfa)));
  return kept_.back().get();
}

void ValueMaker::DropEmpty(Values* values) {
  if (!values->bools[0] && !values->bools[1])
    values->kinds &= ~Bit(Kind::kBool);
  if (values->numbers.empty()) values->kinds &= ~Bit(Kind::kNumber);
  if (values->longer_than == 0 && automata::IsEmpty(*values->strings)) {
    values->kinds &= ~Bit(Kind::kString);
  }
}

const Values& ValueMaker::Of(ir::CondId test, bool may_be) {
  const auto [at, is_new] = of_.try_emplace({test, may_be});
  if (is_new) at->second = Make(canonical_.cond(test), may_be);
  return at->second;
}

Values ValueMaker::Make(const ir::Cond& cond, bool may_be) {
  Values out;
  out.kinds = 0;
  for (size_t kind = 0; kind < cond.on.size(); ++kind) {
    const Outcome never = may_be ? Outcome::kFalse : Outcome::kTrue;
    if (cond.on[kind] != never) out.kinds |= 1u << kind;
    if (cond.on[kind] == Outcome::kTest) LookAt(cond.test, may_be, &out);
  }
  DropEmpty(&out);
  return out;
}

void ValueMaker::LookAt(const ir::Test& test, bool may_be, Values* out) {
  switch (test.kind) {
    case ir::TestKind::kBool:
      out->bools = {!may_be, may_be};
      return;
    case ir::TestKind::kNumber:
      if (may_be) {
        out->numbers = test.intervals;
      } else if (!test.integral) {
        out->numbers = Outside(test.intervals);
      }
      return;
    case ir::TestKind::kString: {
      out->longer_than = test.max_bytes;
      const Dfa& in = canonical_.DfaOf(test.language);
      auto strings = may_be ? Result<Dfa>(in)
                            : automata::Difference(automata::NulFree(), in);
      if (strings && test.domain.valid()) {
        const auto errors = automata::Difference(automata::NulFree(),
                                                 canonical_.DfaOf(test.domain));
        strings = errors ? automata::Union(*strings, *errors) : errors;
      }
      if (strings) out->strings = Keep(std::move(*strings));
      return;
    }
    case ir::TestKind::kNone:
    case ir::TestKind::kLength:
    case ir::TestKind::kSize:
    case ir::TestKind::kOnly:
      return;
  }
}

Values ValueMaker::Meet(const Values& a, const Values& b) {
  Values out;
  out.kinds = a.kinds & b.kinds;
  out.bools = {a.bools[0] && b.bools[0], a.bools[1] && b.bools[1]};
  out.numbers = MeetIntervals(a.numbers, b.numbers);
  // A longer string is only in both if both have the long ones or it is one of
  // the other's; the smaller bound holds all of these.
  out.longer_than = a.longer_than == 0 || b.longer_than == 0
                        ? std::max(a.longer_than, b.longer_than)
                        : std::min(a.longer_than, b.longer_than);
  const Dfa* any = &automata::NulFree();
  if (a.strings == b.strings || b.strings == any) {
    out.strings = a.strings;
  } else if (a.strings == any) {
    out.strings = b.strings;
  } else {
    const auto key = std::minmax(a.strings, b.strings);
    const auto [met, is_new] = met_.try_emplace({key.first, key.second});
    if (is_new) {
      auto both = automata::Intersect(*a.strings, *b.strings);
      met->second = both ? Keep(std::move(*both)) : a.strings;
    }
    out.strings = met->second;
  }
  DropEmpty(&out);
  return out;
}

}  // namespace polc::verifier::native
