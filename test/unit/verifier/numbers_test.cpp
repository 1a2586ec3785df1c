#include "verifier/encode/numbers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace polc::verifier {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kMax = std::numeric_limits<double>::max();

TEST(NumbersTest, ReadableNumbers) {
  EXPECT_EQ(PickAny(-kInf, kInf), 0.0);
  EXPECT_EQ(PickAny(10, kInf), 11.0);
  EXPECT_EQ(PickAny(-kInf, 10), 0.0);
  EXPECT_EQ(PickAny(-kInf, -3), -4.0);
  EXPECT_EQ(PickAny(0, 1), 0.5);
  EXPECT_EQ(PickAny(0.5, 1), 0.6);
  EXPECT_EQ(Pick(0, 10, Whole::kNo), 0.5);
  EXPECT_EQ(Pick(0, 1, Whole::kYes), std::nullopt);
}

TEST(NumbersTest, EmptyIntervals) {
  EXPECT_EQ(PickAny(kMax, kInf), std::nullopt);
  EXPECT_EQ(PickAny(-kInf, -kMax), std::nullopt);
  EXPECT_EQ(PickAny(1, std::nextafter(1, 2)), std::nullopt);
}

// Past 2^52 doubles have no fraction.
TEST(NumbersTest, LargeNumbersAreWhole) {
  const double big = 9007199254740992.0;
  EXPECT_EQ(Pick(big, kInf, Whole::kNo), std::nullopt);
  EXPECT_EQ(Pick(-kInf, -big, Whole::kNo), std::nullopt);
  EXPECT_TRUE(Pick(big, kInf, Whole::kYes).has_value());
  EXPECT_TRUE(Pick(-kInf, kInf, Whole::kNo).has_value());
}

TEST(NumbersTest, WhatIsPickedLiesInside) {
  const double ends[] = {-kInf, -kMax, -1e17, -2.5, -1,   -0.1, 0,   1e-300,
                         0.1,   1,     1.5,   1e9,  1e17, kMax, kInf};
  for (const double lo : ends) {
    for (const double hi : ends) {
      if (!(lo < hi)) continue;
      for (const Whole whole : {Whole::kNo, Whole::kYes}) {
        for (const auto value :
             {Pick(lo, hi, whole), PickLeast(lo, hi, whole)}) {
          if (!value) continue;
          EXPECT_LT(lo, *value);
          EXPECT_LT(*value, hi);
          EXPECT_EQ(IsWhole(*value), whole == Whole::kYes) << lo << " " << hi;
        }
      }
    }
  }
}

}  // namespace
}  // namespace polc::verifier
