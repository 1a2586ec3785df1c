// Holds a module to the invariants of ir.h, so that the engines need not look:
// an id that is in range here indexes safely there, a pattern that parses here
// parses there. Passes over each table once, in order, operands first.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/automata/path.h"
#include "compiler/automata/reference.h"
#include "compiler/automata/regex.h"
#include "compiler/ir/text.h"
#include "compiler/support/utf8.h"

namespace polc::ir {
namespace {

// What a test of `kind` can look at, else kMissing.
Kind KindLookedAt(TestKind kind) {
  switch (kind) {
    case TestKind::kString:
    case TestKind::kLength:
      return Kind::kString;
    case TestKind::kNumber:
      return Kind::kNumber;
    case TestKind::kBool:
      return Kind::kBool;
    case TestKind::kSize:
      return Kind::kList;
    case TestKind::kOnly:
      return Kind::kObject;
    case TestKind::kNone:
      break;
  }
  return Kind::kMissing;
}

template <typename T>
bool IsSortedSet(const std::vector<T>& items) {
  return std::adjacent_find(items.begin(), items.end(),
                            [](const T& a, const T& b) { return !(a < b); }) ==
         items.end();
}

class Validator {
 public:
  explicit Validator(const Module& module) : m_(module) {}

  Result<void> Run() {
    where_ = "digest";
    if (!Text(m_.digest)) return Error{where_ + ": " + what_};
    const bool ok = Each("field", m_.fields, &Validator::CheckField) &&
                    Each("lang", m_.langs, &Validator::CheckLang) &&
                    Each("zone", m_.zones, &Validator::CheckZone) &&
                    Each("term", m_.terms, &Validator::CheckTerm) &&
                    Each("cond", m_.conds, &Validator::CheckCond) &&
                    Each("limit", m_.limits, &Validator::CheckLimit) &&
                    Each("mark", m_.marks, &Validator::CheckMark) &&
                    Each("rule", m_.rules, &Validator::CheckRule) &&
                    Each("policy", m_.policies, &Validator::CheckPolicy) &&
                    CheckRulesListed() &&
                    Each("schema", m_.schemas, &Validator::CheckSchema) &&
                    Each("assert", m_.assertions, &Validator::CheckAssertion) &&
                    Each("bound", m_.bounds, &Validator::CheckBound) &&
                    Each("flow", m_.flows, &Validator::CheckFlow) &&
                    Each("same", m_.sames, &Validator::CheckSame);
    if (!ok) return Error{where_ + ": " + what_};
    return {};
  }

 private:
  template <typename T>
  bool Each(std::string_view name, const std::vector<T>& items,
            bool (Validator::*check)(const T&)) {
    for (index_ = 0; index_ < items.size(); ++index_) {
      if ((this->*check)(items[index_])) continue;
      where_ = std::string(name) + " " + std::to_string(index_);
      return false;
    }
    return true;
  }
  bool Fail(std::string what) {
    what_ = std::move(what);
    return false;
  }
  bool Require(bool condition, std::string_view what) {
    return condition || Fail(std::string(what));
  }
  template <typename Tag>
  bool InRange(Id<Tag> id, size_t size, std::string_view what) {
    return Require(id.valid() && id.value() < size,
                   "no such " + std::string(what));
  }
  bool Text(const std::string& text) {
    return Require(FindInvalidUtf8(text) == std::string_view::npos,
                   "text that is not UTF-8");
  }
  bool Texts(const std::vector<std::string>& texts) {
    return std::all_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return Text(text); });
  }
  bool FieldRef(FieldId id) { return InRange(id, m_.fields.size(), "field"); }
  // A field outside every quantifier.
  bool RequestField(FieldId id) {
    return FieldRef(id) && Require(m_.field(id).root != Root::kElement,
                                   "an element outside a quantifier");
  }
  bool RootCond(CondId id) {
    return InRange(id, m_.conds.size(), "cond") &&
           Require(!reads_element_[id.value()],
                   "an element outside a quantifier");
  }
  bool Policies(const std::vector<PolicyId>& policies) {
    return std::all_of(policies.begin(), policies.end(), [&](PolicyId id) {
      return InRange(id, m_.policies.size(), "policy");
    });
  }

