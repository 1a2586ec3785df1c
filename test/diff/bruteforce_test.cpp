// The verifier against enumeration. Generated policy sets over a domain that
// is small because the schema's enums (and, outside tool calls, the conditions
// that the generator makes) tell few values apart: every request of it is
// decided by the evaluator, and what follows for each rule, assertion and the
// set must be what the verifier says, no more and no less.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/eval/eval.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/unit/support/ir_generator.h"
#include "verifier/verify.h"

namespace polc::verifier {
namespace {

using eval::Value;
using ir::CondId;
using ir::Kind;
using ir::Outcome;
using testing::Random;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr int kPolicies = 250;
#else
constexpr int kPolicies = 2000;
#endif
#else
constexpr int kPolicies = 2000;
#endif

Value Number(double n) {
  Value value;
  value.kind = Kind::kNumber;
  value.number = n;
  return value;
}

Value Bool(bool b) {
  Value value;
  value.kind = Kind::kBool;
  value.boolean = b;
  return value;
}

Value List(std::vector<std::string> texts) {
  Value value;
  value.kind = Kind::kList;
  for (auto& text : texts) value.items.push_back(Value::String(text));
  return value;
}

using MaybeValue = std::optional<Value>;

// What each argument may be. Every test that Maker makes is constant on the
// values between these.
const std::vector<MaybeValue>& ValuesOf(const std::string& name) {
  static const std::map<std::string, std::vector<MaybeValue>> kValues = {
      {"x",
       {std::nullopt, Value(), Value::String("a"), Value::String("ab"),
        Value::String("b"), Value::String("c"), Number(3)}},
      {"y", {std::nullopt, Value::String("a"), Value::String("b"), Bool(true)}},
      {"n",
       {std::nullopt, Number(0), Number(1), Number(1.5), Number(2),
        Value::String("a")}},
      {"l",
       {std::nullopt, List({}), List({"a"}), List({"b"}), List({"a", "b"}),
        Bool(false)}}};
  return kValues.at(name);
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed), b_(&module_) {}

  ir::Module Run() {
    MakeSchema();
    has_mark_ = random_.Percent(30);
    if (has_mark_) MakeMark();
    const uint32_t policies = 1 + random_.Below(2);
    for (uint32_t i = 0; i < policies; ++i) MakePolicy(i);
    for (uint32_t i = 0; i < 2; ++i) {
      ir::Assertion a;
      a.name = "a" + std::to_string(i);
      a.always = random_.Percent(30);
      a.effect = static_cast<ir::Effect>(random_.Below(3));
      a.target = Target();
      a.when = random_.Percent(70) ? Condition(1) : b_.True();
      module_.assertions.push_back(a);
    }
    return std::move(module_);
  }

 private:
  ir::FieldId Arg(const std::string& name) {
    return b_.MakeField({ir::Root::kArgs, {{name, -1}}});
  }

  static void On(ir::Outcomes* on, Kind kind, Outcome outcome) {
    (*on)[static_cast<size_t>(kind)] = outcome;
  }

  // One of the domain's values, or absence if `optional`.
  CondId OneOf(const std::string& name, bool optional) {
    std::vector<CondId> any;
    for (const MaybeValue& value : ValuesOf(name)) {
      if (!value && !optional) continue;
      any.push_back(Is(name, value));
    }
    return b_.Or(std::move(any));
  }

