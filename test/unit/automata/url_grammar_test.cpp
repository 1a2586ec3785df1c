// url() against the grammar that docs/language.md publishes: what it derives is
// taken by the automaton and by the evaluator's reader, what it does not derive
// is refused by both.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "compiler/automata/ip.h"
#include "compiler/automata/reference.h"
#include "compiler/automata/url.h"
#include "test/unit/automata/published_grammar.h"
#include "test/unit/automata/testing.h"

namespace polc::automata {
namespace {

constexpr unsigned kSeed = 3986;

// The first block below the heading.
std::string PublishedText() {
  std::ifstream file("docs/language.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file),
                         std::istreambuf_iterator<char>()};
  const size_t heading = page.find("### The grammar of `url`");
  const size_t begin = page.find("```\n", heading);
  const size_t end = page.find("```", begin + 4);
  EXPECT_NE(end, std::string::npos) << "docs/language.md has no such grammar";
  return page.substr(begin + 4, end - begin - 4);
}

bool IsIpv6(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(c));
  return Matches(AnyIpv6(), lower);
}

PublishedGrammar Grammar() {
  return PublishedGrammar(
      PublishedText(),
      {IsIpv6, {"::", "::1", "fe80::1", "2001:DB8::5", "1:2:3:4:5:6:7:8"}},
      kSeed);
}

// Counts on both sides, so that a test that only ever sees one fails.
struct Tally {
  size_t taken = 0;
  size_t refused = 0;
};

void Compare(const PublishedGrammar& grammar, const std::string& text,
             Tally* tally) {
  const bool derived = grammar.Derives("url", text);
  ++(derived ? tally->taken : tally->refused);
  EXPECT_EQ(Matches(ValidUrl(), text), derived) << text;
  EXPECT_EQ(ParseUrl(text).has_value(), derived) << text;
}

TEST(UrlGrammar, WhatItDerivesIsTakenAndMutationsAsItSays) {
  PublishedGrammar grammar = Grammar();
  Random random(kSeed);
  std::cout << "seed " << kSeed << "\n";
  const std::string bytes = "a0x.:/[]@%2eE?#\\ -_~\x01\x7f\xc3";
  Tally tally;
  for (int i = 0; i < 4'000 && !testing::Test::HasFailure(); ++i) {
    std::string text = grammar.Make("url");
    if (text.size() > 200) continue;
    ASSERT_TRUE(grammar.Derives("url", text)) << text;
    Compare(grammar, text, &tally);
    for (int edit = 0; edit < 3; ++edit) {
      const size_t at = random.Below(text.size());
      const char byte = bytes[random.Below(bytes.size())];
      switch (random.Below(4)) {
        case 0:
          text.erase(at, 1);
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        case 2:
          text[at] = byte;
          break;
        default:
          text.insert(at, text.substr(random.Below(text.size()), 3));
      }
      if (text.empty()) break;
      Compare(grammar, text, &tally);
    }
  }
  std::cout << tally.taken << " taken, " << tally.refused << " refused\n";
  EXPECT_GT(tally.taken, 5'000u);
  EXPECT_GT(tally.refused, 3'000u);
}

TEST(UrlGrammar, EveryShortTextIsAsItSays) {
  const PublishedGrammar grammar = Grammar();
  Tally tally;
  for (const std::string& tail :
       AllStrings({"a", "0", ".", "/", "%2e", ":8", "?", "x", "-"}, 4)) {
    Compare(grammar, "s://" + tail, &tally);
    if (testing::Test::HasFailure()) return;
  }
  for (const std::string& host : AllStrings({"1", "0", ".", "25", "x"}, 6)) {
    Compare(grammar, "s://" + host, &tally);
    if (testing::Test::HasFailure()) return;
  }
  std::cout << tally.taken << " taken, " << tally.refused << " refused\n";
  EXPECT_GT(tally.taken, 3'000u);
  EXPECT_GT(tally.refused, 3'000u);
}

}  // namespace
}  // namespace polc::automata