  bool CheckField(const Field& field);
  bool CheckLang(const Lang& lang);
  bool CheckZone(const zones::Zone& zone);
  bool CheckTerm(const Term& term);
  bool CheckCalculation(const Cond& cond);
  bool CheckPattern(const Lang& lang);
  bool CheckTest(const Cond& cond);
  bool CheckNumbers(const std::vector<Interval>& intervals);
  bool CheckOperands(const Cond& cond, size_t least, size_t most);
  bool CheckCond(const Cond& cond);
  bool CheckPrefix(const Cond& cond);
  bool CheckCondShape(const Cond& cond);
  bool CheckLimit(const Limit& limit);
  bool CheckConcurrent(const Limit& limit);
  bool CheckMark(const Mark& mark);
  bool CheckRule(const Rule& rule);
  bool CheckPolicy(const Policy& policy);
  bool CheckRulesListed();
  bool CheckSchema(const Schema& schema);
  bool CheckAssertion(const Assertion& assertion);
  bool CheckBound(const Bound& bound);
  bool CheckFlow(const Flow& flow);
  bool CheckSame(const Same& same);

  const Module& m_;
  size_t index_ = 0;  // of the item that is looked at
  std::string where_;
  std::string what_;
  std::vector<int> lang_depth_;
  std::vector<bool> reads_path_;  // languages made with kPath, kPathUnder
  std::vector<int> term_size_;
  std::vector<bool> term_reads_element_;
  std::vector<int> depth_;           // of the conditions so far
  std::vector<bool> reads_element_;  // likewise: outside its own quantifiers
  std::vector<bool> listed_;         // rules that a policy has
};

bool Validator::CheckField(const Field& field) {
  for (const Step& step : field.steps) {
    if (!Require(step.index >= -1 && (step.index < 0 || step.member.empty()),
                 "a step is a member or an index") ||
        !Text(step.member)) {
      return false;
    }
  }
  return true;
}

bool Validator::CheckPattern(const Lang& lang) {
  if (!Require(lang.texts.size() == 1, "a pattern is one text")) return false;
  automata::PatternError error;
  const auto mode =
      lang.fold ? automata::CaseMode::kIgnoreCase : automata::CaseMode::kExact;
  if (lang.kind == LangKind::kGlob &&
      !automata::ParseGlob(lang.texts[0], mode, &error)) {
    return Fail("bad glob: " + error.message);
  }
  if ((lang.kind == LangKind::kMatches || lang.kind == LangKind::kFinds) &&
      !automata::ParseRegex(lang.texts[0], mode, &error)) {
    return Fail("bad regex: " + error.message);
  }
  if (lang.kind == LangKind::kPathUnder &&
      !automata::ParsePath(lang.texts[0])) {
    return Fail("a folder that path() refuses");
  }
  if (lang.kind == LangKind::kCidr && !automata::ParseCidr(lang.texts[0])) {
    return Fail("a network that cidr() refuses");
  }
  return true;
}

bool Validator::CheckLang(const Lang& lang) {
  if (!Texts(lang.texts)) return false;
  int depth = 0;
  bool reads_path =
      lang.kind >= LangKind::kPath && lang.kind <= LangKind::kPathSegment;
  for (const LangId id : lang.operands) {
    if (!Require(id.valid() && id.value() < index_,
                 "an operand must precede its language")) {
      return false;
    }
    depth = std::max(depth, lang_depth_[id.value()]);
    reads_path = reads_path || reads_path_[id.value()];
  }
  lang_depth_.push_back(depth + 1);
  reads_path_.push_back(reads_path);
  if (!Require(depth < kMaxCondDepth, "it nests too deep")) return false;
  const bool derived =
      lang.kind >= LangKind::kNot ||
      (lang.kind >= LangKind::kUrlScheme && lang.kind <= LangKind::kUrlQuery);
  if (!Require(derived || lang.operands.empty(), "operands not asked for") ||
      !Require(!lang.fold || CanFold(lang.kind), "it has no case to ignore")) {
    return false;
  }
  switch (lang.kind) {
    case LangKind::kAny:
    case LangKind::kPath:
    case LangKind::kPathSegment:
    case LangKind::kUrl:
    case LangKind::kIp:
      return Require(lang.texts.empty(), "texts not asked for");
    case LangKind::kSet:
      return Require(IsSortedSet(lang.texts), "a set must be sorted");
    case LangKind::kUrlPort:
      return Require(lang.texts.empty(), "texts not asked for") &&
             Require(0 <= lang.lo && lang.lo <= lang.hi && lang.hi <= 65535,
                     "no port is in that range");
    case LangKind::kUrlScheme:
    case LangKind::kUrlHost:
    case LangKind::kUrlPath:
    case LangKind::kUrlQuery:
    case LangKind::kNot:
      return Require(lang.texts.empty() && lang.operands.size() == 1,
                     "it takes one operand");
    case LangKind::kAnd:
    case LangKind::kOr:
      return Require(lang.texts.empty() && !lang.operands.empty(),
                     "it takes operands");
    default:
      return CheckPattern(lang);
  }
}

