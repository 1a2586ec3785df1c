// Hash-consing: a node is appended to the module, looked up, and taken off
// again if an equal one is there already. Every rewrite here holds for errors
// too: `x and not x` is not false when x is an error, so it stays.
#include "compiler/ir/builder.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

#include "compiler/support/check.h"

namespace polc::ir {
namespace {

class Hasher {
 public:
  void Add(uint64_t n) {
    // One round of splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
    uint64_t z = (state_ ^ n) + 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    state_ = z ^ (z >> 31);
  }
  void Add(std::string_view text) { Add(std::hash<std::string_view>()(text)); }
  // 0.0 and -0.0 are equal, so they must hash alike.
  void Add(double value) {
    Add(value == 0 ? uint64_t{0} : std::bit_cast<uint64_t>(value));
  }
  template <typename Tag>
  void Add(Id<Tag> id) {
    Add(static_cast<uint64_t>(id.index));
  }
  size_t value() const { return static_cast<size_t>(state_); }

 private:
  uint64_t state_ = 0;
};

size_t HashOf(const Field& field) {
  Hasher hash;
  hash.Add(static_cast<uint64_t>(field.root));
  for (const Step& step : field.steps) {
    hash.Add(std::string_view(step.member));
    hash.Add(static_cast<uint64_t>(step.index));
  }
  return hash.value();
}

size_t HashOf(const Lang& lang) {
  Hasher hash;
  hash.Add(static_cast<uint64_t>(lang.kind));
  for (const std::string& text : lang.texts) hash.Add(std::string_view(text));
  for (const LangId id : lang.operands) hash.Add(id);
  hash.Add(static_cast<uint64_t>(lang.lo));
  hash.Add(static_cast<uint64_t>(lang.hi));
  hash.Add(uint64_t{lang.fold});
  return hash.value();
}

size_t HashOf(const zones::Zone& zone) {
  Hasher hash;
  hash.Add(std::string_view(zone.name));
  return hash.value();
}

size_t HashOf(const Term& term) {
  Hasher hash;
  hash.Add(static_cast<uint64_t>(term.kind));
  hash.Add(static_cast<uint64_t>(term.value.units()));
  hash.Add(term.field);
  hash.Add(term.zone);
  if (term.if_absent) {
    hash.Add(static_cast<uint64_t>(term.if_absent->units()));
  }
  if (term.if_absent_text) hash.Add(std::string_view(*term.if_absent_text));
  for (const TermId id : term.operands) hash.Add(id);
  return hash.value();
}

void AddTest(const Test& test, Hasher* hash) {
  hash->Add(static_cast<uint64_t>(test.kind));
  hash->Add(test.language);
  hash->Add(test.domain);
  for (const Interval& interval : test.intervals) {
    hash->Add(interval.lo);
    hash->Add(interval.hi);
  }
  hash->Add(test.lo);
  hash->Add(test.hi);
  for (const std::string& key : test.keys) hash->Add(std::string_view(key));
}

size_t HashOf(const Cond& cond) {
  Hasher hash;
  hash.Add(static_cast<uint64_t>(cond.kind) |
           static_cast<uint64_t>(cond.verdict) << 8 |
           static_cast<uint64_t>(cond.op) << 16 |
           static_cast<uint64_t>(cond.calculation) << 24);
  hash.Add(cond.left);
  hash.Add(cond.right);
  hash.Add(cond.field);
  hash.Add(cond.other);
  hash.Add(std::string_view(cond.prefix));
  uint64_t on = 0;
  for (const Outcome outcome : cond.on) {
    on = on << 2 | static_cast<uint64_t>(outcome);
  }
  hash.Add(on);
  AddTest(cond.test, &hash);
  for (const CondId id : cond.operands) hash.Add(id);
  return hash.value();
}

}  // namespace

template <typename Tag, typename T>
size_t Builder::Table<Tag, T>::Hash::operator()(Id<Tag> id) const {
  return HashOf((*items)[id.value()]);
}

template <typename Tag, typename T>
Id<Tag> Builder::Table<Tag, T>::Intern(T item) {
  const Id<Tag> id(items->size());
  items->push_back(std::move(item));
  const auto [found, added] = ids.insert(id);
  if (!added) items->pop_back();
  return *found;
}

Builder::Builder(Module* module)
    : module_(module),
      fields_(&module->fields),
      langs_(&module->langs),
      zones_(&module->zones),
      terms_(&module->terms),
      conds_(&module->conds) {
  POLC_CHECK(
      module->fields.empty() && module->langs.empty() && module->conds.empty(),
      "a builder must begin with an empty module");
}

FieldId Builder::MakeField(Field field) {
  return fields_.Intern(std::move(field));
}

LangId Builder::MakeLang(Lang lang) { return langs_.Intern(std::move(lang)); }

LangId Builder::LangOf(LangKind kind, std::string text, bool fold) {
  Lang lang;
  lang.kind = kind;
  lang.fold = fold;
  lang.texts.push_back(std::move(text));
  return MakeLang(std::move(lang));
}

LangId Builder::SetOf(std::vector<std::string> members, bool fold) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  Lang lang;
  lang.kind = LangKind::kSet;
  lang.texts = std::move(members);
  lang.fold = fold;
  return MakeLang(std::move(lang));
}

CondId Builder::Intern(Cond cond) { return conds_.Intern(std::move(cond)); }

ZoneId Builder::MakeZone(zones::Zone zone) {
  return zones_.Intern(std::move(zone));
}

TermId Builder::MakeTerm(Term term) { return terms_.Intern(std::move(term)); }

