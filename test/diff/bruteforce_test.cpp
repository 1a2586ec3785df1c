// The verifier against enumeration. Generated policy sets over a domain that
// is small because the schema's enums (and, outside tool calls, the conditions
// that the generator makes) tell few values apart: every request of it is
// decided by the evaluator, and what follows for each rule, assertion and the
// set must be what the verifier says, no more and no less.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/diff/oracle.h"
#include "test/diff/small_domain.h"
#include "verifier/verify.h"

namespace polc::verifier {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr int kPolicies = 600;
#else
constexpr int kPolicies = 10000;
#endif
#else
constexpr int kPolicies = 10000;
#endif

// Held to enumeration in bypass_test.cpp, on texts that are written in several
// ways.
bool IsElsewhere(const std::string& check) {
  return check == "approval-bypass" || check == "flow-bypass";
}

// As Oracle::Expected has it.
std::vector<std::string> NamesOf(const diag::Diagnostic& d) {
  const std::string check(diag::CheckName(d.kind));
  if (check == "uncovered-tool") {
    std::vector<std::string> names;
    for (const char* tool : {"t", "u"}) {
      if (d.message.find("`" + std::string(tool) + "`") != std::string::npos) {
        names.push_back(check + " " + tool);
      }
    }
    return names;
  }
  if (check == "unlimited-write") return {check + " u"};
  std::string name = check + " " + d.finding->rule;
  if (check == "redundant-condition") {
    name += " " + std::to_string(d.range.begin);
  }
  return {name};
}

void CheckExplanation(const ir::Module& module, const testing::Oracle& oracle,
                      const diag::Diagnostic& d, const std::string& context) {
  size_t r = 0;
  while (module.rules[r].name != d.finding->rule) ++r;
  const std::set<std::string> by(d.finding->by.begin(), d.finding->by.end());
  const bool defaults = d.message.find("default of") != std::string::npos;
  const bool charges = d.message.find("mark `") != std::string::npos ||
                       d.message.find("limit `") != std::string::npos;
  EXPECT_TRUE(oracle.Covers(r, by, defaults, charges)) << d.message << context;
  EXPECT_FALSE(d.finding->witness_shadowed.empty()) << d.message;
  if (defaults) return;
  for (const std::string& name : by) {
    std::set<std::string> rest = by;
    rest.erase(name);
    EXPECT_FALSE(oracle.Covers(r, rest, false, charges))
        << name << " is dispensable: " << d.message << context;
  }
}

Options OptionsOf(const testing::Small& small) {
  Options options;
  options.parts = &small.parts;
  options.tools = {{.catalog = "catalog.json", .tool = "u", .risk = "write"}};
  return options;
}

// What is reported of the set is what enumeration says.
void ExpectEnumerated(const testing::Small& small,
                      const diag::Diagnostics& diags,
                      const std::string& context,
                      std::map<std::string, int>* seen) {
  const testing::Oracle oracle(small);
  std::set<std::string> found;
  std::set<std::string> blamed;  // for dead rules: one finding is enough
  for (const diag::Diagnostic& d : diags.all()) {
    const std::string check(diag::CheckName(d.kind));
    ++(*seen)[check];
    if (IsElsewhere(check)) continue;
    for (std::string& name : NamesOf(d)) found.insert(std::move(name));
    if (check == "unreachable-allow" || check == "shadowed-rule") {
      blamed.insert(d.finding->by.begin(), d.finding->by.end());
      CheckExplanation(small.module, oracle, d, context);
    }
  }
  std::set<std::string> expected = oracle.Expected();
  for (const std::string& rule : blamed) {
    expected.erase("redundant-rule " + rule);
  }
  EXPECT_EQ(found, expected) << context;
}

TEST(BruteForceTest, FindingsAreThoseOfEnumeration) {
  std::map<std::string, int> seen;
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const uint64_t count = only != nullptr ? 1 : kPolicies;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const testing::Small small = testing::MakeSmall(seed);
    const ir::Module& module = small.module;
    const std::string context =
        "\nPOLC_SEED=" + std::to_string(seed) +
        (only != nullptr ? "\n" + ir::Print(module) : std::string());
    const auto valid = ir::Validate(module);
    ASSERT_TRUE(valid.has_value()) << valid.error().message << context;
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages.has_value());
    diag::Diagnostics diags;
    // By turns with requests listed, as sets of many rules are checked and as
    // others, and by the solver alone.
    Options options = OptionsOf(small);
    options.solver.list_requests = seed % 4 != 0;
    options.solver.show_listed_from = seed % 4 == 1 ? 0 : 200;
    const Report report = Verify(module, *languages, options, nullptr, &diags);
    ASSERT_FALSE(report.bug.has_value()) << *report.bug << context;
    EXPECT_EQ(report.unknown, 0u) << context;
    ExpectEnumerated(small, diags, context, &seen);
    if (HasFailure()) return;
  }
  // What is rare needs all of them.
  if (count < 10'000) return;
  for (const char* check :
       {"never-matches", "unreachable-allow", "shadowed-rule",
        "assertion-failed", "allows-nothing", "redundant-rule",
        "redundant-condition", "always-matches", "partial-shadow",
        "error-denies", "empty-all", "limit-unused", "limit-blocks-all",
        "limit-never-binds", "free-charge", "unlimited-write", "uncovered-tool",
        "mark-permits"}) {
    EXPECT_GT(seen[check], 10) << check << " was hardly exercised";
  }
}