bool Validator::CheckZone(const zones::Zone& zone) {
  const auto offset = [](int32_t seconds) {
    return -zones::kMaxOffset <= seconds && seconds <= zones::kMaxOffset;
  };
  const zones::Change* last = nullptr;
  bool ok = offset(zone.first_offset);
  for (const zones::Change& change : zone.changes) {
    ok = ok && offset(change.offset) && (!last || last->at < change.at) &&
         -zones::kMaxInstant <= change.at && change.at <= zones::kMaxInstant;
    last = &change;
  }
  return Text(zone.name) &&
         Require(ok, "changes must be sorted, and offsets below a day") &&
         Require(zone.footer.empty() || zones::ParseFooter(zone.footer),
                 "a rule that is no POSIX time zone");
}

bool Validator::CheckTerm(const Term& term) {
  const bool arithmetic =
      term.kind >= TermKind::kAdd && term.kind <= TermKind::kNegate;
  const size_t operands = !arithmetic                      ? 0
                          : term.kind == TermKind::kNegate ? 1
                                                           : 2;
  int size = 1;
  bool reads_element = false;
  if (!Require(term.operands.size() == operands, "wrong number of operands")) {
    return false;
  }
  for (const TermId id : term.operands) {
    if (!Require(id.valid() && id.value() < index_ && !IsText(m_.term(id).kind),
                 "an operand must be a number and precede its term")) {
      return false;
    }
    size += term_size_[id.value()];
    reads_element = reads_element || term_reads_element_[id.value()];
  }
  if (!Require(size <= kMaxTermSize, "it is too large") ||
      !Require(ReadsField(term.kind) == term.field.valid(), "its field") ||
      !Require(ReadsZone(term.kind) == term.zone.valid(), "its zone")) {
    return false;
  }
  const bool text = IsText(term.kind);
  if (!Require(!term.if_absent || (ReadsField(term.kind) && !text),
               "a number not asked for") ||
      !Require(!term.if_absent_text || text, "a text not asked for")) {
    return false;
  }
  if (term.field.valid()) {
    if (!FieldRef(term.field)) return false;
    reads_element = m_.field(term.field).root == Root::kElement;
  }
  term_size_.push_back(size);
  term_reads_element_.push_back(reads_element);
  return (!term.if_absent_text || Text(*term.if_absent_text)) &&
         (!term.zone.valid() ||
          InRange(term.zone, m_.zones.size(), "time zone"));
}

bool Validator::CheckCalculation(const Cond& cond) {
  for (const TermId side : {cond.left, cond.right}) {
    if (!side.valid()) continue;
    if (!InRange(side, m_.terms.size(), "term")) return false;
    if (term_reads_element_[side.value()]) reads_element_.back() = true;
  }
  const bool is_in = cond.calculation == Calculation::kIn;
  const bool is_member = cond.calculation == Calculation::kMember;
  if (!Require(cond.left.valid(), "a term is missing") ||
      !Require(cond.right.valid() == (!is_in && !is_member),
               "a term too many or too few") ||
      !Require(cond.field.valid() == is_member, "its list") ||
      !Require(is_in || cond.test.intervals.empty(),
               "intervals not asked for")) {
    return false;
  }
  const bool text = IsText(m_.term(cond.left).kind);
  if (!Require(!text || is_member || cond.calculation == Calculation::kEqual,
               "a text has no order") ||
      !Require(!cond.right.valid() || text == IsText(m_.term(cond.right).kind),
               "a text and a number")) {
    return false;
  }
  return CheckNumbers(cond.test.intervals);
}

bool Validator::CheckNumbers(const std::vector<Interval>& intervals) {
  const Interval* last = nullptr;
  for (const Interval& interval : intervals) {
    // Written so that NaN fails.
    const bool open = interval.lo_open || interval.hi_open;
    if (!Require(
            interval.lo < interval.hi || (interval.lo == interval.hi && !open),
            "an empty interval")) {
      return false;
    }
    if (last != nullptr && !Require(last->hi < interval.lo ||
                                        (last->hi == interval.lo &&
                                         (last->hi_open || interval.lo_open)),
                                    "intervals must be sorted and disjoint")) {
      return false;
    }
    last = &interval;
  }
  return true;
}

