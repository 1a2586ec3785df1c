#include "verifier/native/canonical.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "compiler/support/check.h"

namespace polc::verifier::native {
namespace {

using automata::Dfa;
using ir::CondId;
using ir::CondKind;
using ir::LangId;
using ir::Outcome;
using ir::TestKind;
using ir::Verdict;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

uint64_t HashOf(const Dfa& dfa) {
  uint64_t hash = 0xCBF29CE484222325u ^ dfa.start;
  const auto add = [&](uint64_t part) {
    hash = (hash ^ part) * 0x100000001B3u;
    hash ^= hash >> 32;
  };
  for (const uint8_t byte_class : dfa.byte_class) add(byte_class);
  for (const uint32_t state : dfa.next) add(state);
  for (const uint8_t accept : dfa.accept) add(accept);
  return hash;
}

// What a request can hold of the language; nothing of it is lost by a bound.
Dfa WithoutNul(const Dfa& dfa) {
  auto without = automata::Intersect(dfa, automata::NulFree(),
                                     4 * dfa.num_states() + 1024);
  POLC_CHECK(without.has_value(), "a product with a small automaton");
  return std::move(*without);
}

}  // namespace

std::vector<ir::Interval> CanonicalIntervals(
    const std::vector<ir::Interval>& intervals) {
  std::vector<ir::Interval> out;
  for (const ir::Interval& from : intervals) {
    // There is a zero, not two: + 0.0 makes one of them.
    ir::Interval to;
    to.lo = (from.lo_open ? std::nextafter(from.lo, kInfinity) : from.lo) + 0.0;
    to.hi =
        (from.hi_open ? std::nextafter(from.hi, -kInfinity) : from.hi) + 0.0;
    if (!(to.lo <= to.hi)) continue;
    if (!out.empty() && to.lo <= std::nextafter(out.back().hi, kInfinity)) {
      out.back().hi = std::max(out.back().hi, to.hi);
      continue;
    }
    out.push_back(to);
  }
  return out;
}

std::vector<ir::Interval> MeetIntervals(const std::vector<ir::Interval>& a,
                                        const std::vector<ir::Interval>& b) {
  std::vector<ir::Interval> out;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const ir::Interval both{std::max(a[i].lo, b[j].lo),
                            std::min(a[i].hi, b[j].hi), false, false};
    if (both.lo <= both.hi) out.push_back(both);
    if (a[i].hi < b[j].hi) {
      ++i;
    } else {
      ++j;
    }
  }
  return out;
}

Canonical::Canonical(const ir::Module& module, const ir::Languages& languages)
    : module_(module),
      languages_(languages),
      given_langs_(module.langs.size()),
      conds_(Less{&module_.conds}),
      cond_of_(module.conds.size()),
      term_of_(module.terms.size()),
      lang_of_(module.langs.size()) {
  for (size_t i = 0; i < module.fields.size(); ++i) {
    fields_.try_emplace(module.fields[i], i);
  }
}

ir::FieldId Canonical::Field(const ir::Field& field) {
  const auto [at, is_new] = fields_.try_emplace(field, module_.fields.size());
  if (is_new) module_.fields.push_back(field);
  return at->second;
}

// `otherwise` if there is none yet; then it is one.
LangId Canonical::Known(const Dfa& dfa, LangId otherwise) {
  Dfa without = WithoutNul(dfa);
  const uint64_t hash = HashOf(without);
  const auto [from, to] = langs_.equal_range(hash);
  for (auto at = from; at != to; ++at) {
    if (dfas_.at(at->second) == without) return at->second;
  }
  langs_.emplace(hash, otherwise);
  dfas_.emplace(otherwise, std::move(without));
  return otherwise;
}

LangId Canonical::Of(LangId original) {
  LangId& made = lang_of_[original.value()];
  if (!made.valid()) made = Known(languages_.dfa(original), original);
  return made;
}

LangId Canonical::Language(const Dfa& dfa) {
  const LangId next(module_.langs.size());
  const LangId known = Known(dfa, next);
  if (known != next) return known;
  // Only its automaton is ever looked at.
  ir::Lang lang;
  lang.kind = ir::LangKind::kMatches;
  lang.texts = {"(of the tables)"};
  module_.langs.push_back(std::move(lang));
  languages_.Add(dfas_.at(known));
  return known;
}

const Dfa& Canonical::DfaOf(LangId canonical) const {
  return dfas_.at(canonical);
}

ir::TermId Canonical::MakeTerm(ir::Term term) {
  const auto [at, is_new] = terms_.try_emplace(term, module_.terms.size());
  if (is_new) module_.terms.push_back(std::move(term));
  return at->second;
}

ir::TermId Canonical::Of(ir::TermId original) {
  if (term_of_[original.value()].valid()) return term_of_[original.value()];
  ir::Term term = module_.term(original);
  if (term.field.valid()) term.field = Field(module_.field(term.field));
  for (ir::TermId& operand : term.operands) operand = Of(operand);
  return term_of_[original.value()] = MakeTerm(std::move(term));
}

