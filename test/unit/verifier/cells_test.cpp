#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/regex.h"
#include "verifier/encode/string_classes.h"

namespace polc::verifier {
namespace {

automata::Dfa Language(const char* pattern) {
  automata::PatternError error;
  const auto regex =
      automata::ParseRegex(pattern, automata::CaseMode::kExact, &error);
  EXPECT_TRUE(regex.has_value()) << pattern;
  auto dfa = automata::FromRegex(*regex, automata::MatchMode::kWhole);
  EXPECT_TRUE(dfa.has_value()) << pattern;
  return std::move(*dfa);
}

std::vector<bool> Memberships(const std::vector<automata::Dfa>& languages,
                              const std::string& text) {
  std::vector<bool> in;
  for (const automata::Dfa& dfa : languages) {
    in.push_back(automata::Matches(dfa, text));
  }
  return in;
}

// No string has memberships that are not listed, and each listed one is had.
TEST(CellsTest, StringsAreSplitExactly) {
  const char* sets[][4] = {{"a.*", ".*b", ".*aa.*", "[ab]{2,4}"},
                           {"(ab)*", "a*", "b?", "(a|b)*a(a|b)"},
                           {".*", "[^a]*", "a|b|aa|bb", ".{3}"}};
  constexpr unsigned kSeed = 7;
  std::mt19937 random(kSeed);
  for (const auto& patterns : sets) {
    std::vector<automata::Dfa> languages;
    std::vector<const automata::Dfa*> pointers;
    for (const char* pattern : patterns) {
      languages.push_back(Language(pattern));
    }
    for (const automata::Dfa& dfa : languages) pointers.push_back(&dfa);
    const auto classes = SplitStrings(pointers);
    ASSERT_TRUE(classes.has_value());
    std::set<std::vector<bool>> listed;
    for (const StringClass& c : *classes) {
      EXPECT_EQ(Memberships(languages, c.text), c.in) << c.text;
      EXPECT_TRUE(listed.insert(c.in).second) << "twice: " << c.text;
    }
    std::set<std::vector<bool>> seen;
    for (int i = 0; i < 20'000; ++i) {
      std::string text;
      const size_t length = random() % 7;
      while (text.size() < length) text += "abc\n"[random() % 4];
      seen.insert(Memberships(languages, text));
    }
    EXPECT_EQ(listed, seen) << patterns[0] << ", seed " << kSeed;
  }
}

TEST(CellsTest, TooManyAreNotSplit) {
  // Each of twelve words may or may not be somewhere: 4,096 classes.
  std::vector<automata::Dfa> languages;
  for (const char c : std::string("abcdefghijkl")) {
    languages.push_back(Language((".*" + std::string(3, c) + ".*").c_str()));
  }
  std::vector<const automata::Dfa*> pointers;
  for (const automata::Dfa& dfa : languages) pointers.push_back(&dfa);
  EXPECT_FALSE(SplitStrings(pointers).has_value());
}

}  // namespace
}  // namespace polc::verifier