bool Validator::CheckTest(const Cond& cond) {
  const Test& test = cond.test;
  for (int kind = 0; kind < kKindCount; ++kind) {
    if (cond.on[kind] != Outcome::kTest) continue;
    if (!Require(test.kind != TestKind::kNone &&
                     KindLookedAt(test.kind) == static_cast<Kind>(kind),
                 "the test cannot look at a " +
                     std::string(KindName(static_cast<Kind>(kind))))) {
      return false;
    }
  }
  if (test.kind == TestKind::kString) {
    const auto in_range = [&](LangId id) {
      return InRange(id, m_.langs.size(), "language");
    };
    if (!in_range(test.language) ||
        (test.domain.valid() && !in_range(test.domain))) {
      return false;
    }
    // The automata know no longest path, so the test must.
    const bool reads_path =
        reads_path_[test.language.value()] ||
        (test.domain.valid() && reads_path_[test.domain.value()]);
    return Require(!reads_path || (test.max_bytes != 0 &&
                                   test.max_bytes <= automata::kMaxPathBytes),
                   "a test of a path must bound its bytes");
  }
  if (test.kind == TestKind::kOnly) {
    return Texts(test.keys) &&
           Require(IsSortedSet(test.keys), "keys must be sorted");
  }
  return CheckNumbers(test.intervals);
}

bool Validator::CheckOperands(const Cond& cond, size_t least, size_t most) {
  int depth = 0;
  for (const CondId id : cond.operands) {
    if (!Require(id.valid() && id.value() < index_,
                 "an operand must precede its condition")) {
      return false;
    }
    depth = std::max(depth, depth_[id.value()]);
    // A quantifier's operand reads that quantifier's element.
    if (reads_element_[id.value()] && cond.kind != CondKind::kAll) {
      reads_element_.back() = true;
    }
  }
  depth_.back() = depth + 1;
  return Require(depth < kMaxCondDepth, "it nests too deep") &&
         Require(cond.operands.size() >= least && cond.operands.size() <= most,
                 "wrong number of operands");
}

bool Validator::CheckPrefix(const Cond& cond) {
  if (cond.op != CompareOp::kUnderJoin) {
    return Require(cond.prefix.empty(), "a prefix not asked for");
  }
  return Require(automata::ParsePath(cond.prefix).has_value(),
                 "a folder that path() refuses");
}

bool Validator::CheckCondShape(const Cond& cond) {
  auto read = [&](FieldId id) {
    if (!FieldRef(id)) return false;
    if (m_.field(id).root == Root::kElement) reads_element_.back() = true;
    return true;
  };
  switch (cond.kind) {
    case CondKind::kConst:
      return CheckOperands(cond, 0, 0);
    case CondKind::kTest:
      return CheckOperands(cond, 0, 0) && read(cond.field) && CheckTest(cond);
    case CondKind::kCompare:
      return CheckOperands(cond, 0, 0) && read(cond.field) &&
             read(cond.other) && Text(cond.prefix) && CheckPrefix(cond);
    case CondKind::kCalculate:
      return CheckOperands(cond, 0, 0) && CheckCalculation(cond) &&
             (!cond.field.valid() || read(cond.field));
    case CondKind::kNot:
      return CheckOperands(cond, 1, 1);
    case CondKind::kAnd:
    case CondKind::kOr:
      return CheckOperands(cond, 2, cond.operands.size());
    case CondKind::kAll:
      for (int kind = 0; kind < kKindCount; ++kind) {
        if (!Require(kind == static_cast<int>(Kind::kList) ||
                         cond.on[kind] != Outcome::kTest,
                     "a quantifier has no test")) {
          return false;
        }
      }
      return CheckOperands(cond, 1, 1) && read(cond.field);
  }
  return Fail("no such kind");
}

bool Validator::CheckCond(const Cond& cond) {
  depth_.push_back(1);
  reads_element_.push_back(false);
  return CheckCondShape(cond);
}

bool Validator::CheckLimit(const Limit& limit) {
  for (const Key& key : limit.keys) {
    if (!Text(key.name) || !RequestField(key.field)) return false;
  }
  if (!InRange(limit.cost, m_.terms.size(), "term") ||
      !Require(!IsText(m_.term(limit.cost).kind), "a cost is a number") ||
      !Require(!term_reads_element_[limit.cost.value()],
               "an element outside a quantifier")) {
    return false;
  }
  return Text(limit.name) && (!limit.on.valid() || RootCond(limit.on)) &&
         Policies(limit.policies) &&
         Require(limit.amount >= Decimal(), "a negative amount") &&
         (limit.window != Window::kConcurrent || CheckConcurrent(limit));
}