CondId Canonical::Intern(ir::Cond cond) {
  module_.conds.push_back(std::move(cond));
  const auto [at, is_new] = conds_.insert(CondId(module_.conds.size() - 1));
  if (!is_new) module_.conds.pop_back();
  return *at;
}

CondId Canonical::Of(CondId original) {
  if (cond_of_[original.value()].valid()) return cond_of_[original.value()];
  const ir::Cond cond = module_.cond(original);  // a copy: the module grows
  const auto field = [&](ir::FieldId id) {
    return id.valid() ? Field(module_.field(id)) : id;
  };
  std::vector<CondId> operands;
  for (const CondId id : cond.operands) operands.push_back(Of(id));
  CondId made;
  switch (cond.kind) {
    case CondKind::kConst:
      made = Const(cond.verdict);
      break;
    case CondKind::kTest: {
      ir::Test test = cond.test;
      if (test.language.valid()) test.language = Of(test.language);
      if (test.domain.valid()) test.domain = Of(test.domain);
      made = Test(field(cond.field), cond.on, std::move(test));
      break;
    }
    case CondKind::kNot:
      made = Not(operands[0]);
      break;
    case CondKind::kAnd:
    case CondKind::kOr:
      made = Fold(cond.kind, std::move(operands));
      break;
    case CondKind::kCompare:
    case CondKind::kCalculate:
    case CondKind::kAll: {
      ir::Cond to = cond;
      to.field = field(to.field);
      to.other = field(to.other);
      if (to.left.valid()) to.left = Of(to.left);
      if (to.right.valid()) to.right = Of(to.right);
      to.operands = std::move(operands);
      if (cond.kind == CondKind::kAll) {
        to.on[static_cast<size_t>(ir::Kind::kList)] = Outcome::kTest;
      }
      if (cond.kind == CondKind::kCalculate) {
        to.test = {};
        to.test.intervals = cond.test.intervals;
      }
      made = Intern(std::move(to));
      break;
    }
  }
  return cond_of_[original.value()] = made;
}

CondId Canonical::Const(Verdict verdict) {
  ir::Cond cond;
  cond.verdict = verdict;
  return Intern(std::move(cond));
}

CondId Canonical::Test(ir::FieldId field, const ir::Outcomes& on,
                       ir::Test test) {
  ir::Cond cond;
  cond.kind = CondKind::kTest;
  cond.field = field;
  cond.on = on;
  const bool looks =
      std::find(on.begin(), on.end(), Outcome::kTest) != on.end();
  if (looks) {
    test.intervals = CanonicalIntervals(test.intervals);
    cond.test = std::move(test);
  }
  return Intern(std::move(cond));
}

CondId Canonical::Not(CondId operand) {
  const ir::Cond& inner = cond(operand);
  if (inner.kind == CondKind::kNot) return inner.operands[0];
  if (inner.kind == CondKind::kConst) return Const(ir::Not(inner.verdict));
  ir::Cond made;
  made.kind = CondKind::kNot;
  made.operands = {operand};
  return Intern(std::move(made));
}

// Tests of one field for numbers that differ in nothing else are one: they are
// errors together, or none.
void Canonical::MeetNumbers(std::vector<CondId>* operands) {
  std::map<std::tuple<ir::FieldId, ir::Outcomes, bool>, CondId> met;
  const auto meet = [&](CondId id) {
    const ir::Cond one = cond(id);
    if (one.kind != CondKind::kTest || one.test.kind != TestKind::kNumber) {
      return false;
    }
    const std::tuple key = {one.field, one.on, one.test.integral};
    const auto [at, is_new] = met.try_emplace(key, id);
    if (is_new) return true;
    ir::Test both = one.test;
    both.intervals =
        MeetIntervals(one.test.intervals, cond(at->second).test.intervals);
    at->second = Test(one.field, one.on, std::move(both));
    return true;
  };
  std::erase_if(*operands, meet);
  for (const auto& [key, id] : met) operands->push_back(id);
}

CondId Canonical::Fold(CondKind kind, std::vector<CondId> operands) {
  const CondId unit =
      Const(kind == CondKind::kAnd ? Verdict::kTrue : Verdict::kFalse);
  const CondId zero =
      Const(kind == CondKind::kAnd ? Verdict::kFalse : Verdict::kTrue);
  std::vector<CondId> flat;
  for (const CondId id : operands) {
    if (cond(id).kind == kind) {
      const std::vector<CondId>& inner = cond(id).operands;
      flat.insert(flat.end(), inner.begin(), inner.end());
    } else {
      flat.push_back(id);
    }
  }
  if (kind == CondKind::kAnd) MeetNumbers(&flat);
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  std::erase(flat, unit);
  if (flat.empty()) return unit;
  if (flat.size() == 1) return flat[0];
  if (std::find(flat.begin(), flat.end(), zero) != flat.end()) return zero;
  ir::Cond made;
  made.kind = kind;
  made.operands = std::move(flat);
  return Intern(std::move(made));
}

}  // namespace polc::verifier::native