class Remembering : public Memo {
 public:
  std::optional<std::string> Find(const std::string& key) override {
    const auto it = kept_.find(key);
    if (it == kept_.end()) return std::nullopt;
    return it->second;
  }
  void Keep(const std::string& key, std::string value) override {
    kept_[key] = std::move(value);
  }

 private:
  std::map<std::string, std::string> kept_;
};

std::vector<std::string> Lines(const diag::Diagnostics& diags) {
  std::vector<std::string> lines;
  for (const diag::Diagnostic& d : diags.all()) {
    lines.push_back(d.message + " " + std::to_string(d.range.begin) + " " +
                    (d.finding ? d.finding->rule + d.finding->witness +
                                     d.finding->witness_shadowed
                               : ""));
  }
  return lines;
}

// One memory for all sets, whose rules have the same names: what one was found
// to be must never be said of another. Each set is checked, edited, checked,
// and checked again as it was.
TEST(BruteForceTest, WhatIsRememberedIsThatOfEnumeration) {
  Remembering memo;
  std::map<std::string, int> seen;
  size_t remembered = 0;
  size_t again = 0;
  size_t tasks = 0;
  for (uint64_t seed = 1; seed <= kPolicies / 20; ++seed) {
    std::vector<std::string> first;
    for (const int turn : {0, 1, 2}) {
      const testing::Small small =
          turn == 1 ? testing::MakeEditedSmall(seed) : testing::MakeSmall(seed);
      const std::string context = "\nseed " + std::to_string(seed) + ", turn " +
                                  std::to_string(turn) + "\n";
      const auto languages = ir::Languages::Make(small.module);
      ASSERT_TRUE(languages.has_value()) << context;
      Options options = OptionsOf(small);
      options.solver.show_listed_from = 0;
      options.memo = &memo;
      diag::Diagnostics diags;
      const Report report =
          Verify(small.module, *languages, options, nullptr, &diags);
      ASSERT_FALSE(report.bug.has_value()) << *report.bug << context;
      ExpectEnumerated(small, diags, context, &seen);
      if (turn == 0) first = Lines(diags);
      if (turn == 1) {
        tasks += report.tasks;
        remembered += report.remembered;
      }
      if (turn == 2) {
        EXPECT_EQ(Lines(diags), first) << context;
        again += report.remembered;
      }
      if (HasFailure()) return;
    }
  }
  // An edit leaves some of the answers good, and not all; none leaves more.
  EXPECT_GT(again, remembered);
  EXPECT_GT(remembered, tasks / 20);
  EXPECT_LT(remembered, tasks);
}

}  // namespace
}  // namespace polc::verifier