bool Validator::CheckConcurrent(const Limit& limit) {
  return Require(!limit.rolling, "a concurrent limit cannot roll") &&
         Require(m_.term(limit.cost).kind == TermKind::kConstant &&
                     m_.term(limit.cost).value == Decimal::OfInteger(1),
                 "a concurrent limit counts calls");
}

bool Validator::CheckMark(const Mark& mark) {
  if (!RequestField(mark.key.field)) return false;
  const Field& key = m_.field(mark.key.field);
  const bool is_caller = key.root == Root::kGrant ||
                         key.root == Root::kSubject ||
                         key.root == Root::kSession;
  return Text(mark.name) && Text(mark.key.name) &&
         Require(is_caller && key.steps.empty(),
                 "a mark is held by a grant, a subject or a session") &&
         (!mark.on.valid() || RootCond(mark.on)) && Policies(mark.policies);
}

bool Validator::CheckRule(const Rule& rule) {
  for (const TextPart& part : rule.reason) {
    const bool ok =
        part.field.valid()
            ? RequestField(part.field) &&
                  Require(part.literal.empty(), "a part is a text or a field")
            : Text(part.literal);
    if (!ok) return false;
  }
  for (const Charge& charge : rule.charges) {
    if (!InRange(charge.limit, m_.limits.size(), "limit")) return false;
  }
  for (const FieldId id : rule.redact) {
    if (!RequestField(id)) return false;
  }
  return Text(rule.name) && Texts(rule.roles) &&
         InRange(rule.policy, m_.policies.size(), "policy") &&
         RootCond(rule.target) && RootCond(rule.guard);
}

bool Validator::CheckPolicy(const Policy& policy) {
  listed_.resize(m_.rules.size());
  bool denies_over = false;
  for (const RuleId id : policy.rules) {
    if (!InRange(id, m_.rules.size(), "rule")) return false;
    const Rule& rule = m_.rule(id);
    if (!Require(rule.policy.value() == index_ && !listed_[id.value()],
                 "a rule belongs to one policy, once")) {
      return false;
    }
    listed_[id.value()] = true;
    if (!Require(rule.effect != Effect::kDeny || !denies_over,
                 "denies are tried first")) {
      return false;
    }
    denies_over = rule.effect != Effect::kDeny;
  }
  return Text(policy.name) && Texts(policy.servers);
}

bool Validator::CheckRulesListed() {
  const auto lost = std::find(listed_.begin(), listed_.end(), false);
  const bool ok =
      m_.rules.empty() || (!listed_.empty() && lost == listed_.end());
  where_ = "policies";
  return Require(ok, "a rule is in no policy");
}

bool Validator::CheckSchema(const Schema& schema) {
  if (!Text(schema.path) || !Texts(schema.servers)) return false;
  const ToolSchema* last = nullptr;
  for (const ToolSchema& tool : schema.tools) {
    if (!Require(last == nullptr || last->tool < tool.tool,
                 "tools must be sorted") ||
        !Text(tool.tool)) {
      return false;
    }
    last = &tool;
    for (const Demand& demand : tool.demands) {
      if (!Text(demand.path) || !Text(demand.what) || !RootCond(demand.cond)) {
        return false;
      }
    }
  }
  return true;
}

bool Validator::CheckAssertion(const Assertion& assertion) {
  return Text(assertion.name) && RootCond(assertion.target) &&
         RootCond(assertion.when);
}

bool Validator::CheckBound(const Bound& bound) {
  for (const Key& key : bound.keys) {
    if (!Text(key.name) || !RequestField(key.field)) return false;
  }
  return Text(bound.name) && RootCond(bound.target) && RootCond(bound.when) &&
         Require(bound.amount >= Decimal(), "a negative bound") &&
         Require(bound.window != Window::kConcurrent,
                 "a bound is over a window");
}

bool Validator::CheckFlow(const Flow& flow) {
  return Text(flow.name) && RootCond(flow.target) && RootCond(flow.when) &&
         RootCond(flow.after_target) && RootCond(flow.after_when);
}

bool Validator::CheckSame(const Same& same) {
  return Text(same.name) && Text(same.other) && RootCond(same.target) &&
         RootCond(same.when);
}

}  // namespace

Result<void> Validate(const Module& module) { return Validator(module).Run(); }

}  // namespace polc::ir
