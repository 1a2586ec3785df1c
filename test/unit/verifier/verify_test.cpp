// Each check on hand-made policy sets: what it finds, what it leaves alone,
// and whom it names.
#include "verifier/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/ir/builder.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"

namespace polc::verifier {
namespace {

using ir::CondId;
using ir::DefaultEffect;
using ir::Effect;
using ir::Kind;
using ir::Outcome;

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() : b_(&module_) {}

  ir::FieldId Arg(const std::string& name) {
    return b_.MakeField({ir::Root::kArgs, {{name, -1}}});
  }
  CondId Test(ir::FieldId field, Kind kind, ir::Test test,
              Outcome otherwise = Outcome::kError) {
    ir::Outcomes on = ir::AllOutcomes(otherwise);
    on[static_cast<size_t>(kind)] = Outcome::kTest;
    return b_.MakeTest(field, on, std::move(test));
  }
  CondId Like(const std::string& name, const std::string& glob) {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = b_.LangOf(ir::LangKind::kGlob, glob);
    return Test(Arg(name), Kind::kString, test);
  }
  CondId Between(const std::string& name, double lo, double hi,
                 Outcome otherwise = Outcome::kError) {
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    test.intervals = {{lo, hi}};
    return Test(Arg(name), Kind::kNumber, test, otherwise);
  }
  CondId Has(const std::string& name) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kTrue);
    on[static_cast<size_t>(Kind::kMissing)] = Outcome::kFalse;
    on[static_cast<size_t>(Kind::kNull)] = Outcome::kFalse;
    on[static_cast<size_t>(Kind::kBad)] = Outcome::kError;
    return b_.MakeTest(Arg(name), on);
  }
  CondId Tool(const std::string& name) {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = b_.SetOf({name});
    return Test(b_.MakeField({ir::Root::kTool, {}}), Kind::kString, test,
                Outcome::kFalse);
  }

  void Policy(const std::string& name, DefaultEffect effect,
              std::vector<std::string> servers = {"s"}) {
    ir::Policy policy;
    policy.name = name;
    policy.servers = std::move(servers);
    policy.default_effect = effect;
    module_.policies.push_back(policy);
  }
  void Rule(const std::string& name, Effect effect, CondId target,
            CondId when = {}) {
    ir::Rule rule;
    ir::Policy& policy = module_.policies.back();
    rule.name = policy.name + "." + name;
    rule.policy = ir::PolicyId(module_.policies.size() - 1);
    rule.effect = effect;
    rule.target = target;
    rule.guard = when.valid() ? b_.And({target, when}) : target;
    policy.rules.emplace_back(module_.rules.size());
    module_.rules.push_back(rule);
  }
  void Catalog(const std::string& tool, std::vector<ir::Demand> demands,
               bool advisory = false) {
    ir::Schema schema;
    schema.path = "catalog.json";
    schema.servers = {"s"};
    schema.advisory = advisory;
    schema.tools.push_back({tool, ir::DemandList(std::move(demands))});
    module_.schemas.push_back(std::move(schema));
  }
  void Assert(const std::string& name, bool always, Effect effect,
              CondId target, CondId when = {}) {
    ir::Assertion a;
    a.name = name;
    a.always = always;
    a.effect = effect;
    a.target = target;
    a.when = when.valid() ? when : b_.True();
    module_.assertions.push_back(a);
  }

  // "check rule by ..." for each finding, in order.
  std::vector<std::string> Findings() {
    const auto valid = ir::Validate(module_);
    EXPECT_TRUE(valid.has_value()) << valid.error().message;
    const auto languages = ir::Languages::Make(module_);
    diags_ = {};
    report_ = Verify(module_, *languages, {}, nullptr, &diags_);
    EXPECT_FALSE(report_.bug.has_value()) << *report_.bug;
    std::vector<std::string> out;
    for (const diag::Diagnostic& d : diags_.all()) {
      std::string line(diag::CheckName(d.kind));
      if (!d.finding->rule.empty()) line += " " + d.finding->rule;
      for (const auto& by : d.finding->by) line += " " + by;
      out.push_back(line);
    }
    return out;
  }
  const diag::Diagnostic& First() { return diags_.all().front(); }

  using Lines = std::vector<std::string>;
  ir::Module module_;
  ir::Builder b_;
  diag::Diagnostics diags_;
  Report report_;
};

