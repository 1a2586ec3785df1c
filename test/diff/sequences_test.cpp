// Assertions about sequences against enumeration: generated sets over a few
// requests, marks and limits, where every pair of calls, and many sequences,
// can be tried. What is proved no sequence breaks; what is refuted one does;
// of flows nothing stays unknown.
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

using ir::CondId;
using ir::Kind;
using ir::Outcome;
using testing::Random;

constexpr uint64_t kSets = 400;
constexpr int kTries = 150;

const std::vector<std::string>& MarkNames() {
  static const std::vector<std::string> kNames = {"p.m0", "p.m1"};
  return kNames;
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed), b_(&module_) {}

  ir::Module Run() {
    ir::Policy policy;
    policy.name = "p";
    policy.servers = {"s"};
    const auto grant = b_.MakeField({ir::Root::kGrant, {}});
    for (const std::string& name : MarkNames()) {
      module_.marks.push_back(
          {name, {"grant", grant}, 60, Guard(), {ir::PolicyId(size_t{0})}, {}});
    }
    for (uint32_t i = 0; i < 2; ++i) {
      ir::Limit limit;
      limit.name = "p.l" + std::to_string(i);
      limit.amount = Decimal::OfInteger(1 + random_.Below(2));
      limit.window = static_cast<ir::Window>(1 + random_.Below(2));
      limit.rolling = random_.Percent(30);
      if (random_.Percent(40)) limit.keys.push_back({"grant", grant});
      limit.cost.constant = Decimal::OfInteger(1);
      limit.on = random_.Percent(80) ? Tools() : Guard();
      limit.policies = {ir::PolicyId(size_t{0})};
      module_.limits.push_back(std::move(limit));
    }
    const uint32_t denies = random_.Below(3);
    for (uint32_t i = 0; i < denies; ++i) AddRule(ir::Effect::kDeny, &policy);
    AddRule(random_.Percent(25) ? ir::Effect::kAsk : ir::Effect::kAllow,
            &policy);
    AddRule(ir::Effect::kAllow, &policy);
    module_.policies.push_back(std::move(policy));
    const CondId yes = b_.True();
    for (uint32_t i = 0; i < 2; ++i) {
      ir::Flow flow;
      flow.name = "p.f" + std::to_string(i);
      flow.target = Tools();
      flow.when = random_.Percent(50) ? yes : Atom();
      flow.after_target = Tools();
      flow.after_when = random_.Percent(50) ? yes : Atom();
      module_.flows.push_back(std::move(flow));
      ir::Bound bound;
      bound.name = "p.b" + std::to_string(i);
      bound.amount = Decimal::OfInteger(random_.Below(5));
      bound.window = ir::Window::kMinute;
      bound.in_any = random_.Percent(30);
      if (random_.Percent(50)) bound.keys.push_back({"grant", grant});
      bound.target = Tools();
      bound.when = random_.Percent(70) ? yes : Atom();
      module_.bounds.push_back(std::move(bound));
    }
    return std::move(module_);
  }

 private:
  CondId Tools() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    on[static_cast<size_t>(Kind::kString)] = Outcome::kTest;
    ir::Test test;
    test.kind = ir::TestKind::kString;
    std::vector<std::string> tools;
    if (random_.Percent(70)) tools.emplace_back("t");
    if (tools.empty() || random_.Percent(40)) tools.emplace_back("u");
    test.language = b_.SetOf(tools);
    return b_.MakeTest(b_.MakeField({ir::Root::kTool, {}}), on, test);
  }

  CondId Atom() {
    if (random_.Percent(40)) {
      ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
      on[static_cast<size_t>(Kind::kMissing)] = Outcome::kFalse;
      on[static_cast<size_t>(Kind::kBool)] = Outcome::kTrue;
      return b_.MakeTest(
          b_.MakeField({ir::Root::kMarks, {{random_.Pick(MarkNames()), -1}}}),
          on);
    }
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    on[static_cast<size_t>(Kind::kBool)] = Outcome::kTest;
    if (random_.Percent(40)) {
      on[static_cast<size_t>(Kind::kMissing)] = Outcome::kError;
    }
    ir::Test test;
    test.kind = ir::TestKind::kBool;
    return b_.MakeTest(b_.MakeField({ir::Root::kArgs, {{"x", -1}}}), on, test);
  }

  CondId Guard() {
    const CondId tools = Tools();
    if (random_.Percent(30)) return tools;
    CondId atom = Atom();
    if (random_.Percent(30)) atom = b_.Not(atom);
    if (random_.Percent(30)) atom = b_.Or({atom, Atom()});
    return b_.And({tools, atom});
  }

  void AddRule(ir::Effect effect, ir::Policy* policy) {
    ir::Rule rule;
    rule.name = "p.r" + std::to_string(module_.rules.size());
    rule.policy = ir::PolicyId(size_t{0});
    rule.effect = effect;
    rule.target = Tools();
    rule.guard =
        random_.Percent(40) ? rule.target : b_.And({rule.target, Atom()});
    policy->rules.emplace_back(module_.rules.size());
    module_.rules.push_back(std::move(rule));
  }

  Random random_;
  ir::Module module_;
  ir::Builder b_;
};

// `x` absent, true or false; of two tools and two grants.
std::vector<eval::Request> Calls() {
  std::vector<eval::Request> all;
  for (const char* tool : {"t", "u"}) {
    for (const int x : {-1, 0, 1}) {
      for (const char* grant : {"a", "b"}) {
        eval::Request request;
        request.server = "s";
        request.tool = tool;
        request.caller.grant = grant;
        if (x >= 0) {
          eval::Value value;
          value.kind = Kind::kBool;
          value.boolean = x == 1;
          request.args.names.emplace_back("x");
          request.args.items.push_back(value);
        }
        all.push_back(request);
      }
    }
  }
  return all;
}

