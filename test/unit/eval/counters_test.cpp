// Windows on the calendar, and counters in them.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "compiler/eval/eval.h"

namespace polc::eval {
namespace {

using ir::Window;

int64_t At(int year, unsigned month, unsigned day, int hour = 0, int minute = 0,
           int second = 0) {
  const std::chrono::sys_days date{std::chrono::year(year) /
                                   std::chrono::month(month) /
                                   std::chrono::day(day)};
  return date.time_since_epoch().count() * 86'400LL + hour * 3600 +
         minute * 60 + second;
}

TEST(Windows, FollowTheCalendarInUtc) {
  const int64_t now = At(2026, 1, 15, 10, 30, 45);  // a Thursday
  EXPECT_EQ(WindowStart(Window::kSecond, now), now);
  EXPECT_EQ(WindowEnd(Window::kSecond, now), now + 1);
  EXPECT_EQ(WindowStart(Window::kMinute, now), At(2026, 1, 15, 10, 30));
  EXPECT_EQ(WindowStart(Window::kHour, now), At(2026, 1, 15, 10));
  EXPECT_EQ(WindowStart(Window::kDay, now), At(2026, 1, 15));
  EXPECT_EQ(WindowStart(Window::kWeek, now), At(2026, 1, 12));
  EXPECT_EQ(WindowEnd(Window::kWeek, now), At(2026, 1, 19));
  EXPECT_EQ(WindowStart(Window::kMonth, now), At(2026, 1, 1));
  EXPECT_EQ(WindowEnd(Window::kMonth, now), At(2026, 2, 1));
}

TEST(Windows, MonthsEndWhereTheyEnd) {
  EXPECT_EQ(WindowEnd(Window::kMonth, At(2024, 2, 29, 23, 59, 59)),
            At(2024, 3, 1));
  EXPECT_EQ(WindowStart(Window::kMonth, At(2024, 2, 29)), At(2024, 2, 1));
  EXPECT_EQ(WindowEnd(Window::kMonth, At(2023, 2, 28)), At(2023, 3, 1));
  EXPECT_EQ(WindowEnd(Window::kMonth, At(2100, 2, 28)), At(2100, 3, 1));
  EXPECT_EQ(WindowEnd(Window::kMonth, At(2025, 12, 31, 23, 59, 59)),
            At(2026, 1, 1));
  EXPECT_EQ(WindowStart(Window::kMonth, At(2026, 1, 1)), At(2026, 1, 1));
}

TEST(Windows, WeeksBeginOnMondays) {
  EXPECT_EQ(WindowStart(Window::kWeek, At(2026, 1, 12)), At(2026, 1, 12));
  EXPECT_EQ(WindowStart(Window::kWeek, At(2026, 1, 11, 23, 59, 59)),
            At(2026, 1, 5));
  EXPECT_EQ(WindowStart(Window::kWeek, At(2026, 1, 1)), At(2025, 12, 29));
  EXPECT_EQ(WindowStart(Window::kWeek, At(1970, 1, 1)), At(1969, 12, 29));
}

TEST(Windows, EveryInstantIsInItsWindow) {
  for (int64_t now = -5'000'000; now < 2'000'000'000; now += 1'234'567) {
    for (int w = 0; w < 6; ++w) {
      const auto window = static_cast<Window>(w);
      const int64_t start = WindowStart(window, now);
      const int64_t end = WindowEnd(window, now);
      ASSERT_LE(start, now);
      ASSERT_LT(now, end);
      ASSERT_EQ(WindowStart(window, start), start);
      ASSERT_EQ(WindowEnd(window, start), end);
      ASSERT_EQ(WindowStart(window, end), end);
    }
  }
}

class CountersTest : public ::testing::Test {
 protected:
  ir::LimitId AddLimit(int amount, Window window, bool rolling = false) {
    ir::Limit limit;
    limit.name = "p.l" + std::to_string(module_.limits.size());
    limit.amount = Decimal::OfInteger(amount);
    limit.window = window;
    limit.rolling = rolling;
    module_.limits.push_back(limit);
    return ir::LimitId(module_.limits.size() - 1);
  }
  static Charge Of(ir::LimitId limit, const std::string& key, int amount = 1) {
    Charge charge;
    charge.limit = limit;
    charge.identity = key;
    charge.amount = Decimal::OfInteger(amount);
    return charge;
  }
  Decision Settle(std::vector<Charge> charges, int64_t now,
                  ir::Effect effect = ir::Effect::kAllow) {
    Decision decision;
    decision.effect = effect;
    decision.by = By::kRule;
    decision.charges = std::move(charges);
    counters_.Settle(module_, now, &decision);
    return decision;
  }
  bool Allows(std::vector<Charge> charges, int64_t now) {
    return Settle(std::move(charges), now).effect == ir::Effect::kAllow;
  }

