// Bounds of the parser: right at the limit, one past it, and far beyond, where
// it must still end soon.
#include "compiler/support/limits.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "test/unit/syntax/parse_support.h"

namespace polc::syntax {
namespace {

std::string Repeat(const std::string& text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string Rule(const std::string& condition) {
  return "policy p;\nallow r when " + condition + ";\n";
}

// Whether the only errors are of `check`.
testing::AssertionResult FailsWith(const std::string& text,
                                   const std::string& check) {
  const Outcome outcome = ParseText(text);
  if (outcome.parsed) return testing::AssertionFailure() << "it parsed";
  if (outcome.errors.find(" " + check + " ") == std::string::npos) {
    return testing::AssertionFailure() << outcome.errors.substr(0, 500);
  }
  return testing::AssertionSuccess();
}

TEST(LimitsTest, Parentheses) {
  const size_t n = kLimits.nesting;
  EXPECT_TRUE(ParseText(Rule(Repeat("(", n) + "a" + Repeat(")", n))).parsed);
  EXPECT_TRUE(FailsWith(Rule(Repeat("(", n + 1) + "a" + Repeat(")", n + 1)),
                        "too-deep"));
}

TEST(LimitsTest, PrefixOperators) {
  const size_t n = kLimits.nesting;
  EXPECT_TRUE(ParseText(Rule(Repeat("not ", n) + "a")).parsed);
  EXPECT_TRUE(FailsWith(Rule(Repeat("not ", n + 1) + "a"), "too-deep"));
  EXPECT_TRUE(ParseText(Rule("a == " + Repeat("-", n) + "1")).parsed);
  EXPECT_TRUE(FailsWith(Rule("a == " + Repeat("-", n + 1) + "1"), "too-deep"));
  // Together they add up.
  EXPECT_TRUE(
      FailsWith(Rule(Repeat("not (", n / 2 + 1) + "a" + Repeat(")", n / 2 + 1)),
                "too-deep"));
}

TEST(LimitsTest, ChainsOfOperators) {
  const size_t n = 8 * kLimits.nesting;
  EXPECT_TRUE(ParseText(Rule("1" + Repeat("+1", n - 2) + " == a")).parsed);
  EXPECT_TRUE(FailsWith(Rule("1" + Repeat("+1", n) + " == a"), "too-deep"));
}

TEST(LimitsTest, Names) {
  const size_t n = kLimits.name_bytes;
  EXPECT_TRUE(ParseText("policy " + std::string(n, 'a') + ";").parsed);
  EXPECT_TRUE(
      FailsWith("policy " + std::string(n + 1, 'a') + ";", "too-large"));
}

TEST(LimitsTest, Lines) {
  const std::string head = "policy p;//";
  const size_t n = kLimits.line_bytes - head.size();
  EXPECT_TRUE(ParseText(head + std::string(n, 'x')).parsed);
  EXPECT_TRUE(FailsWith(head + std::string(n + 1, 'x'), "too-large"));
}

TEST(LimitsTest, Integers) {
  EXPECT_TRUE(ParseText(Rule("a == 9007199254740991")).parsed);
  EXPECT_TRUE(FailsWith(Rule("a == 9007199254740992"), "invalid-number"));
  EXPECT_TRUE(ParseText(Rule("a == -9007199254740991")).parsed);
  EXPECT_TRUE(FailsWith(Rule("a == -9007199254740992"), "invalid-number"));
  EXPECT_TRUE(ParseText(Rule("a == 9007199254740992.0")).parsed);
}

TEST(LimitsTest, Rules) {
  std::string text = "policy p;\n";
  for (size_t i = 0; i <= kLimits.rules; ++i) text += "allow r;\n";
  EXPECT_TRUE(FailsWith(text, "too-large"));
}

TEST(LimitsTest, SourceBytes) {
  EXPECT_TRUE(
      FailsWith(std::string(kLimits.source_bytes + 1, '\n'), "too-large"));
}

// ---- far beyond ----

struct Bomb {
  const char* name;
  std::string text;
  bool parses;
};

void PrintTo(const Bomb& bomb, std::ostream* out) { *out << bomb.name; }

class BombTest : public testing::TestWithParam<Bomb> {};

// Generous, as sanitized builds on a busy machine are slow: what is caught
// here takes minutes or forever.
constexpr std::chrono::seconds kSoon(30);

TEST_P(BombTest, EndsSoon) {
  const auto begin = std::chrono::steady_clock::now();
  const Outcome outcome = ParseText(GetParam().text);
  EXPECT_EQ(outcome.parsed, GetParam().parses) << outcome.errors.substr(0, 500);
  EXPECT_NE(outcome.parsed, !outcome.errors.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, BombTest,
    testing::Values(
        Bomb{"OpenParentheses", Rule(Repeat("(", 1'000'000)), false},
        Bomb{"OpenBraces", Rule(Repeat("{", 1'000'000)), false},
        Bomb{"Nots", Rule(Repeat("not ", 200'000) + "a"), false},
        Bomb{"Minuses", Rule(Repeat("-", 500'000) + "1 == a"), false},
        Bomb{"Sum", Rule("1" + Repeat("+1", 100'000) + " == a"), false},
        Bomb{"Digits", Rule("a == " + Repeat("1", 1'000'000)), false},
        Bomb{"Decimals", Rule("a == 0." + Repeat("3", 1'000'000)), true},
        Bomb{"Conjunction", Rule("a" + Repeat("\nand a == 1", 100'000)), true},
        Bomb{"Set", "policy p;\nset s = {" + Repeat("\"m\",\n", 100'000) + "};",
             true},
        Bomb{"Steps", Rule("a" + Repeat(".b", 100'000)), true},
        Bomb{"Unclosed", "policy p;\n" + Repeat("allow (\n", 100'000), false},
        Bomb{"Errors", "policy p;\n" + Repeat("allow x tol y;\n", 100'000),
             false},
        Bomb{"Semicolons", "policy p;\n" + Repeat(";\n", 100'000), false},
        Bomb{"Name", "policy p;\nallow " + Repeat("a", 1'000'000) + ";", false},
        Bomb{"Comments", "policy p;\n" + Repeat("// x\n", 500'000), true},
        Bomb{"Strings", Rule("a == " + Repeat("\"\\u0041\"\n", 100'000)),
             false}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace polc::syntax
