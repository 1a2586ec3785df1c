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

TEST(Re2, SameCaseFolding) {
  // RE2 folds with a later Unicode than ours only in letters we don't draw.
  Random random(5);
  RE2::Options options(RE2::Quiet);
  options.set_case_sensitive(false);
  const std::vector<std::string> letters = {"a",
                                            "K",
                                            "k",
                                            "s",
                                            "S",
                                            "\xc5\xbf",
                                            "\xe2\x84\xaa",
                                            "\xc3\xa9",
                                            "\xc3\x89",
                                            "\xcf\x83",
                                            "\xcf\x82",
                                            "\xce\xa3",
                                            "1"};
  std::vector<std::string> atoms = letters;
  for (const char* more : {"[^k]", "[a-s]", "[^A-R]", "\\w"}) {
    atoms.push_back(more);
  }
  for (int i = 0; i < 500; ++i) {
    const std::string pattern = random.Pattern(atoms, 3);
    if (pattern.find("\\w") != std::string::npos) continue;
    const RE2 theirs(pattern, options);
    const Dfa ours =
        Make(FromRegex(Re(pattern, CaseMode::kIgnoreCase), MatchMode::kWhole));
    for (int j = 0; j < 20; ++j) {
      const std::string text = random.Text(letters, 4);
      ASSERT_EQ(Matches(ours, text), RE2::FullMatch(text, theirs))
          << pattern << " on " << text;
    }
  }
}

}  // namespace
}  // namespace polc::automata
