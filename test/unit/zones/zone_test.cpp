// Offsets by rule and by table, on the days when clocks change.
#include "compiler/zones/zone.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/support/instant.h"

namespace polc::zones {
namespace {

int64_t At(std::string_view text) {
  const auto instant = ParseInstant(text);
  EXPECT_TRUE(instant) << text;
  return instant ? static_cast<int64_t>(instant->units() / Decimal::kUnit) : 0;
}

std::string ClockAt(const Zone& zone, std::string_view text) {
  const Local local = LocalAt(zone, At(text));
  return std::to_string(local.weekday) + " " + std::to_string(local.hour) +
         ":" + std::to_string(local.minute);
}

const Zone kNorth = {"North", 0, {}, "CET-1CEST,M3.5.0,M10.5.0/3"};
const Zone kSouth = {"South", 0, {}, "<-03>3<-02>,M10.1.0/0,M2.3.0/0"};

TEST(Zone, ClocksGoForwardAndBack) {
  EXPECT_EQ(ClockAt(kNorth, "2026-03-29T00:59:59Z"), "6 1:59");
  EXPECT_EQ(ClockAt(kNorth, "2026-03-29T01:00:00Z"), "6 3:0");
  EXPECT_EQ(ClockAt(kNorth, "2026-10-25T00:59:00Z"), "6 2:59");
  EXPECT_EQ(ClockAt(kNorth, "2026-10-25T01:59:00Z"), "6 2:59");
  EXPECT_EQ(ClockAt(kSouth, "2026-01-01T00:00:00Z"), "2 22:0");
  EXPECT_EQ(ClockAt(kSouth, "2026-07-01T00:00:00Z"), "1 21:0");
  EXPECT_EQ(ClockAt(kNorth, "2500-07-01T00:00:00Z"), "3 2:0");
}

TEST(Zone, TheTableIsTheRule) {
  const int64_t until = At("2480-01-01T00:00:00Z");
  for (const Zone& zone : {kNorth, kSouth}) {
    const std::vector<Change> changes = ChangesUntil(zone, until);
    ASSERT_GT(changes.size(), 900u);
    for (const Change& change : changes) {
      EXPECT_EQ(OffsetAt(zone, change.at), change.offset);
      EXPECT_NE(OffsetAt(zone, change.at - 1), change.offset);
    }
  }
}

TEST(Zone, TheRuleTakesOverAtTheLastChange) {
  // It says winter's offset a month before the rule does.
  const int64_t last = At("1980-09-28T01:00:00Z");
  const Zone zone = {"Odd", 0, {{0, 7200}, {last, 3600}}, kNorth.footer};
  const Zone fixed = {"Fixed", 0, {{0, 7200}, {last, 3600}}, "EET-2"};
  for (const Zone* one : {&zone, &fixed}) {
    const std::vector<Change> changes =
        ChangesUntil(*one, At("1982-01-01T00:00:00Z"));
    ASSERT_GE(changes.size(), 2u);
    for (const Change& change : changes) {
      EXPECT_EQ(OffsetAt(*one, change.at), change.offset);
    }
    EXPECT_EQ(changes[1].offset, 7200);
  }
}

TEST(Zone, RefusesRulesThatPosixHasNot) {
  for (const char* good :
       {"UTC0", "<+0330>-3:30", "IST-5:30", "EST5EDT,M3.2.0,M11.1.0"}) {
    EXPECT_TRUE(ParseFooter(good)) << good;
  }
  for (const char* bad :
       {"", "A0", "CET", "CET-1CEST", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0", "CET-1CEST,J0,J365",
        "CET-1CEST,M3.5.0,M10.5.0 "}) {
    EXPECT_FALSE(ParseFooter(bad)) << bad;
  }
}

TEST(Zone, ReadsTheSystemsZones) {
  const std::string directory(kSystemZones);
  const auto berlin = ReadZone(directory, "Europe/Berlin");
  ASSERT_TRUE(berlin) << berlin.error().message;
  EXPECT_EQ(ClockAt(*berlin, "2026-07-01T10:00:00Z"), "2 12:0");
  EXPECT_EQ(ClockAt(*berlin, "1945-06-01T10:00:00Z"), "4 13:0");
  EXPECT_FALSE(ReadZone(directory, "Europe/Bern"));
  EXPECT_FALSE(ReadZone(directory, "../zoneinfo/UTC"));
  EXPECT_FALSE(ReadZone(directory, ""));
  const auto names = ZoneNames(directory);
  EXPECT_TRUE(std::binary_search(names.begin(), names.end(), "Asia/Kolkata"));
}

TEST(Instant, ReadsRfc3339AndNothingElse) {
  EXPECT_EQ(At("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(At("2026-01-01T01:00:00+01:00"), 1767225600);
  EXPECT_EQ(ParseInstant("1969-12-31T23:59:59.5z")->ToString(), "-0.5");
  for (const char* bad :
       {"", "2026-01-01", "2026-01-01T00:00Z", "2026-01-01 00:00:00Z",
        "2026-02-29T00:00:00Z", "2016-12-31T23:59:60Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+0100"}) {
    EXPECT_FALSE(ParseInstant(bad)) << bad;
  }
  EXPECT_EQ(ParseDate("2026-01-01"), 20454);
  EXPECT_FALSE(ParseDate("2026-1-1"));
}

}  // namespace
}  // namespace polc::zones