TEST_F(VerifyTest, RulesThatDecideAreLeftAlone) {
  Policy("p", DefaultEffect::kDeny);
  Rule("d", Effect::kDeny, Tool("t"), Like("x", "a*"));
  Rule("a", Effect::kAllow, Tool("t"), Like("x", "*b"));
  EXPECT_EQ(Findings(), Lines());
  EXPECT_EQ(report_.proved, 2u);
}

TEST_F(VerifyTest, AllowUnderOneDeny) {
  Policy("p", DefaultEffect::kDeny);
  Rule("d", Effect::kDeny, Tool("t"), Like("x", "a*"));
  Rule("a", Effect::kAllow, Tool("t"), Like("x", "ab*"));
  EXPECT_EQ(Findings(), Lines{"unreachable-allow p.a p.d"});
  EXPECT_NE(First().message.find("`p.d` takes every request"),
            std::string::npos);
  EXPECT_EQ(First().finding->witness_shadowed,
            "{\"server\": \"s\", \"method\": \"tools/call\", \"tool\": \"t\", "
            "\"args\": {\"x\": \"ab\"}, \"caller\": {\"grant\": \"default\"}}");
}

TEST_F(VerifyTest, UnionsShadowAndNoneIsDispensable) {
  Policy("p", DefaultEffect::kDeny);
  Rule("low", Effect::kAsk, Tool("t"), Between("n", 0, 5));
  Rule("far", Effect::kAsk, Tool("t"), Between("n", 90, 99));
  Rule("high", Effect::kAllow, Tool("t"), Between("n", 5, 10));
  Rule("both", Effect::kAsk, Tool("t"), Between("n", 2, 8));
  // A string is an error to all four; the first of them takes it.
  EXPECT_EQ(Findings(), Lines{"shadowed-rule p.both p.low p.high"});
}

// `low` is an error where n is missing, and an error denies: it takes those
// requests from a rule that does not look at n.
TEST_F(VerifyTest, ErrorsTakeRequests) {
  Policy("p", DefaultEffect::kDeny);
  Rule("low", Effect::kDeny, Tool("t"), Between("n", 0, 5));
  Rule("absent", Effect::kAllow, Tool("t"), b_.Not(Has("n")));
  EXPECT_EQ(Findings(), Lines{"unreachable-allow p.absent p.low"});
}

// Both take all of it alone, and the first leaves the second something.
TEST_F(VerifyTest, NamesARuleOfAnotherEffect) {
  Policy("p", DefaultEffect::kDeny);
  Rule("part", Effect::kAllow, Tool("t"), Like("x", "abc*"));
  Rule("other", Effect::kAsk, Tool("t"), Like("x", "?b*"));
  Rule("same", Effect::kAllow, Tool("t"), Like("x", "a*"));
  Rule("dead", Effect::kAllow, Tool("t"), Like("x", "ab*"));
  EXPECT_EQ(Findings(), Lines{"unreachable-allow p.dead p.other"});
}

// What a rule before it has taken, it does not take.
TEST_F(VerifyTest, NamesNoRuleThatTakesNothing) {
  Policy("p", DefaultEffect::kDeny);
  Rule("same", Effect::kAllow, Tool("t"), Like("x", "a*"));
  Rule("other", Effect::kAsk, Tool("t"), Like("x", "?b*"));
  Rule("dead", Effect::kAllow, Tool("t"), Like("x", "ab*"));
  EXPECT_EQ(Findings(), Lines{"unreachable-allow p.dead p.same"});
}

TEST_F(VerifyTest, ConjunctsThatExcludeEachOther) {
  Policy("p", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("t"),
       b_.And({Between("n", 1, 2), Like("x", "a*"), Between("n", 5, 6)}));
  EXPECT_EQ(Findings(), Lines{"never-matches p.a"});
  ASSERT_EQ(First().notes.size(), 2u);
  EXPECT_EQ(First().notes[0].message, "it asks for `args.n in 1..2`");
  EXPECT_EQ(First().notes[1].message, "it asks for `args.n in 5..6`");
}

