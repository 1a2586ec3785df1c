// DFAs against the reference matcher, the laws of the boolean operations, the
// bounds.
#include "compiler/automata/dfa.h"

#include <algorithm>
#include <chrono>
#include <iostream>

#include "compiler/automata/reference.h"
#include "compiler/support/utf8.h"
#include "test/unit/automata/testing.h"

namespace polc::automata {
namespace {

const std::vector<std::string> kLetters = {"a", "b", "\xc3\xa9", "\n"};
const std::vector<std::string> kAtoms = {
    "a",  "b",   ".",   "[^a]",     "[a-\\x{e9}]",           "^",
    "$",  "\\w", "\\D", "\xc3\xa9", "[\\x{80}-\\x{10ffff}]", "",
    "\\s"};

class Stopwatch {
 public:
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         start_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

TEST(Dfa, AgreesWithReferenceOnAllShortStrings) {
  const std::vector<std::string> texts = AllStrings(kLetters, 4);
  constexpr uint32_t kSeed = 20261;
  Random random(kSeed);
  for (int i = 0; i < 400; ++i) {
    const std::string pattern = random.Pattern(kAtoms, 4);
    const Regex re = Re(pattern);
    for (const bool anywhere : {false, true}) {
      const Dfa dfa = Make(
          FromRegex(re, anywhere ? MatchMode::kAnywhere : MatchMode::kWhole));
      EXPECT_EQ(Minimize(dfa), dfa);
      for (const std::string& text : texts) {
        ASSERT_EQ(Matches(dfa, text), RegexMatches(re, anywhere, text))
            << "seed " << kSeed << " pattern " << pattern << " text `" << text
            << "` anywhere " << anywhere;
      }
    }
  }
}

TEST(Dfa, GlobsAgreeWithReference) {
  const std::vector<std::string> texts =
      AllStrings({"a", "b", "\xe2\x82\xac"}, 6);
  Random random(7);
  for (int i = 0; i < 300; ++i) {
    const std::string pattern =
        random.Text({"a", "b", "*", "?", "\xe2\x82\xac", "*"}, 7);
    const Dfa dfa = GlobDfa(pattern);
    for (const std::string& text : texts) {
      ASSERT_EQ(Matches(dfa, text), GlobMatches(pattern, text))
          << pattern << " on " << text;
    }
  }
}

TEST(Dfa, AnchorsMeetOnTheEmptyText) {
  EXPECT_TRUE(Matches(ReDfa("$^"), ""));
  EXPECT_FALSE(Matches(ReDfa("$^", MatchMode::kAnywhere), "a"));
  EXPECT_EQ(ReDfa("a^b"), Nothing());
  EXPECT_EQ(ReDfa("(^a|b)c"), ReDfa("ac|bc"));
  EXPECT_EQ(ReDfa("^abc", MatchMode::kAnywhere), Make(Prefix("abc")));
  EXPECT_EQ(ReDfa("abc$", MatchMode::kAnywhere), Make(Suffix("abc")));
  EXPECT_EQ(ReDfa("abc", MatchMode::kAnywhere), Make(Contains("abc")));
  EXPECT_FALSE(Matches(ReDfa("^[a-z]+$", MatchMode::kAnywhere), "abc\nrm"));
}

TEST(Dfa, FactoriesAgreeWithTheirDefinitions) {
  const std::vector<std::string> texts = AllStrings({"a", "b", "\xc3\xa9"}, 5);
  for (const std::string& word : {std::string(), std::string("a"),
                                  std::string("aab"), std::string("abab"),
                                  std::string("\xc3\xa9"
                                              "a\xc3\xa9")}) {
    const Dfa prefix = Make(Prefix(word));
    const Dfa suffix = Make(Suffix(word));
    const Dfa contains = Make(Contains(word));
    const Dfa literal = Make(FromLiteral(word));
    for (const std::string& text : texts) {
      EXPECT_EQ(Matches(prefix, text), text.starts_with(word));
      EXPECT_EQ(Matches(suffix, text), text.ends_with(word));
      EXPECT_EQ(Matches(contains, text), text.find(word) != std::string::npos);
      EXPECT_EQ(Matches(literal, text), text == word);
    }
  }
  const Dfa two_or_three = Make(LengthBetween(2, 3));
  const Dfa from_two = Make(LengthBetween(2, std::nullopt));
  for (const std::string& text : texts) {
    const size_t n = CountCodePoints(text);
    EXPECT_EQ(Matches(two_or_three, text), n == 2 || n == 3);
    EXPECT_EQ(Matches(from_two, text), n >= 2);
  }
  EXPECT_EQ(Make(LengthBetween(0, std::nullopt)), AnyString());
  EXPECT_EQ(Make(LengthBetween(3, 2)), Nothing());
}

TEST(Dfa, HoldsOnlyValidUtf8) {
  for (const char* bad : {"\x80", "\xc0\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xc3", "a\xff"}) {
    EXPECT_FALSE(Matches(AnyString(), bad));
    EXPECT_FALSE(Matches(Complement(Make(FromLiteral("x"))), bad));
    EXPECT_FALSE(Matches(Make(Contains("a")), bad));
    EXPECT_FALSE(FromLiteral(bad).has_value());
  }
  EXPECT_TRUE(Matches(AnyString(), "\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80"));
  EXPECT_TRUE(Matches(AnyString(), std::string_view("\0", 1)));
  EXPECT_FALSE(Matches(NulFree(), std::string_view("a\0", 2)));
}

TEST(Dfa, BooleanLaws) {
  Random random(11);
  std::vector<Dfa> some = {AnyString(), Nothing(), Make(FromLiteral(""))};
  while (some.size() < 24) {
    some.push_back(Make(
        FromRegex(Re(random.Pattern(kAtoms, 3)),
                  random.Below(2) ? MatchMode::kWhole : MatchMode::kAnywhere)));
  }
  for (const Dfa& a : some) {
    const Dfa not_a = Complement(a);
    EXPECT_EQ(Complement(not_a), a);
    EXPECT_EQ(Make(Union(a, not_a)), AnyString());
    EXPECT_TRUE(AreDisjoint(a, not_a));
    EXPECT_EQ(Make(Intersect(a, AnyString())), a);
    EXPECT_EQ(Make(Difference(AnyString(), a)), not_a);
    EXPECT_EQ(Minimize(a), a);
    for (const Dfa& b : some) {
      const Dfa both = Make(Intersect(a, b));
      const Dfa either = Make(Union(a, b));
      EXPECT_EQ(both, Make(Intersect(b, a)));
      EXPECT_EQ(either, Make(Union(b, a)));
      EXPECT_EQ(Complement(either), Make(Intersect(not_a, Complement(b))));
      EXPECT_EQ(Make(Difference(a, b)), Make(Intersect(a, Complement(b))));
      EXPECT_EQ(IsSubset(a, b), both == a);
      EXPECT_EQ(AreDisjoint(a, b), IsEmpty(both));
      EXPECT_TRUE(IsSubset(both, either));
    }
  }
  const Dfa* parts[] = {&some[3], &some[4], &some[5]};
  EXPECT_EQ(Make(UnionAll(parts)),
            Make(Union(some[3], Make(Union(some[4], some[5])))));
}

// States that are not told apart by any string, by filling a table of pairs.
size_t CountDifferent(const Dfa& dfa) {
  const auto n = static_cast<uint32_t>(dfa.num_states());
  std::vector<bool> differ(size_t{n} * n);
  for (uint32_t a = 0; a < n; ++a) {
    for (uint32_t b = 0; b < n; ++b) {
      differ[size_t{a} * n + b] = dfa.accept[a] != dfa.accept[b];
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t a = 0; a < n; ++a) {
      for (uint32_t b = 0; b < n; ++b) {
        for (uint32_t k = 0; k < dfa.num_classes; ++k) {
          const size_t to = size_t{dfa.next[a * dfa.num_classes + k]} * n +
                            dfa.next[b * dfa.num_classes + k];
          if (differ[size_t{a} * n + b] || !differ[to]) continue;
          differ[size_t{a} * n + b] = changed = true;
        }
      }
    }
  }
  std::vector<uint32_t> reached = {dfa.start};
  size_t count = 0;
  for (size_t i = 0; i < reached.size(); ++i) {
    const uint32_t q = reached[i];
    count += std::all_of(
        reached.begin(), reached.begin() + static_cast<std::ptrdiff_t>(i),
        [&](uint32_t other) { return differ[size_t{q} * n + other]; });
    for (uint32_t k = 0; k < dfa.num_classes; ++k) {
      const uint32_t to = dfa.next[q * dfa.num_classes + k];
      if (std::find(reached.begin(), reached.end(), to) == reached.end()) {
        reached.push_back(to);
      }
    }
  }
  return count;
}

// Chains, in which distances say nearly everything, and anything else.
TEST(Dfa, MinimizesAnyAutomaton) {
  constexpr uint32_t kSeed = 5;
  Random random(kSeed);
  for (int i = 0; i < 300; ++i) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + " automaton " +
                 std::to_string(i));
    Dfa dfa;
    const auto n =
        static_cast<uint32_t>(1 + random.Below(i % 10 == 0 ? 150 : 24));
    const bool is_chain = random.Below(2) != 0;
    dfa.num_classes = 3;
    dfa.byte_class['a'] = 1;
    dfa.byte_class['b'] = 2;
    for (uint32_t q = 0; q < n; ++q) {
      dfa.accept.push_back(random.Below(is_chain ? 12 : 2) == 0);
      for (uint32_t k = 0; k < dfa.num_classes; ++k) {
        // By the second class, all are reached.
        dfa.next.push_back(k == 1 ? (q + 1) % n
                                  : static_cast<uint32_t>(random.Below(
                                        is_chain ? std::min(n, 3u) : n)));
      }
    }
    const Dfa least = Minimize(dfa);
    EXPECT_EQ(least.num_states(), CountDifferent(dfa));
    EXPECT_EQ(Minimize(least), least);
    for (const std::string& text : AllStrings({"a", "b", "c"}, 4)) {
      const auto accepts = [&](const Dfa& one) {
        uint32_t q = one.start;
        for (const char c : text) q = one.Step(q, static_cast<uint8_t>(c));
        return one.accept[q];
      };
      ASSERT_EQ(accepts(least), accepts(dfa)) << text;
    }
  }
}

TEST(Dfa, StringSetsAreMinimalAndExact) {
  Random random(3);
  for (int i = 0; i < 50; ++i) {
    std::vector<std::string> set;
    for (size_t n = random.Below(12); n > 0; --n) {
      set.push_back(random.Text({"a", "b", "\xc3\xa9"}, 4));
    }
    const Dfa dfa = Make(FromStrings(set));
    EXPECT_EQ(Minimize(dfa), dfa);
    for (const std::string& text : AllStrings({"a", "b", "\xc3\xa9"}, 4)) {
      EXPECT_EQ(Matches(dfa, text),
                std::find(set.begin(), set.end(), text) != set.end());
    }
  }
}

TEST(Dfa, LargeStringSetsAreFast) {
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < 150'000; ++i) {
    ids.push_back("i-" + std::to_string(i * 2654435761u));
  }
  const Stopwatch watch;
  const Dfa dfa = Make(FromStrings(ids));
  std::cout << "150,000 ids: " << dfa.num_states() << " states, "
            << watch.Seconds() << " s\n";
  EXPECT_LT(watch.Seconds(), 5.0);
  for (size_t i = 0; i < ids.size(); i += 997) {
    EXPECT_TRUE(Matches(dfa, ids[i]));
    EXPECT_FALSE(Matches(dfa, ids[i] + "x"));
  }
}

