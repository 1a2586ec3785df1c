// Tables of generated policy sets are proved to say what the sets say.
// POLC_DIFF_PAIRS and POLC_DIFF_SEED change the amount and the seed.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

#include "test/diff/amount.h"
#include "test/diff/tables/subject.h"
#include "test/unit/support/ir_generator.h"

namespace polc {
namespace {

using testing::FromEnvironment;

constexpr long kPairsPerSet = 200;  // as the other tests count

TEST(Tables, AreProved) {
  const long pairs = FromEnvironment("POLC_DIFF_PAIRS", 20'000);
  const long seed = FromEnvironment("POLC_DIFF_SEED", 20290101);
  std::printf("seed %ld, %ld pairs\n", seed, pairs);
  size_t proved = 0;
  size_t asked = 0;
  std::map<std::string, int> unknown;
  for (long i = 0; i < pairs / kPairsPerSet; ++i) {
    testing::Generator generator(static_cast<uint64_t>(seed + i),
                                 i % 20 == 19 ? 60 : 6);
    codegen::Tuning tuning;
    if (i % 2 == 1) tuning.index_from = 1;
    const auto subject = testing::MakeSubject(generator.MakeModule(), tuning);
    ASSERT_NE(subject, nullptr);
    const verifier::native::Report report = subject->Prove();
    ASSERT_FALSE(report.bug) << "seed " << seed + i << ": " << report.bug->what
                             << ": " << report.bug->why;
    proved += report.proved;
    asked += report.asked;
    for (const auto& open : report.unknown) {
      std::printf("seed %ld: unknown: %s: %s\n", seed + i, open.what.c_str(),
                  open.why.c_str());
      ++unknown[open.why];
    }
  }
  size_t open = 0;
  for (const auto& [why, count] : unknown) {
    std::printf("%d unknown: %s\n", count, why.c_str());
    open += static_cast<size_t>(count);
  }
  std::printf("%zu guards proved, %zu questions to a solver, %zu unknown\n",
              proved, asked, open);
  EXPECT_GT(proved, static_cast<size_t>(pairs / kPairsPerSet));
  // Most need no solver, and nearly none is too much for one.
  EXPECT_LT(asked, proved / 10);
  EXPECT_LT(open, proved / 200 + 1);
}

}  // namespace
}  // namespace polc
