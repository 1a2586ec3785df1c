#include "compiler/support/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace polc {
namespace {

std::string Text(std::optional<Decimal> value) {
  return value ? value->ToString() : "none";
}

TEST(Decimal, IsTheShortestDecimalOfADouble) {
  EXPECT_EQ(Text(Decimal::OfDouble(0.1)), "0.1");
  EXPECT_EQ(Text(Decimal::OfDouble(0.99)), "0.99");
  EXPECT_EQ(Text(Decimal::OfDouble(-0.0)), "0");
  EXPECT_EQ(Text(Decimal::OfDouble(-3.5)), "-3.5");
  EXPECT_EQ(Text(Decimal::OfDouble(1e14)), "100000000000000");
  EXPECT_EQ(Text(Decimal::OfDouble(123456789.123456)), "123456789.123456");
}

TEST(Decimal, HasNoValueOutOfRangeOrPastNinePlaces) {
  EXPECT_EQ(Text(Decimal::OfDouble(1e-9)), "0.000000001");
  EXPECT_EQ(Text(Decimal::OfDouble(1e-10)), "none");
  EXPECT_EQ(Text(Decimal::OfDouble(0.1234567891)), "none");
  EXPECT_EQ(Text(Decimal::OfDouble(999999999999999.0)), "999999999999999");
  EXPECT_EQ(Text(Decimal::OfDouble(1e15)), "none");
  EXPECT_EQ(Text(Decimal::OfDouble(-1e15)), "none");
  EXPECT_EQ(Text(Decimal::OfDouble(1e308)), "none");
  EXPECT_EQ(Text(Decimal::OfDouble(std::numeric_limits<double>::infinity())),
            "none");
  EXPECT_EQ(Text(Decimal::OfDouble(std::numeric_limits<double>::quiet_NaN())),
            "none");
}

TEST(Decimal, AddsAndMultipliesExactlyOrNotAtAll) {
  const Decimal tenth = *Decimal::OfDouble(0.1);
  Decimal sum;
  for (int i = 0; i < 10; ++i) sum = *Add(sum, tenth);
  EXPECT_EQ(sum.ToString(), "1");
  EXPECT_EQ(Text(Multiply(*Decimal::OfDouble(0.25), *Decimal::OfDouble(-4))),
            "-1");
  EXPECT_EQ(Text(Multiply(*Decimal::OfDouble(1e-5), *Decimal::OfDouble(1e-5))),
            "none");
  const Decimal large = *Decimal::OfDouble(999999999999999.0);
  EXPECT_EQ(Text(Add(large, Decimal::OfInteger(1))), "none");
  EXPECT_EQ(Text(Multiply(large, large)), "none");
}

TEST(Decimal, DoublesLieBesideDecimals) {
  const auto expect = [](double value, const char* floor, bool exact) {
    const DecimalPlace place = PlaceOf(value);
    EXPECT_EQ(Decimal::OfUnits(place.floor)->ToString(), floor) << value;
    EXPECT_EQ(place.exact, exact) << value;
  };
  expect(0.5, "0.5", true);
  expect(-0.0, "0", true);
  expect(1e-10, "0", false);
  expect(-1e-10, "-0.000000001", false);
  expect(5e-324, "0", false);
  expect(1.0000000005, "1", false);
  expect(-1.0000000005, "-1.000000001", false);
  EXPECT_EQ(PlaceOf(1e300).floor, Decimal::kBound);
  EXPECT_EQ(PlaceOf(-1e15).floor, -Decimal::kBound);
  EXPECT_FALSE(PlaceOf(1e15).exact);
}

}  // namespace
}  // namespace polc
