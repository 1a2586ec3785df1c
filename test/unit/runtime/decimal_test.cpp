// Decimals are exact or they are not.
#include "runtime/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace polc::runtime {
namespace {

std::string Of(std::optional<Decimal> decimal) {
  return decimal ? decimal->ToString() : "none";
}

TEST(DecimalTest, ReadsText) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"12", "12"},
      {"007", "7"},
      {"-0.25", "-0.25"},
      {"1.500", "1.5"},
      {"0.000000001", "0.000000001"},
      {"0.0000000001", "none"},
      {"0.0000000010", "0.000000001"},
      {"999999999999999.999999999", "999999999999999.999999999"},
      {"-999999999999999.999999999", "-999999999999999.999999999"},
      {"1000000000000000", "none"},
      {"99999999999999999999999999999999999999999999999999", "none"},
      {"", "none"},
      {"-", "none"},
      {".5", "none"},
      {"5.", "none"},
      {"1e3", "none"},
      {"+1", "none"},
      {" 1", "none"},
      {"1..2", "none"},
      {"--1", "none"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Of(Decimal::OfText(text)), expected) << text;
  }
}

TEST(DecimalTest, TakesTheShortestDigitsOfADouble) {
  const std::pair<double, const char*> cases[] = {
      {0.1, "0.1"},
      {-0.0, "0"},
      {0.99, "0.99"},
      {0.1 + 0.2, "none"},  // 0.30000000000000004
      {1e-9, "0.000000001"},
      {1e-10, "none"},
      {123456.789, "123456.789"},
      {9007199254740993, "none"},
      {999999999999999, "999999999999999"},
      {1e15, "none"},
      {-1e15, "none"},
      {1e308, "none"},
      {5e-324, "none"},
      {1e14, "100000000000000"},
      {std::numeric_limits<double>::infinity(), "none"},
      {std::nan(""), "none"},
  };
  for (const auto& [number, expected] : cases) {
    EXPECT_EQ(Of(Decimal::OfDouble(number)), expected) << number;
  }
}

TEST(DecimalTest, CountsExactlyOrNotAtAll) {
  const auto d = [](const char* text) { return *Decimal::OfText(text); };
  EXPECT_EQ(Of(Add(d("0.1"), d("0.2"))), "0.3");
  EXPECT_EQ(Of(Add(d("999999999999999.999999999"), d("0.000000001"))), "none");
  EXPECT_EQ(Of(Add(d("-999999999999999.5"), d("-0.5"))), "none");
  EXPECT_EQ(Of(Multiply(d("0.25"), d("-4"))), "-1");
  EXPECT_EQ(Of(Multiply(d("0.00001"), d("0.0001"))), "0.000000001");
  EXPECT_EQ(Of(Multiply(d("0.00001"), d("0.00001"))), "none");
  EXPECT_EQ(Of(Multiply(d("31622776.6"), d("31622776.6"))),
            "999999999893507.56");
  EXPECT_EQ(Of(Multiply(d("999999999999999"), d("999999999999999"))), "none");
  EXPECT_EQ(Of(Multiply(d("999999999999999"), d("0"))), "0");
  EXPECT_EQ(Of(Multiply(d("-33.3"), d("-0.1"))), "3.33");
}

}  // namespace
}  // namespace polc::runtime
