// The verifier against the evaluator on policy sets that use the whole IR:
// quantifiers, two-field comparisons, limits with keys and costs, several
// policies and servers. Here nothing can be enumerated; but every witness is
// replayed (a wrong one is a bug in the report), and no random request may
// contradict a proof or a finding.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/eval/eval.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/unit/support/ir_generator.h"
#include "verifier/verify.h"

namespace polc::verifier {
namespace {

#if __has_feature(address_sanitizer)
constexpr int kModules = 60;
#else
constexpr int kModules = 300;
#endif
constexpr int kRequests = 150;

// A few assertions, made of the rules' own targets and guards.
void AddAssertions(ir::Module* module) {
  ir::CondId truth;
  for (size_t i = 0; i < module->conds.size(); ++i) {
    const ir::Cond& cond = module->conds[i];
    if (cond.kind == ir::CondKind::kConst &&
        cond.verdict == ir::Verdict::kTrue) {
      truth = ir::CondId(i);
    }
  }
  for (size_t i = 0; i < module->rules.size() && i < 6; ++i) {
    const ir::Rule& rule = module->rules[i];
    ir::Assertion a;
    a.name = "a" + std::to_string(i);
    a.always = i % 3 == 0;
    a.effect = static_cast<ir::Effect>(i % 3);
    a.target = rule.target;
    a.when = truth.valid() && i % 2 == 0 ? truth : rule.guard;
    module->assertions.push_back(a);
  }
}

bool DecidedBy(const eval::Decision& d, const ir::Module& module,
               const std::string& rule) {
  for (const ir::RuleId id : d.rules) {
    if (module.rule(id).name == rule && d.by != eval::By::kError &&
        d.effect == module.rule(id).effect) {
      return true;
    }
  }
  return false;
}

// What the random requests contradict.
std::string Contradiction(const ir::Module& module, const diag::Diagnostic& d,
                          const eval::Request& request) {
  const eval::Decision decision = eval::Decide(module, request);
  if (decision.by == eval::By::kSchema) return "";
  if (decision.by == eval::By::kUncovered) return "";
  switch (d.kind) {
    case diag::Kind::kUnreachableAllow:
    case diag::Kind::kShadowedRule:
      return DecidedBy(decision, module, d.finding->rule) ? "it decides" : "";
    case diag::Kind::kNeverMatches:
      for (const ir::Rule& rule : module.rules) {
        if (rule.name == d.finding->rule &&
            ir::Covers(module.policy(rule.policy), request.server) &&
            eval::Evaluate(module, rule.guard, request) == ir::Verdict::kTrue) {
          return "it matches";
        }
      }
      return "";
    default:
      return "";
  }
}

bool Breaks(const ir::Module& module, const ir::Assertion& a,
            const eval::Request& request) {
  const eval::Decision d = eval::Decide(module, request);
  if (d.by == eval::By::kSchema || d.by == eval::By::kUncovered) return false;
  return eval::Evaluate(module, a.target, request) == ir::Verdict::kTrue &&
         eval::Evaluate(module, a.when, request) != ir::Verdict::kFalse &&
         (d.effect == a.effect) != a.always;
}

TEST(VerifierVsEvalTest, NothingContradictsIt) {
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const uint64_t count = only != nullptr ? 1 : kModules;
  size_t proved = 0;
  size_t unknown = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    testing::Generator generator(seed);
    ir::Module module = generator.MakeModule();
    AddAssertions(&module);
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages.has_value()) << languages.error().message;
    diag::Diagnostics diags;
    const Report report = Verify(module, *languages, {}, nullptr, &diags);
    const std::string context =
        "\nPOLC_SEED=" + std::to_string(seed) +
        (only != nullptr ? "\n" + ir::Print(module) : std::string());
    ASSERT_FALSE(report.bug.has_value()) << *report.bug << context;
    proved += report.proved + report.refuted;
    unknown += report.unknown;
    std::set<std::string> not_proved;
    for (const auto& d : diags.all()) {
      if (only != nullptr) std::fprintf(stderr, "%s\n", d.message.c_str());
      if (d.finding) not_proved.insert(d.finding->rule);
    }
    for (int i = 0; i < kRequests; ++i) {
      eval::Request request = generator.MakeRequest();
      // What is proved, is proved of the years 1970 to 2199.
      request.now = std::clamp<int64_t>(request.now, 0, 7'258'118'399);
      for (const diag::Diagnostic& d : diags.all()) {
        ASSERT_EQ(Contradiction(module, d, request), "")
            << d.message << context;
      }
      for (const ir::Assertion& a : module.assertions) {
        if (not_proved.contains(a.name)) continue;
        ASSERT_FALSE(Breaks(module, a, request)) << a.name << context;
      }
    }
  }
  std::printf("%zu decided, %zu unknown\n", proved, unknown);
  // Unknown is for comparisons that automata cannot express and for products of
  // two arguments, and no more.
  if (only == nullptr) EXPECT_LT(unknown * 10, proved);
}

}  // namespace
}  // namespace polc::verifier
