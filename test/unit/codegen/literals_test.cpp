// What every string of a language has, read off its automaton.
#include "compiler/codegen/index/literals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/abi/tables.h"
#include "test/unit/automata/testing.h"

namespace polc {
namespace {

using automata::MatchMode;
using Texts = std::vector<std::string>;

Texts Anywhere(const std::string& regex) {
  return codegen::LiteralsIn(automata::ReDfa(regex, MatchMode::kAnywhere));
}
Texts Whole(const std::string& regex) {
  return codegen::LiteralsIn(automata::ReDfa(regex));
}

// The last comes first.
TEST(Literals, OfPatternsAnywhere) {
  EXPECT_EQ(Anywhere("t12\\.example\\.com/v[12]/items/[0-4]"),
            (Texts{"/items/", "t12.example.com/v"}));
  EXPECT_EQ(Anywhere("foo.*bar"), Texts{"bar"});
  EXPECT_EQ(Anywhere("ab+c"), Texts{"bc"});
  EXPECT_EQ(Anywhere("(cat|hat)s"), Texts{"ats"});
}

TEST(Literals, OfWholeStrings) {
  EXPECT_EQ(Whole("https://[a-z]+\\.example"), Texts{".example"});
  EXPECT_EQ(Whole("abc(def)?"), Texts{"abc"});
  EXPECT_EQ(Whole(".*\\.env"), Texts{".env"});
}

TEST(Literals, SmallAndCapitalLettersAreOne) {
  EXPECT_EQ(Anywhere("[dD][rR][oO][pP] tAbLe"), Texts{"drop table"});
  EXPECT_EQ(Anywhere("a[0P]b"), Texts{});  // two bytes apart
}

TEST(Literals, NoneWhereNothingIsSure) {
  EXPECT_EQ(Anywhere("foo|bar"), Texts{});
  EXPECT_EQ(Anywhere("x"), Texts{});
  EXPECT_EQ(Whole("a*"), Texts{});
  EXPECT_EQ(Whole("[0-9]{9}"), Texts{});
  EXPECT_EQ(codegen::LiteralsIn(automata::Nothing()), Texts{});
  EXPECT_EQ(codegen::LiteralsIn(automata::AnyString()), Texts{});
}

std::string Unfolded(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(runtime::Unfold(static_cast<uint8_t>(c)));
  }
  return text;
}

// Whatever the pattern is, nothing that it accepts is without them.
TEST(Literals, EveryStringHasThem) {
  const std::vector<std::string> atoms = {"a", "A", "b", ".", "[^a]", "(ab|b)"};
  size_t with_literals = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    automata::Random random(seed);
    std::string regex;
    for (size_t i = 0; i < 6; ++i) {
      regex += atoms[random.Below(atoms.size())];
      regex += std::vector<std::string>{"", "", "", "*", "+"}[random.Below(5)];
    }
    const automata::Dfa dfa = automata::ReDfa(
        regex, seed % 2 == 0 ? MatchMode::kWhole : MatchMode::kAnywhere);
    const Texts literals = codegen::LiteralsIn(dfa);
    with_literals += literals.empty() ? 0 : 1;
    for (const std::string& text : automata::AllStrings({"a", "A", "b"}, 6)) {
      if (!automata::Matches(dfa, text)) continue;
      for (const std::string& literal : literals) {
        ASSERT_NE(Unfolded(text).find(literal), std::string::npos)
            << "seed " << seed << ": " << regex << " has no " << literal
            << " in " << text;
      }
    }
  }
  EXPECT_GT(with_literals, 100u);
}

}  // namespace
}  // namespace polc
