// Whole sets: policies of rules with targets, defaults, limits, marks, schemas.
#include <algorithm>
#include <string>
#include <utility>

#include "compiler/ir/demands.h"
#include "test/unit/support/ir_generator.h"
#include "test/unit/support/vocabulary.h"

namespace polc::testing {
namespace {

using ir::Kind;
using ir::Outcome;

}  // namespace

/// Makes one module; a friend, to share the generator's tests and dice.
class SetMaker {
 public:
  explicit SetMaker(Generator* generator)
      : g_(*generator), random_(generator->random_), builder_(&module_) {}

  ir::Module Make() {
    module_.digest = "generated";
    static const std::vector<uint32_t> kCounts = {1, 1, 2, 2, 3};
    const uint32_t policies = random_.Pick(kCounts);
    for (uint32_t i = 0; i < policies; ++i) AddPolicyShell(i);
    AddLimits();
    for (uint32_t i = 0; i < policies; ++i) AddRules(ir::PolicyId(size_t{i}));
    if (random_.Percent(30)) AddSchema();
    return std::move(module_);
  }

 private:
  ir::FieldId Root(ir::Root root) { return builder_.MakeField({root, {}}); }
  ir::FieldId AnyArgument() {
    return g_.ArgumentField(&builder_, random_.Pick(Arguments()));
  }

  // `tool a, "glob"`, or every request of a method that is defined.
  ir::CondId Target(bool narrow = false) {
    if (!narrow && random_.Percent(20)) {
      ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
      on[static_cast<size_t>(Kind::kBool)] = Outcome::kTest;
      ir::Test test;
      test.kind = ir::TestKind::kBool;
      return builder_.MakeTest(Root(ir::Root::kDefined), on, test);
    }
    ir::Test test;
    test.kind = ir::TestKind::kString;
    if (!narrow && random_.Percent(30)) {
      static const std::vector<std::string> kGlobs = {"*_file", "*e*", "s*",
                                                      "*-prod", "*_app?"};
      test.language =
          builder_.LangOf(ir::LangKind::kGlob, random_.Pick(kGlobs));
    } else {
      std::vector<std::string> tools;
      for (int i = narrow ? 1 : 3; i > 0; --i)
        tools.push_back(random_.Pick(Tools()));
      test.language = builder_.SetOf(std::move(tools));
    }
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    on[static_cast<size_t>(Kind::kString)] = Outcome::kTest;
    return builder_.MakeTest(Root(ir::Root::kTool), on, test);
  }

  void AddPolicyShell(uint32_t index) {
    ir::Policy policy;
    policy.name = "p" + std::to_string(index);
    if (random_.Percent(40)) policy.servers = {random_.Pick(Servers())};
    static const std::vector<ir::DefaultEffect> kDefaults = {
        ir::DefaultEffect::kDeny,  ir::DefaultEffect::kAsk,
        ir::DefaultEffect::kAllow, ir::DefaultEffect::kAllow,
        ir::DefaultEffect::kNone,  ir::DefaultEffect::kNone};
    policy.default_effect = random_.Pick(kDefaults);
    module_.policies.push_back(std::move(policy));
  }

  ir::Limit MakeLimit(size_t index) {
    ir::Limit limit;
    limit.name = "p0.limit" + std::to_string(index);
    limit.amount = Decimal::OfInteger(1 + random_.Below(5));
    limit.window = static_cast<ir::Window>(random_.Below(7));
    const bool concurrent = limit.window == ir::Window::kConcurrent;
    limit.rolling = !concurrent && random_.Percent(30);
    limit.cost = builder_.Amount(Decimal::OfInteger(1));
    if (random_.Percent(60)) {
      limit.keys.push_back({"grant", Root(ir::Root::kGrant)});
    }
    if (random_.Percent(25)) {
      limit.keys.push_back(
          {"args.name", builder_.MakeField({ir::Root::kArgs, {{"name", -1}}})});
    }
    if (!concurrent && random_.Percent(30)) {
      ir::Term term;
      term.kind = ir::TermKind::kNumber;
      term.field = builder_.MakeField({ir::Root::kArgs, {{"count", -1}}});
      if (random_.Percent(60)) term.if_absent = Decimal::OfInteger(1);
      const ir::TermId count = builder_.MakeTerm(std::move(term));
      const ir::TermId factor =
          builder_.Amount(*Decimal::OfDouble(random_.Percent(50) ? 0.5 : 2));
      limit.cost =
          random_.Percent(70)
              ? builder_.Arithmetic(ir::TermKind::kMultiply, {factor, count})
              : g_.NumberTerm(&builder_, 2, false);
    }
    limit.policies.push_back(ir::PolicyId(size_t{0}));
    return limit;
  }

