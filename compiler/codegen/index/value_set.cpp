#include "compiler/codegen/index/value_set.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "compiler/codegen/intervals.h"

namespace polc::codegen {
namespace {

using automata::Dfa;
using ir::Interval;
using ir::Kind;
using ir::Outcome;
using ir::TestKind;
using Strings = std::shared_ptr<const StringSet>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// A combination that needs more is given up: the larger set does.
constexpr size_t kMaxStates = 2000;
constexpr uint32_t kAllKinds = (1u << ir::kKindCount) - 1;

Strings OfDfa(std::shared_ptr<const Dfa> dfa) {
  return std::make_shared<const StringSet>(std::move(dfa));
}

Strings OfTexts(std::vector<std::string> texts) {
  return std::make_shared<const StringSet>(std::move(texts));
}

std::shared_ptr<const Dfa> DfaOf(const StringSet& set) {
  if (!set.is_listed()) return {std::shared_ptr<void>(), &set.dfa()};
  auto made = automata::FromStrings(set.texts(), kMaxStates);
  return made ? std::make_shared<const Dfa>(std::move(*made)) : nullptr;
}

Strings MeetStrings(const Strings& a, const Strings& b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  if (a->is_listed() || b->is_listed()) {
    const StringSet& listed = a->is_listed() ? *a : *b;
    const StringSet& other = a->is_listed() ? *b : *a;
    std::vector<std::string> both;
    for (const std::string& text : listed.texts()) {
      if (other.Holds(text)) both.push_back(text);
    }
    return OfTexts(std::move(both));
  }
  return std::make_shared<const StringSet>(a, b);
}

Strings JoinStrings(const Strings& a, const Strings& b) {
  if (a == nullptr || b == nullptr) return nullptr;
  if (a == b) return a;
  if (a->is_listed() && b->is_listed()) {
    std::vector<std::string> both;
    std::set_union(a->texts().begin(), a->texts().end(), b->texts().begin(),
                   b->texts().end(), std::back_inserter(both));
    return OfTexts(std::move(both));
  }
  const auto x = DfaOf(*a);
  const auto y = DfaOf(*b);
  if (x == nullptr || y == nullptr) return nullptr;
  auto both = automata::Union(*x, *y, kMaxStates);
  return both ? OfDfa(std::make_shared<const Dfa>(std::move(*both))) : nullptr;
}

std::vector<Interval> MeetNumbers(const std::vector<Interval>& a,
                                  const std::vector<Interval>& b) {
  std::vector<Interval> both;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    Interval one;
    one.lo = std::max(a[i].lo, b[j].lo);
    one.hi = std::min(a[i].hi, b[j].hi);
    if (one.lo <= one.hi) both.push_back(one);
    (a[i].hi < b[j].hi ? i : j)++;
  }
  return both;
}

std::vector<Interval> JoinNumbers(std::vector<Interval> all,
                                  const std::vector<Interval>& more) {
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  std::vector<Interval> out;
  for (const Interval& one : all) {
    if (!out.empty() && one.lo <= std::nextafter(out.back().hi, kInfinity)) {
      out.back().hi = std::max(out.back().hi, one.hi);
    } else {
      out.push_back(one);
    }
  }
  return out;
}

std::vector<Interval> Outside(const std::vector<Interval>& closed) {
  std::vector<Interval> out;
  double lo = -kInfinity;
  bool is_open = true;
  for (const Interval& one : closed) {
    Interval gap;
    gap.lo = lo;
    gap.hi = std::nextafter(one.lo, -kInfinity);
    if (one.lo != -kInfinity && gap.lo <= gap.hi) out.push_back(gap);
    is_open = one.hi != kInfinity;
    lo = std::nextafter(one.hi, kInfinity);
  }
  if (is_open) {
    Interval last;
    last.lo = lo;
    out.push_back(last);
  }
  return out;
}

// The strings for which the test is an error or `wanted`.
Strings StringsOf(const ir::Module& module, const ir::Languages& langs,
                  const ir::Test& test, bool wanted) {
  const ir::Lang& lang = module.lang(test.language);
  Strings in;
  if (wanted && lang.kind == ir::LangKind::kSet && !lang.fold) {
    in = OfTexts(lang.texts);
  } else if (wanted) {
    in = std::make_shared<const StringSet>(langs, test.language);
  } else {
    in = OfDfa(std::make_shared<const Dfa>(
        automata::Complement(langs.dfa(test.language))));
  }
  if (!test.domain.valid()) return in;
  return JoinStrings(in, OfDfa(std::make_shared<const Dfa>(
                             automata::Complement(langs.dfa(test.domain)))));
}

// What the look at a value of the test's kind leaves.
void Look(const ir::Module& module, const ir::Languages& langs,
          const ir::Test& test, bool wanted, Kind kind, ValueSet* set) {
  if (kind == Kind::kString && test.kind == TestKind::kString) {
    set->strings = StringsOf(module, langs, test, wanted);
    set->max_bytes = test.max_bytes;
  } else if (kind == Kind::kNumber && test.kind == TestKind::kNumber) {
    const std::vector<Interval> closed = Closed(test.intervals);
    // A number in an interval need not be whole.
    if (wanted) set->numbers = closed;
    if (!wanted && !test.integral) set->numbers = Outside(closed);
  } else if (kind == Kind::kBool && test.kind == TestKind::kBool) {
    set->has_true = wanted;
    set->has_false = !wanted;
  }
}

}  // namespace

