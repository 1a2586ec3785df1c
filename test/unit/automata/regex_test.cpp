// What the pattern parsers take and refuse, and where they point.
#include "compiler/automata/regex.h"

#include "compiler/automata/reference.h"
#include "test/unit/automata/testing.h"

namespace polc::automata {
namespace {

TEST(ParseRegex, RefusesWithPlaceAndReason) {
  struct Case {
    std::string pattern;
    size_t offset;
    std::string message;
  };
  const Case cases[] = {
      {"a(b", 1, "unmatched `(`"},
      {"ab)", 2, "unmatched `)`"},
      {"[ab", 0, "unmatched `[`"},
      {"x[^]", 1, "unmatched `[`"},
      {"*a", 0, "nothing to repeat"},
      {"a|+", 2, "nothing to repeat"},
      {"({2})", 1, "nothing to repeat"},
      {"a**", 2, "a repeat of a repeat needs parentheses"},
      {"a{2}{3}", 4, "a repeat of a repeat needs parentheses"},
      {"a{1001}", 1, "a repeat count is at most 1000"},
      {"a{99999999999}", 1, "a repeat count is at most 1000"},
      {"a{3,2}", 1, "the repeat's bounds are the wrong way round"},
      {"a{,2}", 1, "a repeat `{,n}` is written `{0,n}`"},
      {"[z-a]", 1, "the range's ends are the wrong way round"},
      {"[\\d-z]", 1, "a range goes from one character to another"},
      {"[[:alfa:]]", 1, "unknown character class"},
      {"(?P<n>a)", 0, "named groups are not supported: write `(?:`"},
      {"(?=a)", 0, "lookaround is not supported: it is not regular"},
      {"(?<!a)", 0, "lookaround is not supported: it is not regular"},
      {"(a)\\1", 3, "backreferences are not supported"},
      {"\\bx", 0, "word boundaries are not supported"},
      {"\\Ax", 0, "`\\A` is not supported: write `^`"},
      {"\\pL", 0, "Unicode classes are not supported"},
      {"\\q", 0, "unknown escape"},
      {"\\x4", 0, "`\\x` takes two hex digits, or a code point in braces"},
      {"\\x{110000}", 0,
       "`\\x` takes two hex digits, or a code point in braces"},
      {"\\x{D800}", 0, "`\\x` takes two hex digits, or a code point in braces"},
      {"a\\", 1, "`\\` at the end"},
      {"a\xff", 1, "invalid UTF-8"},
      {"((a{0,100}){0,100}){0,100}", 10,
       "pattern is too large: repeats multiply"},
  };
  for (const Case& c : cases) {
    PatternError error;
    EXPECT_FALSE(ParseRegex(c.pattern, CaseMode::kExact, &error)) << c.pattern;
    if (c.pattern[0] != '(' || c.pattern.size() < 20) {
      EXPECT_EQ(error.offset, c.offset) << c.pattern;
    }
    EXPECT_EQ(error.message, c.message) << c.pattern;
  }
  PatternError error;
  EXPECT_FALSE(ParseRegex("(?i)a", CaseMode::kExact, &error));
  EXPECT_NE(error.message.find("ignoring case"), std::string::npos);
}

TEST(ParseRegex, BoundsNesting) {
  PatternError error;
  const std::string deep = std::string(128, '(') + "a" + std::string(128, ')');
  EXPECT_TRUE(ParseRegex(deep, CaseMode::kExact, &error));
  EXPECT_FALSE(ParseRegex("(" + deep + ")", CaseMode::kExact, &error));
  EXPECT_FALSE(ParseRegex(std::string(100'000, '('), CaseMode::kExact, &error));
  EXPECT_FALSE(ParseRegex(std::string(60'000, '['), CaseMode::kExact, &error));
}

TEST(ParseRegex, BracesThatAreNoCountAreLiteral) {
  EXPECT_TRUE(RegexMatches(Re("{a}"), false, "{a}"));
  EXPECT_TRUE(RegexMatches(Re("a{"), false, "a{"));
  EXPECT_TRUE(RegexMatches(Re("a{1"), false, "a{1"));
  EXPECT_TRUE(RegexMatches(Re("a{,}"), false, "a{,}"));
}

TEST(ParseGlob, EscapesAndErrors) {
  EXPECT_TRUE(Matches(GlobDfa("a\\*b"), "a*b"));
  EXPECT_FALSE(Matches(GlobDfa("a\\*b"), "axb"));
  EXPECT_TRUE(Matches(GlobDfa("a?b"),
                      "a\xc3\xa4"
                      "b"));
  EXPECT_TRUE(Matches(GlobDfa("a*"), "a\nb"));
  EXPECT_TRUE(Matches(GlobDfa(""), ""));
  EXPECT_EQ(GlobDfa("a**b"), GlobDfa("a*b"));
  PatternError error;
  EXPECT_FALSE(ParseGlob("a\\n", CaseMode::kExact, &error));
  EXPECT_EQ(error.offset, 1u);
  EXPECT_FALSE(ParseGlob("ab\\", CaseMode::kExact, &error));
  EXPECT_EQ(error.offset, 2u);
}

TEST(CaseFolding, ClosesOverLiteralsAndClassesBeforeNegation) {
  const auto matches = [](std::string_view pattern, std::string_view text) {
    return RegexMatches(Re(pattern, CaseMode::kIgnoreCase), false, text);
  };
  EXPECT_TRUE(matches("straSSe", "STRAsse"));
  EXPECT_TRUE(matches("k", "\xe2\x84\xaa"));  // KELVIN SIGN
  EXPECT_TRUE(matches("\xe2\x84\xaa", "K"));
  EXPECT_TRUE(matches("s", "\xc5\xbf"));             // LONG S
  EXPECT_TRUE(matches("\xcf\x83", "\xcf\x82"));      // sigma, final sigma
  EXPECT_TRUE(matches("\xc3\x9f", "\xe1\xba\x9e"));  // sharp s, capital
  EXPECT_FALSE(matches("i", "\xc4\xb1"));            // no Turkish rules
  EXPECT_FALSE(matches("[^k]", "K"));
  EXPECT_FALSE(matches("[^a-z]", "Q"));
  EXPECT_FALSE(matches("\\W", "\xe2\x84\xaa"));
  EXPECT_TRUE(matches("[A-\xc3\x96]", "\xc3\xb6"));
  EXPECT_TRUE(matches("[\\x{0}-\\x{10ffff}]", "x"));
  EXPECT_TRUE(Matches(GlobDfa("PROD-*", CaseMode::kIgnoreCase), "prod-1"));
}

TEST(CodePointSets, NegateTwiceAndNoSurrogates) {
  const CodePointSet all = AllCodePoints();
  EXPECT_EQ(all, (CodePointSet{{0, 0xD7FF}, {0xE000, 0x10FFFF}}));
  EXPECT_TRUE(Negate(all).empty());
  const CodePointSet set = MakeSet({{5, 9}, {0, 3}, {4, 4}, {0xD000, 0xE001}});
  EXPECT_EQ(Negate(Negate(set)), set);
  EXPECT_EQ(set.front(), (CodePointRange{0, 9}));
}

TEST(Regex, BeginsWithText) {
  EXPECT_EQ(LiteralStart(Re("abc")), "abc");
  EXPECT_EQ(LiteralStart(Re("ab\\.\xc3\xa9[cd]e")), "ab.\xc3\xa9");
  EXPECT_EQ(LiteralStart(Re("abc*")), "ab");
  EXPECT_EQ(LiteralStart(Re("a")), "a");
  EXPECT_EQ(LiteralStart(Re("ab|ac")), "");
  EXPECT_EQ(LiteralStart(Re("a?bc")), "");
  EXPECT_EQ(LiteralStart(Re("^abc")), "");
  EXPECT_EQ(LiteralStart(Re("ab", CaseMode::kIgnoreCase)), "");
}

}  // namespace
}  // namespace polc::automata