TEST(Dfa, LengthsOf) {
  EXPECT_EQ(LengthsOf(Nothing()), std::nullopt);
  EXPECT_EQ(LengthsOf(AnyString()), (LengthBounds{0, std::nullopt}));
  EXPECT_EQ(LengthsOf(ReDfa("a{2,5}|\xc3\xa9{3}")), (LengthBounds{2, 5}));
  EXPECT_EQ(LengthsOf(ReDfa("\xe2\x82\xac?bcd|xyzuvw")), (LengthBounds{3, 6}));
  EXPECT_EQ(LengthsOf(ReDfa("ab+")), (LengthBounds{2, std::nullopt}));
}

TEST(Dfa, BombsAreRefusedQuickly) {
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  std::string infix;
  for (int i = 0; i < 30; ++i) infix += "(a|b)*a(a|b){15}";
  std::string choices = "x";
  for (int i = 0; i < 700; ++i) choices += "|.*" + std::to_string(i) + ".*";
  for (const std::string& bomb :
       {std::string("(a|b)*a(a|b){20}"), std::string("(a{0,100}){0,100}"),
        std::string("(.{0,50}){0,50}"), std::string("((a*)*)*b"),
        std::string("[^a]{1000}"), std::string("(x+x+)+y"), infix, choices,
        std::string("(\\W{0,60}a?){60}"), std::string(60'000, 'a'),
        std::string("[^\\w\\s.]{0,1000}(a?){1000}"),
        std::string("(a?){1000}a{1000}"), std::string("(.?.?.?){300}"),
        std::string("(.*a){300}"), std::string("(a|b|c|d|.){0,900}x")}) {
    const Stopwatch watch;
    PatternError error;
    const auto re = ParseRegex(bomb, CaseMode::kExact, &error);
    for (const MatchMode mode : {MatchMode::kWhole, MatchMode::kAnywhere}) {
      if (!re) break;
      const Result<Dfa> dfa = FromRegex(*re, mode);
      if (dfa.has_value()) EXPECT_LE(dfa->num_states(), kLimits.dfa_states);
    }
    std::cout << bomb.substr(0, 30) << ": " << watch.Seconds() << " s\n";
    EXPECT_LT(watch.Seconds(), 5.0) << bomb.substr(0, 60);
  }
  const Stopwatch watch;
  EXPECT_TRUE(Matches(GlobDfa(stars), std::string(200, 'a')));
  EXPECT_FALSE(Matches(GlobDfa(stars), std::string(199, 'a')));
  std::cout << "*a x 200: " << watch.Seconds() / 2 << " s\n";
  EXPECT_LT(watch.Seconds(), 5.0);
}

TEST(Dfa, SmallPatternsCompileInMicroseconds) {
  PatternError error;
  const auto time = [&](const char* what, const auto& make) {
    (void)make();
    const Stopwatch watch;
    constexpr int kTimes = 200;
    for (int i = 0; i < kTimes; ++i) (void)make();
    std::cout << what << ": " << watch.Seconds() / kTimes * 1e6 << " us\n";
  };
  time("glob", [&] {
    return FromRegex(*ParseGlob("prod-*", CaseMode::kExact, &error),
                     MatchMode::kWhole);
  });
  time("infix", [&] {
    return FromRegex(*ParseGlob("*:cluster/prod-*", CaseMode::kExact, &error),
                     MatchMode::kWhole);
  });
  time("regex", [&] {
    return FromRegex(
        *ParseRegex("[a-z][a-z0-9-]{0,9}", CaseMode::kExact, &error),
        MatchMode::kWhole);
  });
  time("prefix", [&] { return Prefix("/srv/data"); });
  time("literal", [&] { return FromLiteral("payments"); });
}

}  // namespace
}  // namespace polc::automata