  void AddLimits() {
    const uint32_t limits = random_.Below(4);
    for (uint32_t i = 0; i < limits; ++i) {
      ir::Limit limit = MakeLimit(i);
      if (random_.Percent(30)) limit.on = Target();
      module_.limits.push_back(std::move(limit));
    }
    if (!random_.Percent(40)) return;
    for (const GeneratedMark& generated : Marks()) {
      ir::Mark mark;
      mark.name = generated.name;
      mark.key = {generated.per, Root(generated.key)};
      mark.lifetime_seconds = 1 + random_.Below(100'000);
      mark.on = Target();
      if (random_.Percent(40)) {
        mark.on = builder_.And({mark.on, g_.MakeCondition(&builder_, 1)});
      }
      mark.policies.push_back(ir::PolicyId(size_t{0}));
      module_.marks.push_back(std::move(mark));
    }
  }

  ir::Effect AnyEffect() {
    const uint32_t effect = random_.Below(10);
    return effect < 3   ? ir::Effect::kDeny
           : effect < 5 ? ir::Effect::kAsk
                        : ir::Effect::kAllow;
  }

  ir::Effect Unlike(ir::DefaultEffect effect) {
    const bool grants = effect == ir::DefaultEffect::kAllow ||
                        effect == ir::DefaultEffect::kAsk;
    return grants ? ir::Effect::kDeny : ir::Effect::kAllow;
  }

  ir::Rule MakeRule(ir::PolicyId policy, size_t index) {
    ir::Rule rule;
    rule.policy = policy;
    rule.name = module_.policy(policy).name + ".rule" + std::to_string(index);
    const uint32_t effect = random_.Below(10);
    rule.effect = effect < 3   ? ir::Effect::kDeny
                  : effect < 5 ? ir::Effect::kAsk
                               : ir::Effect::kAllow;
    // A broad deny, by its guard's errors too, would leave the other rules
    // nothing to decide.
    rule.target =
        Target(rule.effect == ir::Effect::kDeny && random_.Percent(85));
    rule.guard = rule.target;
    if (random_.Percent(85)) {
      rule.guard = builder_.And(
          {rule.target,
           g_.MakeCondition(&builder_, static_cast<int>(random_.Below(4)))});
    }
    if (random_.Percent(40)) {
      rule.reason = {{"because of ", {}}, {"", AnyArgument()}, {"!", {}}};
    }
    if (random_.Percent(10)) rule.redact.push_back(AnyArgument());
    if (rule.effect == ir::Effect::kAsk && random_.Percent(50)) {
      rule.roles = {random_.Pick(Texts())};
      rule.within_seconds = 60 + random_.Below(1000);
    }
    if (rule.effect != ir::Effect::kDeny && !module_.limits.empty() &&
        random_.Percent(30)) {
      const auto count = static_cast<uint32_t>(module_.limits.size());
      rule.charges.push_back(
          {ir::LimitId(static_cast<size_t>(random_.Below(count))),
           random_.Percent(50)});
    }
    return rule;
  }

  void AddRules(ir::PolicyId id) {
    const uint32_t count =
        1 + random_.Below(static_cast<uint32_t>(2 * g_.size_));
    std::vector<ir::RuleId> rules;
    for (uint32_t i = 0; i < count; ++i) {
      rules.emplace_back(module_.rules.size());
      module_.rules.push_back(MakeRule(id, i));
    }
    std::stable_partition(rules.begin(), rules.end(), [&](ir::RuleId rule) {
      return module_.rule(rule).effect == ir::Effect::kDeny;
    });
    module_.policies[id.value()].rules = std::move(rules);
  }

  // Two-valued, as JSON Schema is.
  ir::Demand MakeDemand() {
    const Argument& argument = random_.Pick(Arguments());
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    on[static_cast<size_t>(Kind::kMissing)] = Outcome::kTrue;
    ir::Test test;
    switch (argument.shape) {
      case Shape::kNumber:
        on[static_cast<size_t>(Kind::kNumber)] = Outcome::kTest;
        on[static_cast<size_t>(Kind::kBigInt)] = Outcome::kError;
        test.kind = ir::TestKind::kNumber;
        test.intervals = {{-100, 1e9}};
        test.integral = random_.Percent(20);
        break;
      case Shape::kBool:
        on[static_cast<size_t>(Kind::kBool)] = Outcome::kTrue;
        break;
      case Shape::kTexts:
      case Shape::kRecords:
      case Shape::kNumbers:
        on[static_cast<size_t>(Kind::kList)] = Outcome::kTrue;
        break;
      case Shape::kRecord:
        on[static_cast<size_t>(Kind::kObject)] = Outcome::kTrue;
        break;
      default:
        on[static_cast<size_t>(Kind::kString)] = Outcome::kTest;
        test.kind = ir::TestKind::kLength;
        test.hi = 20;
    }
    const ir::FieldId field = g_.ArgumentField(&builder_, argument);
    return {"args." + argument.name, "must be what the schema says",
            builder_.MakeTest(field, on, test)};
  }

  void AddSchema() {
    ir::Schema schema;
    schema.path = "catalog.json";
    if (random_.Percent(50)) schema.servers = {random_.Pick(Servers())};
    schema.advisory = random_.Percent(15);
    ir::DemandLists lists;
    std::vector<std::string> tools = Tools();
    std::sort(tools.begin(), tools.end());
    for (const std::string& name : tools) {
      if (random_.Percent(20)) continue;
      ir::ToolSchema tool;
      tool.tool = name;
      std::vector<ir::Demand> demands;
      for (uint32_t i = random_.Below(3); i > 0; --i) {
        demands.push_back(MakeDemand());
      }
      tool.demands = lists.Of(std::move(demands));
      schema.tools.push_back(std::move(tool));
    }
    module_.schemas.push_back(std::move(schema));
  }

  Generator& g_;
  Random& random_;
  ir::Module module_;
  ir::Builder builder_;
};

ir::Module Generator::MakeModule() { return SetMaker(this).Make(); }

}  // namespace polc::testing
