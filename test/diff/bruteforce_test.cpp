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
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/diff/small_domain.h"
#include "verifier/verify.h"

namespace polc::verifier {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr int kPolicies = 250;
#else
constexpr int kPolicies = 2000;
#endif
#else
constexpr int kPolicies = 2000;
#endif

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
        eval::Request holding = request;
        holding.marks.push_back(mark.name);
        if (request.marks.empty() &&
            eval::Decide(module, holding).effect > d.effect) {
          permitting_.insert(mark.name);
        }
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
    for (const std::string& mark : permitting_) {
      expected.insert("mark-permits " + mark);
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
  std::set<std::string> permitting_;  // marks that a request gains by holding
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
  const std::vector<eval::Request> requests = testing::AllSmallRequests();
  std::map<std::string, int> seen;
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const uint64_t count = only != nullptr ? 1 : kPolicies;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const ir::Module module = testing::SmallSet(seed);
    const std::string context =
        "\nPOLC_SEED=" + std::to_string(seed) +
        (only != nullptr ? "\n" + ir::Print(module) : std::string());
    const auto valid = ir::Validate(module);
    ASSERT_TRUE(valid.has_value()) << valid.error().message << context;
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages.has_value());
    diag::Diagnostics diags;
    // By turns with requests listed, and by the solver alone.
    Options options;
    options.solver.list_requests = seed % 4 != 0;
    options.solver.show_listed_from = seed % 4 == 1 ? 0 : 200;
    const Report report = Verify(module, *languages, options, nullptr, &diags);
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