  CondId Is(const std::string& name, const MaybeValue& value) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    ir::Test test;
    if (!value) {
      On(&on, Kind::kMissing, Outcome::kTrue);
      return b_.MakeTest(Arg(name), on);
    }
    On(&on, value->kind, Outcome::kTest);
    switch (value->kind) {
      case Kind::kString:
        test.kind = ir::TestKind::kString;
        test.language = b_.SetOf({value->text});
        break;
      case Kind::kNumber:
        test.kind = ir::TestKind::kNumber;
        test.intervals = {{value->number, value->number}};
        break;
      case Kind::kBool: {
        test.kind = ir::TestKind::kBool;
        const CondId is = b_.MakeTest(Arg(name), on, test);
        if (value->boolean) return is;
        On(&on, Kind::kBool, Outcome::kTrue);
        return b_.And({b_.MakeTest(Arg(name), on), b_.Not(is)});
      }
      case Kind::kList: {
        test.kind = ir::TestKind::kSize;
        test.lo = test.hi = value->items.size();
        std::vector<CondId> all = {b_.MakeTest(Arg(name), on, test)};
        for (size_t i = 0; i < value->items.size(); ++i) {
          ir::Outcomes of = ir::AllOutcomes(Outcome::kFalse);
          On(&of, Kind::kString, Outcome::kTest);
          ir::Test is;
          is.kind = ir::TestKind::kString;
          is.language = b_.SetOf({value->items[i].text});
          const auto index = static_cast<int32_t>(i);
          all.push_back(b_.MakeTest(
              b_.MakeField({ir::Root::kArgs, {{name, -1}, {"", index}}}), of,
              is));
        }
        return b_.And(std::move(all));
      }
      default:
        On(&on, value->kind, Outcome::kTrue);
        return b_.MakeTest(Arg(name), on);
    }
    return b_.MakeTest(Arg(name), on, test);
  }

  void MakeSchema() {
    ir::Schema schema;
    schema.path = "catalog.json";
    for (const char* tool : {"t", "u"}) {
      ir::ToolSchema t;
      t.tool = tool;
      for (const char* name : {"x", "y", "n", "l"}) {
        const bool optional = random_.Percent(60);
        t.demands.push_back({std::string("args.") + name, "is in the domain",
                             OneOf(name, optional)});
      }
      ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
      On(&on, Kind::kObject, Outcome::kTest);
      ir::Test only;
      only.kind = ir::TestKind::kOnly;
      only.keys = {"l", "n", "x", "y"};
      t.demands.push_back(
          {"args", "has no other argument",
           b_.MakeTest(b_.MakeField({ir::Root::kArgs, {}}), on, only)});
      if (random_.Percent(50)) {
        t.demands.push_back({"args.x", "is narrow", Condition(0)});
      }
      schema.tools.push_back(std::move(t));
    }
    module_.schemas.push_back(std::move(schema));
  }

  void MakeMark() {
    ir::Mark mark;
    mark.name = "p0.m";
    mark.key = {"grant", b_.MakeField({ir::Root::kGrant, {}})};
    mark.lifetime_seconds = 60;
    mark.on = random_.Percent(50) ? b_.And({Target(), Condition(1)}) : Target();
    mark.policies = {ir::PolicyId(size_t{0})};
    module_.marks.push_back(std::move(mark));
  }

