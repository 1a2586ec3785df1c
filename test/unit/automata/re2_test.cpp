// DFAs against RE2 on generated patterns and texts: RE2's syntax is what the
// language promises, so RE2 says what a pattern means.
#include <re2/re2.h>

#include <iostream>

#include "test/unit/automata/testing.h"

namespace polc::automata {
namespace {

const std::vector<std::string> kAtoms = {
    "a",        "b",           "ab",
    ".",        "[ab]",        "[^b]",
    "\\d",      "\\W",         "\\s",
    "\\x61",    "\\x{20ac}",   "\xc3\xa9",
    "^",        "$",           "\\.",
    "[a-z0-9]", "[^\\w-]",     "[\\S\\n]",
    "[-a]",     "[a-]",        "[]a]",
    "[^]]",     "[[:alpha:]]", "[\xc3\xa0-\xf0\x9f\x98\x80]",
    "\\n",      "a*?",         "b+?",
    "(?:a|)",   "()",          "[[:^digit:]_]",
    "\\_",      "\\-",         "{",
    "a{",       "[a-b-c]",     "\\v"};
const std::vector<std::string> kLetters = {"a",
                                           "b",
                                           "c",
                                           "1",
                                           "_",
                                           "-",
                                           ".",
                                           "\n",
                                           " ",
                                           "]",
                                           "{",
                                           "A",
                                           "\v",
                                           "\xc3\xa9",
                                           "\xe2\x82\xac",
                                           "\xf0\x9f\x98\x80",
                                           "\xed\x9f\xbf"};

TEST(Re2, SameLanguageOnGeneratedPairs) {
  constexpr uint32_t kSeed = 4711;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  size_t pairs = 0;
  size_t matched = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string pattern = random.Pattern(kAtoms, 4);
    PatternError error;
    const auto re = ParseRegex(pattern, CaseMode::kExact, &error);
    const RE2 theirs(pattern, RE2::Quiet);
    ASSERT_EQ(re.has_value(), theirs.ok())
        << pattern << ": " << error.message << theirs.error();
    if (!re) continue;
    const Dfa whole = Make(FromRegex(*re, MatchMode::kWhole));
    const Dfa anywhere = Make(FromRegex(*re, MatchMode::kAnywhere));
    for (int j = 0; j < 40; ++j) {
      const std::string text = random.Text(kLetters, 6);
      ASSERT_EQ(Matches(whole, text), RE2::FullMatch(text, theirs))
          << "seed " << kSeed << " whole " << pattern << " on " << text;
      ASSERT_EQ(Matches(anywhere, text), RE2::PartialMatch(text, theirs))
          << "seed " << kSeed << " anywhere " << pattern << " on " << text;
      pairs += 2;
      matched += Matches(anywhere, text);
    }
  }
  std::cout << pairs << " pairs, " << matched << " finds\n";
  EXPECT_GE(pairs, 100'000u);
}

TEST(Re2, WhatWeTakeItTakes) {
  // Byte soup: never a crash, and never a pattern that RE2 refuses.
  Random random(99);
  const std::vector<std::string> bits = {
      "a", "(", ")", "[",        "]",    "^", "$",  "*", "+",
      "?", "{", "}", "1",        ",",    "-", "\\", "|", ".",
      "x", ":", "d", "\xc3\xa9", "\xff", "P", "<",  "="};
  size_t taken = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string pattern = random.Text(bits, 9);
    PatternError error;
    if (!ParseRegex(pattern, CaseMode::kExact, &error)) {
      EXPECT_FALSE(error.message.empty());
      EXPECT_LE(error.offset, pattern.size());
      continue;
    }
    ++taken;
    const RE2 theirs(pattern, RE2::Quiet);
    EXPECT_TRUE(theirs.ok()) << pattern << ": " << theirs.error();
  }
  EXPECT_GT(taken, 1000u);
}

// Letters whose folding is out of the ordinary: three of a kind, other scripts,
// other lengths in UTF-8, and two that only look like one of these.
const std::vector<std::string> kFolded = {
    "a",          "K",          "k",      "\u212a",  // Kelvin
    "s",          "S",          "\u017f",            // long s
    "\u00e9",     "\u00c9",     "\u00df", "\u1e9e",  // sharp s
    "\u03c3",     "\u03c2",     "\u03a3",            // final sigma
    "\u00b5",     "\u03bc",     "\u039c",            // micro, mu
    "\u00e5",     "\u212b",                          // Angstrom
    "\u01c4",     "\u01c5",     "\u01c6",            // title case
    "\u0130",     "\u0131",     "i",      "I",       // no kin of each other
    "\U00010400", "\U00010428",                      // Deseret
    "1",          "\n"};

const std::vector<std::string> kFoldedAtoms = {"k",
                                               "S",
                                               "\u00c9",
                                               "\u03c2",
                                               "\u00b5",
                                               "\u01c5",
                                               "\u00df",
                                               "i",
                                               "[^k]",
                                               "[^S]",
                                               "[a-s]",
                                               "[^A-R]",
                                               "[^\u03c3]",
                                               "[\u03b1-\u03c9]",
                                               "[^\u00df]",
                                               "[^\u01c4]",
                                               "\\w",
                                               "\\W",
                                               "[^\\W]",
                                               "[^\\w]",
                                               "[[:upper:]]",
                                               "[[:^lower:]]",
                                               "[^[:upper:]]",
                                               ".",
                                               "^",
                                               "$",
                                               "[^\u212a1]",
                                               "[^\U00010400]"};

TEST(Re2, SameCaseFoldingBeforeNegation) {
  constexpr uint32_t kSeed = 5;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  RE2::Options options(RE2::Quiet);
  options.set_case_sensitive(false);
  size_t pairs = 0;
  size_t matched = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string pattern = random.Pattern(kFoldedAtoms, 4);
    const Regex re = Re(pattern, CaseMode::kIgnoreCase);
    const RE2 theirs(pattern, options);
    ASSERT_TRUE(theirs.ok()) << pattern << theirs.error();
    const Dfa whole = Make(FromRegex(re, MatchMode::kWhole));
    const Dfa anywhere = Make(FromRegex(re, MatchMode::kAnywhere));
    for (int j = 0; j < 40; ++j) {
      const std::string text = random.Text(kFolded, 5);
      ASSERT_EQ(Matches(whole, text), RE2::FullMatch(text, theirs))
          << "seed " << kSeed << " whole " << pattern << " on " << text;
      ASSERT_EQ(Matches(anywhere, text), RE2::PartialMatch(text, theirs))
          << "seed " << kSeed << " anywhere " << pattern << " on " << text;
      pairs += 2;
      matched += Matches(whole, text) + Matches(anywhere, text);
    }
  }
  std::cout << pairs << " pairs, " << matched << " match\n";
  EXPECT_GE(pairs, 100'000u);
}

TEST(Re2, NegationLeavesOutEveryCaseOfALetter) {
  // Each letter alone, so that a missing member of a class has nowhere to hide.
  RE2::Options options(RE2::Quiet);
  options.set_case_sensitive(false);
  for (const std::string& letter : kFolded) {
    const std::string pattern = "[^" + letter + "]";
    const RE2 theirs(pattern, options);
    const Dfa ours =
        Make(FromRegex(Re(pattern, CaseMode::kIgnoreCase), MatchMode::kWhole));
    for (const std::string& text : kFolded) {
      EXPECT_EQ(Matches(ours, text), RE2::FullMatch(text, theirs))
          << pattern << " on " << text;
    }
    EXPECT_FALSE(Matches(ours, letter));
  }
}

}  // namespace
}  // namespace polc::automata
