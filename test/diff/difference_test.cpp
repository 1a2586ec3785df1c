// Differences of two sets against enumeration: a generated set over a small
// domain and the same set with one thing changed. What changes for each tool,
// and which requests the printed conditions hold for, must be what deciding
// every request by both sides says, no more and no less.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/diff/small_domain.h"
#include "verifier/diff/run.h"

namespace polc::verifier {
namespace {

using ir::Effect;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr uint64_t kPairs = 60;
#else
constexpr uint64_t kPairs = 200;
#endif
#else
constexpr uint64_t kPairs = 200;
#endif

struct Row {
  const eval::Request* request;
  Effect from, to;
  bool accepted[2];
};

std::vector<Row> Enumerate(const ir::Module& before, const ir::Module& after,
                           const std::vector<eval::Request>& requests) {
  std::vector<Row> rows;
  for (const eval::Request& request : requests) {
    const eval::Decision was = eval::Decide(before, request);
    const eval::Decision is = eval::Decide(after, request);
    rows.push_back({&request,
                    was.effect,
                    is.effect,
                    {was.by != eval::By::kSchema, is.by != eval::By::kSchema}});
  }
  return rows;
}

bool Says(const ir::Module& joined, const std::vector<Stated>& all,
          const eval::Request& request) {
  for (const Stated& s : all) {
    const ir::Verdict verdict = eval::Evaluate(joined, s.cond, request);
    const bool holds = verdict == ir::Verdict::kTrue;
    const bool right = s.holds_or_not
                           ? holds == (s.verdict == ir::Verdict::kTrue)
                           : verdict == s.verdict;
    if (!right) return false;
  }
  return true;
}

// One slice of calls of one tool: each change, and the requests that its
// conditions hold for.
void CheckSlice(DiffRun* run, PairModel* model, const std::vector<Row>& rows,
                const std::string& tool, std::map<std::string, int>* seen,
                const std::string& context) {
  const ir::Module& joined = run->joined().module;
  for (const Effect from : {Effect::kDeny, Effect::kAsk, Effect::kAllow}) {
    for (const Effect to : {Effect::kDeny, Effect::kAsk, Effect::kAllow}) {
      if (from == to) continue;
      const size_t wider = to > from ? 1 : 0;
      const Region region =
          Describe(run, model, model->set(wider).schema_holds(),
                   smt::And(model->set(0).Final(from), model->set(1).Final(to)),
                   [&](const Shown& shown) {
                     return shown.sides[0].decision.effect == from &&
                            shown.sides[1].decision.effect == to;
                   });
      ASSERT_FALSE(run->report().bug) << *run->report().bug << context;
      ASSERT_TRUE(region.unknown.empty()) << region.unknown << context;
      size_t wanted = 0;
      for (const Row& row : rows) {
        if (*row.request->tool != tool || !row.accepted[wider]) continue;
        const bool inside = row.from == from && row.to == to;
        wanted += inside;
        bool said = false;
        for (const auto& stated : region.stated) {
          said = said || Says(joined, stated, *row.request);
        }
        // Cut short, the conditions still hold for changed requests only.
        ASSERT_TRUE(said == inside || (inside && !region.exact))
            << "tool " << tool << (said ? " is" : " is not") << " described"
            << context;
      }
      ASSERT_EQ(region.cases.empty(), wanted == 0)
          << "tool " << tool << context;
      ++(*seen)[wanted == 0     ? "unchanged"
                : !region.exact ? "cut short"
                : to > from     ? "wider"
                                : "narrower"];
    }
  }
}

void CheckPair(uint64_t seed, const std::vector<eval::Request>& requests,
               std::map<std::string, int>* seen, const std::string& context) {
  const ir::Module before = testing::SmallSet(seed);
  const ir::Module after = testing::EditedSmallSet(seed);
  ASSERT_TRUE(ir::Validate(after).has_value()) << context;
  const std::vector<Row> rows = Enumerate(before, after, requests);

  diag::Diagnostics diags;
  const DiffReport report =
      Compare({&before, nullptr}, {&after, nullptr}, {}, &diags);
  ASSERT_FALSE(report.bug) << *report.bug << context;
  ASSERT_EQ(report.unknown, 0u) << context;
  bool wider = false;
  for (const Row& row : rows) wider = wider || row.to > row.from;
  if (wider) ASSERT_FALSE(report.NothingWidened()) << context;

  ir::Joined joined = ir::Join(before, after);
  joined.module.assertions.clear();
  const auto languages = ir::Languages::Make(joined.module);
  ASSERT_TRUE(languages.has_value());
  Facts facts(joined.module, *languages);
  smt::Context solver({});
  diag::Diagnostics unused;
  const DiffSide old_side{&before, nullptr};
  const DiffSide new_side{&after, nullptr};
  DiffRun run(joined, *languages, {old_side, new_side}, &unused);
  for (const SlicePair& pair : MakeSlicePairs(joined)) {
    if (!pair[0].tool) continue;
    PairModel model(joined, pair, &facts, &solver);
    CheckSlice(&run, &model, rows, *pair[0].tool, seen, context);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(DifferenceTest, IsThatOfEnumeration) {
  const std::vector<eval::Request> requests = testing::AllSmallRequests();
  std::map<std::string, int> seen;
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const uint64_t count = only != nullptr ? 1 : kPairs;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    std::string context = "\nPOLC_SEED=" + std::to_string(seed);
    if (only != nullptr) {
      context += "\n" + ir::Print(testing::SmallSet(seed)) + "\n" +
                 ir::Print(testing::EditedSmallSet(seed));
    }
    CheckPair(seed, requests, &seen, context);
    if (HasFailure()) return;
  }
  if (only != nullptr) return;
  for (const char* what : {"unchanged", "wider", "narrower"}) {
    EXPECT_GT(seen[what], 20) << what << " was hardly exercised";
  }
}

TEST(DifferenceTest, ASetDoesNotDifferFromItself) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const ir::Module module = testing::SmallSet(seed);
    diag::Diagnostics diags;
    const DiffReport report =
        Compare({&module, nullptr}, {&module, nullptr}, {}, &diags);
    EXPECT_TRUE(diags.all().empty()) << "seed " << seed;
    EXPECT_TRUE(report.NothingWidened()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace polc::verifier