std::vector<eval::Request> WithMarks(const std::vector<eval::Request>& calls) {
  std::vector<eval::Request> all;
  for (const eval::Request& call : calls) {
    for (unsigned held = 0; held < 4; ++held) {
      eval::Request request = call;
      for (unsigned i = 0; i < 2; ++i) {
        if ((held >> i) & 1) request.marks.push_back(MarkNames()[i]);
      }
      all.push_back(std::move(request));
    }
  }
  return all;
}

bool IsInside(const ir::Module& module, CondId target, CondId when,
              const eval::Request& request) {
  return eval::Evaluate(module, target, request) == ir::Verdict::kTrue &&
         eval::Evaluate(module, when, request) != ir::Verdict::kFalse;
}

// A call of the first target that goes out, then one of the second.
bool IsBroken(const ir::Module& module, const ir::Flow& flow,
              const std::vector<eval::Request>& calls) {
  for (const eval::Request& a : calls) {
    const eval::Decision first = eval::Decide(module, a);
    if (first.effect == ir::Effect::kDeny ||
        !IsInside(module, flow.after_target, flow.after_when, a)) {
      continue;
    }
    for (const eval::Request& b : calls) {
      const bool holds_all = std::all_of(
          first.marks.begin(), first.marks.end(), [&](ir::MarkId mark) {
            return std::find(b.marks.begin(), b.marks.end(),
                             module.mark(mark).name) != b.marks.end();
          });
      if (holds_all && b.caller.grant == a.caller.grant &&
          IsInside(module, flow.target, flow.when, b) &&
          eval::Decide(module, b).effect == flow.effect) {
        return true;
      }
    }
  }
  return false;
}

// A random sequence within two minutes; true if a window has more than the
// bound says.
bool Breaks(const ir::Module& module, const ir::Bound& bound,
            const std::vector<eval::Request>& calls, Random* random) {
  constexpr int64_t kMinute = 1'768'473'000;
  eval::Counters counters;
  std::map<std::string, std::vector<int64_t>> made;  // by key
  int64_t now = kMinute + random->Below(60);
  for (int i = 0; i < 14; ++i) {
    if (random->Percent(25)) now += random->Below(40);
    eval::Request request = random->Pick(calls);
    request.now = now;
    for (std::string& mark : counters.Held(module, request)) {
      if (std::find(request.marks.begin(), request.marks.end(), mark) ==
          request.marks.end()) {
        request.marks.push_back(std::move(mark));
      }
    }
    eval::Decision decision = eval::Decide(module, request);
    counters.GoOut(module, request, &decision);
    if (decision.effect != bound.effect ||
        !IsInside(module, bound.target, bound.when, request)) {
      continue;
    }
    auto& times = made[bound.keys.empty() ? "" : request.caller.grant];
    times.push_back(now);
    const auto in_window =
        std::count_if(times.begin(), times.end(), [&](int64_t at) {
          return bound.in_any ? now - at < 60 : at / 60 == now / 60;
        });
    if (Decimal::OfInteger(in_window) > bound.amount) return true;
  }
  return false;
}

TEST(SequencesTest, AreThoseOfEnumeration) {
  const std::vector<eval::Request> calls = WithMarks(Calls());
  std::map<std::string, int> seen;
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const uint64_t count = only != nullptr ? 1 : kSets;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const ir::Module module = Maker(seed).Run();
    const std::string context = "\nPOLC_SEED=" + std::to_string(seed) + "\n" +
                                (only ? ir::Print(module) : std::string());
    const auto valid = ir::Validate(module);
    ASSERT_TRUE(valid.has_value()) << valid.error().message << context;
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages.has_value());
    diag::Diagnostics diags;
    const Report report = Verify(module, *languages, {}, nullptr, &diags);
    ASSERT_FALSE(report.bug.has_value()) << *report.bug << context;
    std::set<std::string> refuted;
    std::set<std::string> unknown;
    for (const diag::Diagnostic& d : diags.all()) {
      if (d.kind == diag::Kind::kAssertionFailed) {
        refuted.insert(d.finding->rule);
      } else if (d.kind == diag::Kind::kUnknown) {
        unknown.insert(d.finding->rule);
      }
    }
    for (const ir::Flow& flow : module.flows) {
      ASSERT_FALSE(unknown.contains(flow.name)) << flow.name << context;
      const bool broken = IsBroken(module, flow, calls);
      ASSERT_EQ(refuted.contains(flow.name), broken) << flow.name << context;
      ++seen[broken ? "flow refuted" : "flow proved"];
    }
    Random random(seed);
    for (const ir::Bound& bound : module.bounds) {
      if (unknown.contains(bound.name)) {
        ++seen["bound unknown"];
      } else if (refuted.contains(bound.name)) {
        ++seen["bound refuted"];  // its calls were played
      } else {
        ++seen["bound proved"];
        for (int i = 0; i < kTries; ++i) {
          ASSERT_FALSE(Breaks(module, bound, calls, &random))
              << bound.name << context;
        }
      }
    }
  }
  for (const auto& [what, n] : seen) std::printf("%-14s %d\n", what.c_str(), n);
  if (only != nullptr) return;
  for (const char* what :
       {"flow proved", "flow refuted", "bound proved", "bound refuted"}) {
    EXPECT_GT(seen[what], 40) << what;
  }
  EXPECT_LT(seen["bound unknown"] * 4, seen["bound proved"]);
}

}  // namespace
}  // namespace polc::verifier