// No two of the three exclude each other.
TEST_F(VerifyTest, ThreeGlobsThatExcludeEachOther) {
  Policy("p", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("t"),
       b_.And({Like("x", "a?"), Like("x", "?b"), b_.Not(Like("x", "ab"))}));
  EXPECT_EQ(Findings(), Lines{"never-matches p.a"});
}

TEST_F(VerifyTest, TheSchemaRulesAConditionOut) {
  Policy("p", DefaultEffect::kDeny);
  Rule("big", Effect::kDeny, Tool("pay"), Between("amount", 500, 900));
  Rule("rest", Effect::kAllow, Tool("pay"));
  Catalog("pay", {{"args.amount", "must be at most 100",
                   Between("amount", 0, 100, Outcome::kTrue)},
                  {"args.to", "is required", Has("to")}});
  EXPECT_EQ(Findings(), Lines{"never-matches p.big"});
  EXPECT_NE(First().message.find("the schema of tool `pay` rules its condition "
                                 "out: `args.amount` must be at most 100"),
            std::string::npos)
      << First().message;
}

TEST_F(VerifyTest, AnAdvisorySchemaProvesNothing) {
  Policy("p", DefaultEffect::kDeny);
  Rule("big", Effect::kDeny, Tool("pay"), Between("amount", 500, 900));
  Rule("rest", Effect::kAllow, Tool("pay"));
  Catalog("pay",
          {{"args.amount", "must be at most 100",
            Between("amount", 0, 100, Outcome::kTrue)}},
          /*advisory=*/true);
  EXPECT_EQ(Findings(), Lines());
}

TEST_F(VerifyTest, NothingOfTheCatalogIsAllowed) {
  Policy("p", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("run_checkov"));
  Catalog("ecs", {});
  EXPECT_EQ(Findings(), (Lines{"allows-nothing", "never-matches p.a"}));
  EXPECT_EQ(First().notes[0].message,
            "allow `p.a` names no tool of the catalog");
}

TEST_F(VerifyTest, AnotherPolicyTakesEverything) {
  Policy("guard", DefaultEffect::kNone);
  Rule("d", Effect::kDeny, Tool("t"), Has("x"));
  Policy("team", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("t"), b_.And({Has("x"), Has("y")}));
  Rule("b", Effect::kAllow, Tool("t"), Has("y"));
  EXPECT_EQ(Findings(), Lines{"unreachable-allow team.a guard.d"});
}

TEST_F(VerifyTest, AnotherPolicysDefaultTakesEverything) {
  Policy("team", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("t"));
  Policy("org", DefaultEffect::kAsk);
  Rule("d", Effect::kDeny, Tool("u"));
  EXPECT_EQ(Findings(),
            (Lines{"unreachable-allow team.a", "redundant-rule org.d"}));
  EXPECT_NE(First().message.find("the default of policy `org`"),
            std::string::npos);
}

TEST_F(VerifyTest, PoliciesOfOtherServersDoNotMatter) {
  Policy("team", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("t"));
  Policy("org", DefaultEffect::kDeny, {"another"});
  EXPECT_EQ(Findings(), Lines());
}

TEST_F(VerifyTest, AssertionsHoldOrShowARequest) {
  Policy("p", DefaultEffect::kDeny);
  Rule("d", Effect::kDeny, Tool("t"), Like("x", "a*"));
  Rule("a", Effect::kAllow, Tool("t"));
  Assert("p.good", false, Effect::kAllow, Tool("t"), Like("x", "ab*"));
  Assert("p.bad", false, Effect::kAllow, Tool("t"), Like("x", "*b"));
  Assert("p.denied", true, Effect::kDeny, Tool("t"), Like("x", "a"));
  Assert("p.always", true, Effect::kDeny, Tool("t"));
  EXPECT_EQ(Findings(), (Lines{"assertion-failed p.bad p.a",
                               "assertion-failed p.always p.a"}));
  EXPECT_NE(First().finding->witness.find("\"x\": \"b\""), std::string::npos);
}

// Where `when` is an error the request counts as covered.
TEST_F(VerifyTest, AnErrorInAnAssertionIsInside) {
  Policy("p", DefaultEffect::kDeny);
  Rule("a", Effect::kAllow, Tool("t"), b_.Not(Has("x")));
  Assert("p.never", false, Effect::kAllow, Tool("t"), Like("x", "a*"));
  EXPECT_EQ(Findings(), Lines{"assertion-failed p.never p.a"});
}