const Dfa& StringSet::dfa() const {
  if (langs_ != nullptr) return langs_->dfa(lang_);
  if (made_ == nullptr) {
    auto both = automata::Intersect(a_->dfa(), b_->dfa(), kMaxStates);
    made_ = both ? std::make_shared<const Dfa>(std::move(*both))
                 : std::shared_ptr<const Dfa>(a_, &a_->dfa());
  }
  return *made_;
}

bool StringSet::Holds(const std::string& text) const {
  return is_listed() ? std::binary_search(texts_.begin(), texts_.end(), text)
                     : automata::Matches(dfa(), text);
}

bool StringSet::AddTo(const ir::Digests& digests, ir::Digester* out) const {
  out->Add(uint64_t{a_ != nullptr});
  if (a_ != nullptr) return a_->AddTo(digests, out) && b_->AddTo(digests, out);
  if (langs_ != nullptr) out->Add(digests.of(lang_));
  return langs_ != nullptr;
}

ValueSet ValueSet::All() {
  ValueSet set;
  set.kinds = kAllKinds;
  set.has_false = true;
  set.has_true = true;
  set.numbers.emplace_back();
  return set;
}

bool ValueSet::is_all() const {
  return kinds == kAllKinds && has_false && has_true && strings == nullptr &&
         numbers.size() == 1 && numbers[0] == Interval();
}

ValueSet Meet(const ValueSet& a, const ValueSet& b) {
  ValueSet out;
  out.kinds = a.kinds & b.kinds;
  out.has_false = a.has_false && b.has_false;
  out.has_true = a.has_true && b.has_true;
  out.numbers = MeetNumbers(a.numbers, b.numbers);
  out.strings = MeetStrings(a.strings, b.strings);
  // Of what one of the two does not bound, the other decides: the smaller
  // bound is the safe one.
  out.max_bytes = a.max_bytes == 0 || b.max_bytes == 0
                      ? std::max(a.max_bytes, b.max_bytes)
                      : std::min(a.max_bytes, b.max_bytes);
  return out;
}

ValueSet Join(const ValueSet& a, const ValueSet& b) {
  ValueSet out;
  out.kinds = a.kinds | b.kinds;
  out.has_false = a.has_false || b.has_false;
  out.has_true = a.has_true || b.has_true;
  out.numbers = JoinNumbers(a.numbers, b.numbers);
  const bool a_has = a.has(Kind::kString);
  const bool b_has = b.has(Kind::kString);
  out.strings = a_has && b_has ? JoinStrings(a.strings, b.strings)
                : a_has        ? a.strings
                               : b.strings;
  out.max_bytes = a.max_bytes == 0 || b.max_bytes == 0
                      ? std::max(a.max_bytes, b.max_bytes)
                      : std::min(a.max_bytes, b.max_bytes);
  return out;
}

ValueSet ValuesOf(const ir::Module& module, const ir::Languages& langs,
                  const ir::Cond& cond, bool wanted) {
  ValueSet set = ValueSet::All();
  const Outcome unwanted = wanted ? Outcome::kFalse : Outcome::kTrue;
  for (int k = 0; k < ir::kKindCount; ++k) {
    const Outcome outcome = cond.on[static_cast<size_t>(k)];
    const auto kind = static_cast<Kind>(k);
    if (outcome == unwanted) {
      set.kinds &= ~(1u << k);
      if (kind == Kind::kNumber) set.numbers.clear();
      if (kind == Kind::kBool) set.has_false = set.has_true = false;
    } else if (outcome == Outcome::kTest && cond.kind == ir::CondKind::kTest) {
      Look(module, langs, cond.test, wanted, kind, &set);
    }
  }
  return set;
}

bool Holds(const ValueSet& set, const std::string& text) {
  if (!set.has(Kind::kString)) return false;
  return set.strings == nullptr || set.strings->Holds(text);
}

}  // namespace polc::codegen
