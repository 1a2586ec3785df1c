// The layout on policies derived from the grammar: whatever may be written is
// laid out, keeps its tree and its comments, and stays.
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "test/unit/syntax/format_support.h"
#include "test/unit/syntax/grammar_generator.h"
#include "test/unit/syntax/parse_support.h"

namespace polc::syntax {
namespace {

// Instrumented: too few to meet every alternative.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kRounds = 2'000;
constexpr int kMostRounds = kRounds;
#else
constexpr int kRounds = 20'000;
constexpr int kMostRounds = 5 * kRounds;
#endif

TEST(FormatGeneratedTest, WhateverTheGrammarDerives) {
  constexpr unsigned kSeed = 20260115;
  std::cout << "seed " << kSeed << "\n";
  GrammarGenerator generator(kSeed);
  int parsed = 0;
  int round = 0;
  for (;
       round < kRounds || (round < kMostRounds && !generator.Unseen().empty());
       ++round) {
    const std::string text = generator.Policy();
    if (!ParseText(text).parsed) continue;
    ++parsed;
    generator.KeepUsed();
    ASSERT_TRUE(FormatsWell(text)) << "round " << round;
  }
  std::cout << parsed << " of " << round << " parsed\n";
  EXPECT_GT(parsed, round / 3);
  if (kMostRounds == kRounds) return;
  EXPECT_EQ(generator.Unseen(), std::set<std::string>());
}

}  // namespace
}  // namespace polc::syntax