TermId Builder::Amount(Decimal value) {
  Term term;
  term.value = value;
  return MakeTerm(std::move(term));
}

TermId Builder::TermOf(TermKind kind, FieldId field) {
  Term term;
  term.kind = kind;
  term.field = field;
  return MakeTerm(std::move(term));
}

TermId Builder::Arithmetic(TermKind kind, std::vector<TermId> operands) {
  Term term;
  term.kind = kind;
  term.operands = std::move(operands);
  return MakeTerm(std::move(term));
}

CondId Builder::Const(Verdict verdict) {
  Cond cond;
  cond.kind = CondKind::kConst;
  cond.verdict = verdict;
  return Intern(std::move(cond));
}

CondId Builder::MakeTest(FieldId field, const Outcomes& on, Test test) {
  const bool looks =
      std::find(on.begin(), on.end(), Outcome::kTest) != on.end();
  POLC_CHECK(!looks || test.kind != TestKind::kNone,
             "a test that looks at the value must say at what");
  // The same verdict whatever is found: no need to read the field. (An error
  // stays a test: its field is what the reason names.)
  if (!looks && on[0] != Outcome::kError &&
      std::count(on.begin(), on.end(), on[0]) == kKindCount) {
    return Const(static_cast<Verdict>(on[0]));
  }
  Cond cond;
  cond.kind = CondKind::kTest;
  cond.field = field;
  cond.on = on;
  if (looks) cond.test = std::move(test);
  return Intern(std::move(cond));
}

CondId Builder::Compare(CompareOp op, FieldId left, FieldId right,
                        std::string prefix) {
  Cond cond;
  cond.kind = CondKind::kCompare;
  cond.op = op;
  cond.field = left;
  cond.other = right;
  cond.prefix = std::move(prefix);
  return Intern(std::move(cond));
}

CondId Builder::Calculate(Calculation op, TermId left, TermId right) {
  Cond cond;
  cond.kind = CondKind::kCalculate;
  cond.calculation = op;
  cond.left = left;
  cond.right = right;
  return Intern(std::move(cond));
}

CondId Builder::InIntervals(TermId number, std::vector<Interval> intervals) {
  Cond cond;
  cond.kind = CondKind::kCalculate;
  cond.calculation = Calculation::kIn;
  cond.left = number;
  cond.test.intervals = std::move(intervals);
  return Intern(std::move(cond));
}

CondId Builder::MemberOf(TermId term, FieldId list) {
  Cond cond;
  cond.kind = CondKind::kCalculate;
  cond.calculation = Calculation::kMember;
  cond.left = term;
  cond.field = list;
  return Intern(std::move(cond));
}

CondId Builder::Not(CondId operand) {
  const Cond& inner = module_->cond(operand);
  if (inner.kind == CondKind::kConst) return Const(ir::Not(inner.verdict));
  if (inner.kind == CondKind::kNot) return inner.operands[0];
  Cond cond;
  cond.kind = CondKind::kNot;
  cond.operands = {operand};
  return Intern(std::move(cond));
}

CondId Builder::And(std::vector<CondId> operands) {
  return Fold(CondKind::kAnd, std::move(operands));
}

CondId Builder::Or(std::vector<CondId> operands) {
  return Fold(CondKind::kOr, std::move(operands));
}

CondId Builder::Fold(CondKind kind, std::vector<CondId> operands) {
  const Verdict unit =
      kind == CondKind::kAnd ? Verdict::kTrue : Verdict::kFalse;
  const Verdict zero = ir::Not(unit);
  std::vector<CondId> kept;
  kept.reserve(operands.size());
  std::unordered_set<CondId> seen;
  auto keep = [&](CondId id) {
    // A set only when there are many; most have two or three.
    const bool known =
        kept.size() < 8 ? std::find(kept.begin(), kept.end(), id) != kept.end()
                        : seen.contains(id);
    if (known) return;
    kept.push_back(id);
    if (kept.size() == 8) seen.insert(kept.begin(), kept.end());
    if (kept.size() > 8) seen.insert(id);
  };
  for (const CondId id : operands) {
    const Cond& cond = module_->cond(id);
    if (cond.kind == CondKind::kConst && cond.verdict == zero) return id;
    if (cond.kind == CondKind::kConst && cond.verdict == unit) continue;
    if (cond.kind == kind) {
      for (const CondId inner : cond.operands) keep(inner);
    } else {
      keep(id);
    }
  }
  if (kept.empty()) return Const(unit);
  if (kept.size() == 1) return kept[0];
  Cond cond;
  cond.kind = kind;
  cond.operands = std::move(kept);
  return Intern(std::move(cond));
}

CondId Builder::All(FieldId list, const Outcomes& on, CondId body) {
  Cond cond;
  cond.kind = CondKind::kAll;
  cond.field = list;
  cond.on = on;
  // Of a list, `on` is not asked: one value, so that equal nodes are equal.
  cond.on[static_cast<size_t>(Kind::kList)] = Outcome::kTest;
  cond.operands = {body};
  return Intern(std::move(cond));
}

CondId Builder::Any(FieldId list, const Outcomes& on, CondId body) {
  // `any v (E)` is `not all v (not E)`, for kinds that are no list too.
  Outcomes negated = on;
  for (Outcome& outcome : negated) {
    if (outcome == Outcome::kTrue) {
      outcome = Outcome::kFalse;
    } else if (outcome == Outcome::kFalse) {
      outcome = Outcome::kTrue;
    }
  }
  return Not(All(list, negated, Not(body)));
}

}  // namespace polc::ir