  CondId Marked() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    On(&on, Kind::kMissing, Outcome::kFalse);
    On(&on, Kind::kBool, Outcome::kTrue);
    return b_.MakeTest(b_.MakeField({ir::Root::kMarks, {{"p0.m", -1}}}), on);
  }

  CondId Target() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    On(&on, Kind::kString, Outcome::kTest);
    ir::Test test;
    test.kind = ir::TestKind::kString;
    const auto field = b_.MakeField({ir::Root::kTool, {}});
    switch (random_.Below(4)) {
      case 0:
        test.language = b_.SetOf({"t"});
        break;
      case 1:
        test.language = b_.SetOf({"t", "u"});
        break;
      case 2:
        test.language = b_.LangOf(ir::LangKind::kGlob, "?");
        break;
      default:
        test.language =
            b_.LangOf(ir::LangKind::kGlob, random_.Percent(90) ? "u*" : "v*");
        break;
    }
    return b_.MakeTest(field, on, test);
  }

  CondId Text(ir::FieldId field) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    On(&on, Kind::kString, Outcome::kTest);
    if (random_.Percent(30)) {  // `?? "..."`
      const auto absent =
          random_.Percent(50) ? Outcome::kTrue : Outcome::kFalse;
      On(&on, Kind::kMissing, absent);
      On(&on, Kind::kNull, absent);
    }
    ir::Test test;
    test.kind = ir::TestKind::kString;
    switch (random_.Below(6)) {
      case 0:
        test.language = b_.SetOf({"a"});
        break;
      case 1:
        test.language = b_.SetOf({"ab", "b"});
        break;
      case 2:
        test.language = b_.LangOf(ir::LangKind::kPrefix, "a");
        break;
      case 3:
        test.language = b_.LangOf(ir::LangKind::kSuffix, "b");
        break;
      case 4:
        test.language = b_.LangOf(ir::LangKind::kContains, "a");
        test.domain = b_.LangOf(ir::LangKind::kMatches, "[ab]+");
        test.language = b_.MakeLang({.kind = ir::LangKind::kAnd,
                                     .texts = {},
                                     .operands = {test.domain, test.language}});
        break;
      default:
        test.kind = ir::TestKind::kLength;
        test.language = {};
        test.lo = 1 + random_.Below(2);
        test.hi = test.lo + random_.Below(2);
        break;
    }
    return b_.MakeTest(field, on, test);
  }

  CondId Numeric() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    On(&on, Kind::kNumber, Outcome::kTest);
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    const double lo = random_.Below(3);
    ir::Interval interval;
    if (random_.Percent(60)) interval.lo = lo;
    if (random_.Percent(60)) interval.hi = lo + random_.Below(2);
    interval.lo_open = interval.lo < interval.hi && random_.Percent(40);
    interval.hi_open = interval.lo < interval.hi && random_.Percent(40);
    test.intervals = {interval};
    test.integral = random_.Percent(20);
    return b_.MakeTest(Arg("n"), on, test);
  }

  CondId Lists() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    if (random_.Percent(30)) {
      ir::Test test;
      test.kind = ir::TestKind::kSize;
      test.lo = random_.Below(3);
      test.hi = test.lo + random_.Below(2);
      On(&on, Kind::kList, Outcome::kTest);
      return b_.MakeTest(Arg("l"), on, test);
    }
    const auto element = b_.MakeField({ir::Root::kElement, {}});
    const CondId body = random_.Percent(30) ? b_.Compare(ir::CompareOp::kEqual,
                                                         element, Arg("y"))
                                            : Text(element);
    return random_.Percent(50) ? b_.All(Arg("l"), on, body)
                               : b_.Any(Arg("l"), on, body);
  }

  CondId Atom() {
    if (has_mark_ && random_.Percent(20)) return Marked();
    switch (random_.Below(9)) {
      case 0:
      case 1:
      case 2:
        return Text(Arg(random_.Percent(60) ? "x" : "y"));
      case 3:
      case 4:
        return Numeric();
      case 5: {  // `has`
        ir::Outcomes on = ir::AllOutcomes(Outcome::kTrue);
        On(&on, Kind::kMissing, Outcome::kFalse);
        On(&on, Kind::kNull, Outcome::kFalse);
        On(&on, Kind::kBad, Outcome::kError);
        return b_.MakeTest(Arg(random_.Percent(50) ? "x" : "n"), on);
      }
      case 6:
        return Lists();
      case 7:
        return b_.Compare(ir::CompareOp::kEqual, Arg("x"), Arg("y"));
      default:
        return Is("y", Bool(true));
    }
  }

  CondId Condition(int depth) {
    if (depth == 0 || random_.Percent(30)) {
      const CondId atom = Atom();
      return random_.Percent(25) ? b_.Not(atom) : atom;
    }
    std::vector<CondId> parts = {Condition(depth - 1), Condition(depth - 1)};
    return random_.Percent(55) ? b_.And(parts) : b_.Or(parts);
  }

  void MakePolicy(uint32_t index) {
    ir::Policy policy;
    policy.name = "p" + std::to_string(index);
    policy.default_effect = static_cast<ir::DefaultEffect>(random_.Below(4));
    const uint32_t rules = 2 + random_.Below(5);
    std::vector<ir::Rule> made;
    for (uint32_t i = 0; i < rules; ++i) {
      ir::Rule rule;
      rule.policy = ir::PolicyId(size_t{index});
      rule.effect = static_cast<ir::Effect>(random_.Below(3));
      rule.target = Target();
      rule.guard = random_.Percent(85) ? b_.And({rule.target, Condition(2)})
                                       : rule.target;
      rule.name = policy.name + ".r" + std::to_string(i);
      made.push_back(std::move(rule));
    }
    std::stable_partition(made.begin(), made.end(), [](const ir::Rule& r) {
      return r.effect == ir::Effect::kDeny;
    });
    for (ir::Rule& rule : made) {
      policy.rules.emplace_back(module_.rules.size());
      module_.rules.push_back(std::move(rule));
    }
    module_.policies.push_back(std::move(policy));
  }

  Random random_;
  ir::Module module_;
  ir::Builder b_;
  bool has_mark_ = false;
};