TEST_F(VerifyTest, DefaultsDecideToo) {
  Policy("p", DefaultEffect::kAllow);
  Rule("d", Effect::kDeny, Tool("t"));
  Assert("p.never", false, Effect::kAllow, Tool("u"));
  EXPECT_EQ(Findings(), Lines{"assertion-failed p.never"});
}

TEST_F(VerifyTest, QuantifiersNeedAnElementEach) {
  Policy("p", DefaultEffect::kDeny);
  ir::Test test;
  test.kind = ir::TestKind::kString;
  const auto element = b_.MakeField({ir::Root::kElement, {}});
  const ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
  const auto any = [&](const char* text) {
    test.language = b_.SetOf({text});
    return b_.Any(Arg("l"), on, Test(element, Kind::kString, test));
  };
  Rule("two", Effect::kAllow, Tool("t"), b_.And({any("a"), any("b")}));
  ir::Test single;
  single.kind = ir::TestKind::kSize;
  single.lo = single.hi = 1;
  Rule("one", Effect::kAllow, Tool("u"),
       b_.And({any("a"), any("b"), Test(Arg("l"), Kind::kList, single)}));
  EXPECT_EQ(Findings(), Lines{"never-matches p.one"});
}

TEST_F(VerifyTest, ComparedFields) {
  Policy("p", DefaultEffect::kDeny);
  const CondId same = b_.Compare(ir::CompareOp::kEqual, Arg("x"), Arg("y"));
  const CondId less = b_.Compare(ir::CompareOp::kLess, Arg("m"), Arg("n"));
  Rule("a", Effect::kAllow, Tool("t"),
       b_.And({same, Like("x", "a*"), Like("y", "*b")}));
  Rule("b", Effect::kAllow, Tool("t"),
       b_.And({same, Like("x", "a"), Like("y", "b")}));
  Rule("c", Effect::kAllow, Tool("u"),
       b_.And({less, Between("m", 3, 4), Between("n", 3, 4)}));
  Rule("d", Effect::kAllow, Tool("u"),
       b_.And({less, Between("m", 4, 5), Between("n", 3, 4)}));
  EXPECT_EQ(Findings(), (Lines{"never-matches p.b", "never-matches p.d"}));
}

// An engine that answers otherwise is a bug, not a finding.
TEST_F(VerifyTest, DisagreementIsABug) {
  class Liar : public Replayer {
   public:
    Result<Replayed> Decide(const eval::Request&, const std::string&) override {
      return Replayed{Effect::kAllow, "rule", "p.a"};
    }
    Result<std::vector<Replayed>> Play(
        const std::string&, const std::vector<std::string>& lines) override {
      return std::vector<Replayed>(lines.size());
    }
  };
  Policy("p", DefaultEffect::kDeny);
  Rule("d", Effect::kDeny, Tool("t"), Like("x", "a*"));
  Rule("a", Effect::kAllow, Tool("t"), Like("x", "ab*"));
  const auto languages = ir::Languages::Make(module_);
  Liar liar;
  diag::Diagnostics diags;
  const Report report = Verify(module_, *languages, {}, &liar, &diags);
  ASSERT_TRUE(report.bug.has_value());
  EXPECT_NE(report.bug->find("differ"), std::string::npos);
  EXPECT_TRUE(diags.all().empty());
}

TEST_F(VerifyTest, ALimitIsSaidToBeUnknown) {
  Policy("p", DefaultEffect::kDeny);
  Rule("d", Effect::kDeny, Tool("t"), Like("x", "a*"));
  Rule("a", Effect::kAllow, Tool("t"), Like("x", "ab*"));
  const auto languages = ir::Languages::Make(module_);
  Options options;
  options.solver.resource_limit = 1;
  diag::Diagnostics diags;
  const Report report = Verify(module_, *languages, options, nullptr, &diags);
  EXPECT_GT(report.unknown, 0u);
  for (const diag::Diagnostic& d : diags.all()) {
    EXPECT_EQ(d.severity, diag::Severity::kUnknown);
  }
}

}  // namespace
}  // namespace polc::verifier
