#include "compiler/ir/join.h"

#include <map>
#include <utility>
#include <vector>

#include "compiler/ir/builder.h"
#include "compiler/support/check.h"

namespace polc::ir {
namespace {

// Appends one module to what the builder has made so far.
class Appender {
 public:
  Appender(const Module& from, Builder* builder)
      : from_(from), builder_(*builder), to_(*builder->module()) {}

  Part Run() {
    for (const Field& field : from_.fields) {
      fields_.push_back(builder_.MakeField(field));
    }
    for (const Lang& lang : from_.langs) AppendLang(lang);
    for (const zones::Zone& zone : from_.zones) {
      zones_.push_back(builder_.MakeZone(zone));
    }
    for (const Term& term : from_.terms) AppendTerm(term);
    for (const Cond& cond : from_.conds) conds_.push_back(Append(cond));
    offset_ = {{to_.limits.size(), 0},  {to_.marks.size(), 0},
               {to_.rules.size(), 0},   {to_.policies.size(), 0},
               {to_.schemas.size(), 0}, {to_.assertions.size(), 0}};
    for (const Limit& limit : from_.limits) AppendLimit(limit);
    for (const Mark& mark : from_.marks) AppendMark(mark);
    for (const Rule& rule : from_.rules) AppendRule(rule);
    for (const Policy& policy : from_.policies) AppendPolicy(policy);
    for (const Schema& schema : from_.schemas) AppendSchema(schema);
    for (const Assertion& assertion : from_.assertions) {
      AppendAssertion(assertion);
    }
    for (const Same& same : from_.sames) AppendSame(same);
    Part part = offset_;
    part.limits.end = to_.limits.size();
    part.marks.end = to_.marks.size();
    part.rules.end = to_.rules.size();
    part.policies.end = to_.policies.size();
    part.schemas.end = to_.schemas.size();
    part.assertions.end = to_.assertions.size();
    return part;
  }

 private:
  // An id that is not set stays so.
  FieldId Of(FieldId id) const { return id.valid() ? fields_[id.value()] : id; }
  LangId Of(LangId id) const { return id.valid() ? langs_[id.value()] : id; }
  ZoneId Of(ZoneId id) const { return id.valid() ? zones_[id.value()] : id; }
  TermId Of(TermId id) const { return id.valid() ? terms_[id.value()] : id; }
  CondId Of(CondId id) const { return id.valid() ? conds_[id.value()] : id; }
  LimitId Of(LimitId id) const {
    return LimitId(offset_.limits.begin + id.value());
  }
  RuleId Of(RuleId id) const {
    return RuleId(offset_.rules.begin + id.value());
  }
  PolicyId Of(PolicyId id) const {
    return PolicyId(offset_.policies.begin + id.value());
  }
  template <typename IdType>
  std::vector<IdType> All(const std::vector<IdType>& ids) const {
    std::vector<IdType> out;
    out.reserve(ids.size());
    for (const IdType id : ids) out.push_back(Of(id));
    return out;
  }

  void AppendLang(Lang lang) {
    lang.operands = All(lang.operands);
    langs_.push_back(builder_.MakeLang(std::move(lang)));
  }

  void AppendTerm(Term term) {
    term.field = Of(term.field);
    term.zone = Of(term.zone);
    term.operands = All(term.operands);
    terms_.push_back(builder_.MakeTerm(std::move(term)));
  }

  CondId Append(const Calculation op, const Cond& cond) {
    switch (op) {
      case Calculation::kIn:
        return builder_.InIntervals(Of(cond.left), cond.test.intervals);
      case Calculation::kMember:
        return builder_.MemberOf(Of(cond.left), Of(cond.field));
      default:
        return builder_.Calculate(op, Of(cond.left), Of(cond.right));
    }
  }

  CondId Append(const Cond& cond) {
    switch (cond.kind) {
      case CondKind::kConst:
        return builder_.Const(cond.verdict);
      case CondKind::kTest: {
        Test test = cond.test;
        test.language = Of(test.language);
        test.domain = Of(test.domain);
        return builder_.MakeTest(Of(cond.field), cond.on, std::move(test));
      }
      case CondKind::kCompare:
        return builder_.Compare(cond.op, Of(cond.field), Of(cond.other),
                                cond.prefix);
      case CondKind::kCalculate:
        return Append(cond.calculation, cond);
      case CondKind::kNot:
        return builder_.Not(Of(cond.operands[0]));
      case CondKind::kAnd:
        return builder_.And(All(cond.operands));
      case CondKind::kOr:
        return builder_.Or(All(cond.operands));
      case CondKind::kAll:
        return builder_.All(Of(cond.field), cond.on, Of(cond.operands[0]));
    }
    POLC_UNREACHABLE("a condition's kind");
  }

  void AppendLimit(Limit limit) {
    for (Key& key : limit.keys) key.field = Of(key.field);
    limit.cost = Of(limit.cost);
    limit.on = Of(limit.on);
    limit.policies = All(limit.policies);
    to_.limits.push_back(std::move(limit));
  }

  void AppendMark(Mark mark) {
    mark.key.field = Of(mark.key.field);
    mark.on = Of(mark.on);
    mark.policies = All(mark.policies);
    to_.marks.push_back(std::move(mark));
  }

  void AppendRule(Rule rule) {
    rule.policy = Of(rule.policy);
    rule.target = Of(rule.target);
    rule.guard = Of(rule.guard);
    for (TextPart& part : rule.reason) part.field = Of(part.field);
    for (Charge& charge : rule.charges) charge.limit = Of(charge.limit);
    rule.redact = All(rule.redact);
    to_.rules.push_back(std::move(rule));
  }

  void AppendPolicy(Policy policy) {
    policy.rules = All(policy.rules);
    to_.policies.push_back(std::move(policy));
  }

  void AppendSchema(Schema schema) {
    std::map<const Demand*, DemandList> joined;  // by where the list begins
    for (ToolSchema& tool : schema.tools) {
      DemandList& list = joined[tool.demands.begin()];
      if (list.empty()) {
        std::vector<Demand> demands(tool.demands.begin(), tool.demands.end());
        for (Demand& demand : demands) demand.cond = Of(demand.cond);
        list = DemandList(std::move(demands));
      }
      tool.demands = list;
    }
    to_.schemas.push_back(std::move(schema));
  }

  void AppendAssertion(Assertion assertion) {
    assertion.target = Of(assertion.target);
    assertion.when = Of(assertion.when);
    to_.assertions.push_back(std::move(assertion));
  }

  void AppendSame(Same same) {
    same.target = Of(same.target);
    same.when = Of(same.when);
    to_.sames.push_back(std::move(same));
  }

  const Module& from_;
  Builder& builder_;
  Module& to_;
  Part offset_;
  std::vector<FieldId> fields_;
  std::vector<LangId> langs_;
  std::vector<ZoneId> zones_;
  std::vector<TermId> terms_;
  std::vector<CondId> conds_;
};

}  // namespace

Part WholeOf(const Module& module) {
  return {{0, module.limits.size()},  {0, module.marks.size()},
          {0, module.rules.size()},   {0, module.policies.size()},
          {0, module.schemas.size()}, {0, module.assertions.size()}};
}

Joined Join(const Module& first, const Module& second) {
  Joined joined;
  Builder builder(&joined.module);
  joined.parts[0] = Appender(first, &builder).Run();
  joined.parts[1] = Appender(second, &builder).Run();
  return joined;
}

}  // namespace polc::ir