// ---- the oracle ------------------------------------------------------------

std::vector<eval::Request> AllRequests() {
  std::vector<eval::Request> all;
  for (const char* tool : {"t", "u"}) {
    eval::Request request;
    request.server = "s";
    request.tool = tool;
    for (const auto& x : ValuesOf("x")) {
      for (const auto& y : ValuesOf("y")) {
        for (const auto& n : ValuesOf("n")) {
          for (const auto& l : ValuesOf("l")) {
            request.args = Value::Object();
            const auto add = [&](const char* name, const MaybeValue& value) {
              if (!value) return;
              request.args.names.emplace_back(name);
              request.args.items.push_back(*value);
            };
            add("x", x);
            add("y", y);
            add("n", n);
            add("l", l);
            for (const bool marked : {false, true}) {
              request.marks.clear();
              if (marked) request.marks.emplace_back("p0.m");
              all.push_back(request);
            }
          }
        }
      }
    }
  }
  return all;
}

// All that enumeration knows of one accepted request.
struct Row {
  std::vector<ir::Verdict> guard;  // by rule
  eval::Decision decision;
  bool mark_fails = false;  // its condition is an error, which denies
  std::vector<int> vote;  // by policy: the rule that is not false first, or -1
  std::vector<std::pair<bool, ir::Effect>> asserted;  // inside, decision
};

class Oracle {
 public:
  Oracle(const ir::Module& module, const std::vector<eval::Request>& requests)
      : module_(module) {
    for (const eval::Request& request : requests) {
      if (module.marks.empty() && !request.marks.empty()) continue;
      const eval::Decision d = eval::Decide(module, request);
      if (d.by == eval::By::kSchema) continue;
      Row row;
      row.decision = d;
      for (const ir::Mark& mark : module.marks) {
        row.mark_fails |=
            eval::Evaluate(module, mark.on, request) == ir::Verdict::kError;
      }
      for (const ir::Rule& rule : module.rules) {
        row.guard.push_back(eval::Evaluate(module, rule.guard, request));
      }
      for (const ir::Policy& policy : module.policies) {
        int vote = -1;
        for (const ir::RuleId id : policy.rules) {
          if (row.guard[id.value()] == ir::Verdict::kFalse) continue;
          vote = id.index;
          break;
        }
        row.vote.push_back(vote);
      }
      for (const ir::Assertion& a : module.assertions) {
        const bool inside =
            eval::Evaluate(module, a.target, request) == ir::Verdict::kTrue &&
            eval::Evaluate(module, a.when, request) != ir::Verdict::kFalse;
        row.asserted.emplace_back(inside, d.effect);
      }
      rows_.push_back(std::move(row));
    }
  }

