// The laws of the language's manual on all engines, from text: for conditions
// of every operator, both sides of a law are equal on generated requests for
// the evaluator and for native code, and the verifier proves them equal on all.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/ir/languages.h"
#include "test/diff/amount.h"
#include "test/diff/law_maker.h"
#include "test/unit/sema/check_support.h"
#include "test/unit/support/native_host.h"
#include "verifier/diff/compare.h"

namespace polc {
namespace {

using testing::LawInstance;
using testing::LawMaker;

constexpr long kSets = testing::kIsSanitized ? 40 : 400;
constexpr long kProved = testing::kIsSanitized ? 4 : 30;
constexpr int kRequests = 40;

// How often each verdict was met, by law.
using Outcomes = std::map<std::string, std::map<ir::Verdict, size_t>>;

ir::Module Lowered(testing::PolicySet* set, const std::string& context) {
  auto module = set->Lower();
  EXPECT_TRUE(module.has_value()) << set->Problems() << context;
  return module ? std::move(*module) : ir::Module();
}

// A module with its native code.
struct Compiled {
  ir::Module module;
  std::unique_ptr<codegen::Native> native;
  std::unique_ptr<testing::NativeSet> code;
};

// Null code if the test has failed.
Compiled CompiledOf(testing::PolicySet* set, const std::string& context) {
  Compiled out;
  out.module = Lowered(set, context);
  const auto langs = ir::Languages::Make(out.module);
  EXPECT_TRUE(langs.has_value()) << context;
  if (!langs) return out;
  auto native = codegen::Compile(out.module, *langs, {});
  EXPECT_TRUE(native.has_value()) << context;
  if (!native) return out;
  out.native = std::move(*native);
  out.code = std::make_unique<testing::NativeSet>(out.native->code());
  return out;
}

// Policies 2i and 2i + 1 are the two sides of instance i.
void CheckOnRequests(const std::vector<LawInstance>& laws, uint64_t seed,
                     Outcomes* outcomes) {
  std::string all;
  std::vector<std::string> sides;
  for (size_t i = 0; i < laws.size(); ++i) {
    const std::string n = std::to_string(i);
    sides.push_back(PolicyOf("l" + n, laws[i], laws[i].left));
    sides.push_back(PolicyOf("r" + n, laws[i], laws[i].right));
    all += "\n" + laws[i].declarations + "\n  " + laws[i].left + "\n  " +
           laws[i].right;
  }
  const std::string context = "\nPOLC_DIFF_SEED=" + std::to_string(seed) + all;
  testing::PolicySet set(sides[0]);
  for (size_t i = 1; i < sides.size(); ++i) {
    set.Add("s" + std::to_string(i) + ".pol", sides[i]);
  }
  set.Add("m.pol", testing::kMarkModule);
  const Compiled compiled = CompiledOf(&set, context);
  ASSERT_NE(compiled.code, nullptr);
  const ir::Module& module = compiled.module;
  const testing::NativeSet& code = *compiled.code;
  ASSERT_EQ(module.policies.size(), sides.size()) << context;

  testing::Generator requests(seed);
  for (int r = 0; r < kRequests; ++r) {
    const eval::Request request = requests.MakeRequest();
    testing::NativeRequest input(code, request);
    const std::vector<pol_vote> votes = input.Votes();
    for (size_t i = 0; i < laws.size(); ++i) {
      const auto guard = [&](size_t policy) {
        return module.rule(module.policies[policy].rules.at(0)).guard;
      };
      const auto left = eval::Evaluate(module, guard(2 * i), request);
      ASSERT_EQ(left, eval::Evaluate(module, guard(2 * i + 1), request))
          << laws[i].law << ", request " << r << context;
      const auto effect_of = [](ir::Verdict v) {
        return v == ir::Verdict::kTrue    ? POL_ASK
               : v == ir::Verdict::kFalse ? POL_ALLOW
                                          : POL_DENY;
      };
      const uint8_t a = votes[2 * i].effect;
      ASSERT_EQ(a, votes[2 * i + 1].effect)
          << laws[i].law << ", native, request " << r << context;
      // The default does not reach methods that nobody defined.
      if (request.tool) ASSERT_EQ(a, effect_of(left)) << context;
      ++(*outcomes)[laws[i].law][left];
    }
  }
}

void CheckProof(const LawInstance& law, uint64_t seed, size_t* unknown) {
  const std::string context = "\nPOLC_DIFF_SEED=" + std::to_string(seed) +
                              "\n" + law.declarations + "\n  " + law.left +
                              "\n  " + law.right;
  testing::PolicySet left(PolicyOf("p", law, law.left));
  testing::PolicySet right(PolicyOf("p", law, law.right));
  left.Add("m.pol", testing::kMarkModule);
  right.Add("m.pol", testing::kMarkModule);
  const ir::Module before = Lowered(&left, context);
  const ir::Module after = Lowered(&right, context);
  diag::Diagnostics diags;
  const auto report =
      verifier::Compare({&before, nullptr}, {&after, nullptr}, {}, &diags);
  ASSERT_FALSE(report.bug) << *report.bug << context;
  ASSERT_EQ(report.changed, 0u) << diags.all()[0].message << law.law << context;
  *unknown += report.unknown > 0;
}

TEST(Laws, HoldOnAllEngines) {
  const long seed = testing::FromEnvironment("POLC_DIFF_SEED", 20260301);
  const long sets = testing::FromEnvironment("POLC_DIFF_SETS", kSets);
  std::printf("POLC_DIFF_SEED=%ld\n", seed);
  Outcomes outcomes;
  size_t asked = 0;
  size_t unknown = 0;
  for (long i = 0; i < sets && !HasFatalFailure(); ++i) {
    const auto set_seed = static_cast<uint64_t>(seed + i);
    const std::vector<LawInstance> laws = LawMaker(set_seed).MakeAll();
    CheckOnRequests(laws, set_seed, &outcomes);
    if (i >= kProved) continue;
    for (const LawInstance& law : laws) {
      if (HasFatalFailure()) return;
      ++asked;
      CheckProof(law, set_seed, &unknown);
    }
  }
  for (auto& [law, counts] : outcomes) {
    std::printf("%-14s true %6zu false %6zu error %6zu\n", law.c_str(),
                counts[ir::Verdict::kTrue], counts[ir::Verdict::kFalse],
                counts[ir::Verdict::kError]);
    if (sets < kSets) continue;
    for (const auto& [verdict, count] : counts) EXPECT_GT(count, 0u) << law;
  }
  std::printf("%zu of %zu proofs unknown\n", unknown, asked);
  EXPECT_LT(unknown * 10, asked);
}

// Native code's vote on one request.
uint8_t VoteOf(const testing::NativeSet& code, size_t policy,
               const eval::Request& request) {
  return testing::NativeRequest(code, request).Votes()[policy].effect;
}

// Whether absence can make a condition true or false.
bool MindsAbsence(const std::string& text) {
  for (const char* word : {"has ", "is null", "??", "only"}) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

// Policies `p`, `q` and `r`: some rules, the same after one more deny, the same
// with a limit. Neither permits more than the first, and neither does a request
// with one argument less.
void CheckNothingWidens(uint64_t seed, size_t* denied, size_t* removed) {
  LawMaker maker(seed);
  const std::string head = ";\nimport \"m.pol\";\n";
  const std::string rules = "deny d when " + maker.Condition(1) +
                            ";\nask k when " + maker.Condition(1) +
                            ";\nallow a when " + maker.Condition(1);
  const std::string added = "deny x when " + maker.Condition(1) + ";\n";
  const std::string end = seed % 2 == 0 ? "default allow;\n" : "default ask;\n";
  const std::string before = head + rules + ";\n" + end;
  const std::string stricter = head + rules + ";\n" + added + end;
  const std::string charged =
      head + "limit l = 2 per day;\n" + rules + " charge l;\n" + end;
  const std::string context =
      "\nPOLC_DIFF_SEED=" + std::to_string(seed) + stricter;

  testing::PolicySet set("policy p" + before);
  set.Add("q.pol", "policy q" + stricter).Add("r.pol", "policy r" + charged);
  set.Add("m.pol", testing::kMarkModule);
  const Compiled compiled = CompiledOf(&set, context);
  ASSERT_NE(compiled.code, nullptr);
  const testing::NativeSet& code = *compiled.code;
  testing::Generator requests(seed);
  for (int i = 0; i < kRequests; ++i) {
    eval::Request request = requests.MakeRequest();
    if (!request.tool) continue;
    const uint8_t was = VoteOf(code, 0, request);
    const uint8_t is = VoteOf(code, 1, request);
    ASSERT_LE(is, was) << "request " << i << context;
    ASSERT_EQ(VoteOf(code, 2, request), was) << "request " << i << context;
    *denied += is < was;
    if (request.args.names.empty() || MindsAbsence(before)) continue;
    const auto at = maker.Below(request.args.names.size());
    request.args.names.erase(request.args.names.begin() + at);
    request.args.items.erase(request.args.items.begin() + at);
    const uint8_t without = VoteOf(code, 0, request);
    ASSERT_LE(without, was) << "request " << i << context;
    *removed += without < was;
  }

  // And for all requests, one policy more among them.
  testing::PolicySet one("policy p" + before);
  one.Add("m.pol", testing::kMarkModule);
  const ir::Module alone = Lowered(&one, context);
  for (const std::string& wider : {stricter, charged, before}) {
    testing::PolicySet other("policy p" + wider);
    if (wider == before) other.Add("q.pol", "policy q" + charged);
    other.Add("m.pol", testing::kMarkModule);
    const ir::Module after = Lowered(&other, context);
    diag::Diagnostics diags;
    const auto report =
        verifier::Compare({&alone, nullptr}, {&after, nullptr}, {}, &diags);
    ASSERT_FALSE(report.bug) << *report.bug << context;
    ASSERT_EQ(report.wider, 0u) << diags.all()[0].message << context;
  }
}

TEST(Laws, NothingWidens) {
  const long seed = testing::FromEnvironment("POLC_DIFF_SEED", 20260302);
  std::printf("POLC_DIFF_SEED=%ld\n", seed);
  size_t denied = 0;
  size_t removed = 0;
  for (long i = 0; i < kProved && !HasFatalFailure(); ++i) {
    CheckNothingWidens(static_cast<uint64_t>(seed + i), &denied, &removed);
  }
  std::printf("%zu denied by what was added, %zu by what was removed\n", denied,
              removed);
  EXPECT_GT(denied, 0u);
  EXPECT_GT(removed, 0u);
}

}  // namespace
}  // namespace polc