  ir::Module module_;
  Counters counters_;
};

TEST_F(CountersTest, CountsInTheClocksWindow) {
  const auto limit = AddLimit(2, Window::kMinute);
  EXPECT_TRUE(Allows({Of(limit, "a")}, 59));
  EXPECT_TRUE(Allows({Of(limit, "a")}, 59));
  const Decision denied = Settle({Of(limit, "a")}, 59);
  EXPECT_EQ(denied.effect, ir::Effect::kDeny);
  EXPECT_EQ(denied.by, By::kLimit);
  EXPECT_EQ(denied.limit, "p.l0");
  EXPECT_EQ(denied.retry_after, 1);
  EXPECT_EQ(denied.reason, "limit `p.l0` is used up; try again in 1 seconds");
  EXPECT_TRUE(denied.charges.empty());
  EXPECT_TRUE(Allows({Of(limit, "b")}, 59));
  EXPECT_TRUE(Allows({Of(limit, "a")}, 60));
}

TEST_F(CountersTest, TakesAllOrNone) {
  const auto one = AddLimit(1, Window::kDay);
  const auto two = AddLimit(2, Window::kDay);
  EXPECT_TRUE(Allows({Of(one, ""), Of(two, "")}, 0));
  EXPECT_FALSE(Allows({Of(two, ""), Of(one, "")}, 1));
  EXPECT_TRUE(Allows({Of(two, "")}, 2));
  EXPECT_FALSE(Allows({Of(two, "")}, 3));
}

TEST_F(CountersTest, WhatCanNeverFitHasNoTimeToWait) {
  const auto limit = AddLimit(2, Window::kHour);
  const Decision denied = Settle({Of(limit, "a", 3)}, 10);
  EXPECT_EQ(denied.effect, ir::Effect::kDeny);
  EXPECT_FALSE(denied.retry_after.has_value());
}

TEST_F(CountersTest, AWindowsStartNeverMovesBack) {
  const auto limit = AddLimit(1, Window::kMinute);
  EXPECT_TRUE(Allows({Of(limit, "a")}, 120));
  EXPECT_FALSE(Allows({Of(limit, "a")}, 119));
  const Decision denied = Settle({Of(limit, "a")}, 100);
  EXPECT_EQ(denied.retry_after, 80);
  EXPECT_TRUE(Allows({Of(limit, "a")}, 180));
}

TEST_F(CountersTest, AnAskTakesNothingButMustFit) {
  const auto limit = AddLimit(1, Window::kMinute);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Settle({Of(limit, "")}, 0, ir::Effect::kAsk).effect,
              ir::Effect::kAsk);
  }
  EXPECT_TRUE(Allows({Of(limit, "")}, 0));
  EXPECT_EQ(Settle({Of(limit, "")}, 0, ir::Effect::kAsk).by, By::kLimit);
}

TEST_F(CountersTest, ElseAskAsks) {
  const auto limit = AddLimit(1, Window::kMinute);
  Charge soft = Of(limit, "");
  soft.or_ask = true;
  EXPECT_TRUE(Allows({soft}, 0));
  const Decision asked = Settle({soft}, 0);
  EXPECT_EQ(asked.effect, ir::Effect::kAsk);
  EXPECT_EQ(asked.limit, "p.l0");
  EXPECT_TRUE(asked.charges.empty());
}

TEST_F(CountersTest, RollingWindowsForgetLateNeverEarly) {
  const auto limit = AddLimit(1, Window::kHour, true);
  EXPECT_TRUE(Allows({Of(limit, "")}, 30));
  EXPECT_FALSE(Allows({Of(limit, "")}, 3629));
  EXPECT_FALSE(Allows({Of(limit, "")}, 3659));
  EXPECT_EQ(Settle({Of(limit, "")}, 3600).retry_after, 60);
  EXPECT_TRUE(Allows({Of(limit, "")}, 3660));
}

TEST_F(CountersTest, KeepsABoundedNumberOfKeys) {
  const auto limit = AddLimit(1, Window::kMinute);
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(Allows({Of(limit, std::to_string(i))}, 0));
  }
  EXPECT_FALSE(Allows({Of(limit, "one more")}, 0));
  EXPECT_TRUE(Allows({Of(limit, "one more")}, 60));
}

}  // namespace
}  // namespace polc::eval