  // "check rule" for each finding that must be there.
  std::set<std::string> Expected() const {
    std::set<std::string> expected;
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      const std::string name = module_.rules[r].name;
      if (!Any([&](const Row& row) { return Matches(row, r); })) {
        expected.insert("never-matches " + name);
      } else if (!Any([&](const Row& row) { return Decides(row, r); })) {
        const bool allow = module_.rules[r].effect == ir::Effect::kAllow;
        expected.insert((allow ? "unreachable-allow " : "shadowed-rule ") +
                        name);
      }
    }
    for (size_t a = 0; a < module_.assertions.size(); ++a) {
      const ir::Assertion& assertion = module_.assertions[a];
      if (Any([&](const Row& row) {
            return row.asserted[a].first &&
                   (row.asserted[a].second == assertion.effect) !=
                       assertion.always;
          })) {
        expected.insert("assertion-failed " + assertion.name);
      }
    }
    if (!Any([](const Row& row) {
          return row.decision.effect != ir::Effect::kDeny;
        })) {
      expected.insert("allows-nothing ");
    }
    return expected;
  }

  // Do the rules named (with the defaults of other policies, if `defaults`, and
  // the mark, if `mark`) take all that rule r matches?
  bool Covers(size_t r, const std::set<std::string>& by, bool defaults,
              bool mark) const {
    return !Any([&](const Row& row) {
      if (!Matches(row, r) || (mark && row.mark_fails)) return false;
      for (size_t j = 0; j < module_.rules.size(); ++j) {
        if (by.contains(module_.rules[j].name) && Takes(row, j, r)) {
          return false;
        }
      }
      return !(defaults && TakenByDefault(row, r));
    });
  }

 private:
  template <typename F>
  bool Any(const F& f) const {
    return std::any_of(rows_.begin(), rows_.end(), f);
  }
  static bool Matches(const Row& row, size_t r) {
    return row.guard[r] == ir::Verdict::kTrue;
  }
  bool Votes(const Row& row, size_t r) const {
    return Matches(row, r) &&
           row.vote[module_.rules[r].policy.value()] == static_cast<int>(r);
  }
  bool Decides(const Row& row, size_t r) const {
    if (!Votes(row, r)) return false;
    return module_.rules[r].effect != ir::Effect::kAllow ||
           row.decision.effect == ir::Effect::kAllow;
  }
  bool Takes(const Row& row, size_t j, size_t r) const {
    const ir::Rule& other = module_.rules[j];
    if (row.guard[j] == ir::Verdict::kFalse) return false;
    if (other.policy == module_.rules[r].policy) return j < r;
    if (other.effect == ir::Effect::kDeny) return true;
    return row.vote[other.policy.value()] == static_cast<int>(j) &&
           (other.effect == ir::Effect::kAsk ||
            row.guard[j] == ir::Verdict::kError);
  }
  bool TakenByDefault(const Row& row, size_t r) const {
    for (size_t p = 0; p < module_.policies.size(); ++p) {
      if (module_.rules[r].policy.value() == p || row.vote[p] >= 0) continue;
      const auto d = module_.policies[p].default_effect;
      if (d == ir::DefaultEffect::kDeny || d == ir::DefaultEffect::kAsk) {
        return true;
      }
    }
    return false;
  }

  const ir::Module& module_;
  std::vector<Row> rows_;
};

void CheckExplanation(const ir::Module& module, const Oracle& oracle,
                      const diag::Diagnostic& d, const std::string& context) {
  size_t r = 0;
  while (module.rules[r].name != d.finding->rule) ++r;
  const std::set<std::string> by(d.finding->by.begin(), d.finding->by.end());
  const bool defaults = d.message.find("default of") != std::string::npos;
  const bool mark = d.message.find("mark `") != std::string::npos;
  EXPECT_TRUE(oracle.Covers(r, by, defaults, mark)) << d.message << context;
  EXPECT_FALSE(d.finding->witness_shadowed.empty()) << d.message;
  if (defaults) return;
  for (const std::string& name : by) {
    std::set<std::string> rest = by;
    rest.erase(name);
    EXPECT_FALSE(oracle.Covers(r, rest, false, mark))
        << name << " is dispensable: " << d.message << context;
  }
}

TEST(BruteForceTest, FindingsAreThoseOfEnumeration) {
  const std::vector<eval::Request> requests = AllRequests();
  std::map<std::string, int> seen;
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const uint64_t count = only != nullptr ? 1 : kPolicies;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const ir::Module module = Maker(seed).Run();
    const std::string context =
        "\nPOLC_SEED=" + std::to_string(seed) +
        (only != nullptr ? "\n" + ir::Print(module) : std::string());
    const auto valid = ir::Validate(module);
    ASSERT_TRUE(valid.has_value()) << valid.error().message << context;
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages.has_value());
    diag::Diagnostics diags;
    const Report report = Verify(module, *languages, {}, nullptr, &diags);
    ASSERT_FALSE(report.bug.has_value()) << *report.bug << context;
    EXPECT_EQ(report.unknown, 0u) << context;
    const Oracle oracle(module, requests);
    std::set<std::string> found;
    for (const diag::Diagnostic& d : diags.all()) {
      const std::string check(diag::CheckName(d.kind));
      found.insert(check + " " + d.finding->rule);
      ++seen[check];
      if (check == "unreachable-allow" || check == "shadowed-rule") {
        CheckExplanation(module, oracle, d, context);
      }
    }
    ASSERT_EQ(found, oracle.Expected()) << context;
    if (HasFailure()) return;
  }
  if (only != nullptr) return;
  for (const char* check :
       {"never-matches", "unreachable-allow", "shadowed-rule",
        "assertion-failed", "allows-nothing"}) {
    EXPECT_GT(seen[check], 10) << check << " was hardly exercised";
  }
}

}  // namespace
}  // namespace polc::verifier
