#include "runtime/terms/clock.h"

#include <algorithm>

namespace polc::runtime {
namespace {

constexpr int64_t kDay = 86'400;

int64_t Divide(int64_t value, int64_t unit) {
  const int64_t quotient = value / unit;
  return value % unit < 0 ? quotient - 1 : quotient;
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, counted in years
/// that begin in March (Hinnant, chrono-Compatible Low-Level Date Algorithms,
/// 2013).
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  if (month <= 2) --year;
  const int64_t era = Divide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year =
      (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

int64_t DaysIn(int64_t year, int64_t month) {
  if (month == 2) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return leap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// `n` digits at `at`, which moves on; -1 if there are not as many.
int64_t Digits(std::string_view text, size_t n, size_t* at) {
  if (text.size() < *at + n) return -1;
  int64_t value = 0;
  for (size_t i = 0; i < n; ++i) {
    const char c = text[*at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  *at += n;
  return value;
}

bool Within(int64_t value, int64_t least, int64_t most) {
  return least <= value && value <= most;
}

/// `hh:mm`, in seconds; -1 if it is none.
int64_t HourAndMinute(std::string_view text, size_t* at) {
  const int64_t hour = Digits(text, 2, at);
  if (!Within(hour, 0, 23) || *at >= text.size() || text[*at] != ':') return -1;
  ++*at;
  const int64_t minute = Digits(text, 2, at);
  return Within(minute, 0, 59) ? hour * 3600 + minute * 60 : -1;
}

}  // namespace

std::optional<Decimal> ParseInstant(std::string_view text) {
  constexpr size_t kLeast = 20;  // 2026-01-01T00:00:00Z
  if (text.size() < kLeast || text[4] != '-' || text[7] != '-' ||
      (text[10] | 0x20) != 't' || text[16] != ':') {
    return std::nullopt;
  }
  size_t at = 0;
  const int64_t year = Digits(text, 4, &at);
  const int64_t month = Digits(text, 2, &++at);
  const int64_t day = Digits(text, 2, &++at);
  const int64_t clock = HourAndMinute(text, &++at);
  const int64_t second = Digits(text, 2, &++at);
  if (year < 0 || !Within(month, 1, 12) ||
      !Within(day, 1, DaysIn(year, month)) || clock < 0 ||
      !Within(second, 0, 59)) {
    return std::nullopt;
  }
  Decimal::Units fraction = 0;
  if (text[at] == '.') {
    ++at;
    int64_t unit = Decimal::kUnit / 10;
    size_t digits = 0;
    for (; at < text.size() && Within(text[at], '0', '9'); ++at, ++digits) {
      fraction += unit * (text[at] - '0');
      unit /= 10;
    }
    if (!Within(static_cast<int64_t>(digits), 1, 9)) return std::nullopt;
  }
  if (at >= text.size()) return std::nullopt;
  int64_t offset = 0;
  const char sign = text[at++];
  if (sign == '+' || sign == '-') {
    offset = HourAndMinute(text, &at);
    if (offset < 0) return std::nullopt;
    if (sign == '-') offset = -offset;
  } else if ((sign | 0x20) != 'z') {
    return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  const int64_t seconds =
      DaysOf(year, month, day) * kDay + clock + second - offset;
  return Decimal::OfUnits(Decimal::Units{seconds} * Decimal::kUnit + fraction);
}

Local LocalAt(const ManifestZone& zone, int64_t instant) {
  // After the table the calendar repeats, and with it the zone's rule.
  constexpr int64_t kCycle = 146'097 * kDay;
  int64_t within = instant;
  if (!zone.at.empty() && zone.repeats && within >= zone.end) {
    within = zone.end - kCycle + (within - zone.end) % kCycle;
  }
  const auto next = std::upper_bound(zone.at.begin(), zone.at.end(), within);
  const auto passed = static_cast<size_t>(next - zone.at.begin());
  const int64_t local =
      instant + (passed == 0 ? zone.first_offset : zone.offsets[passed - 1]);
  Local out;
  out.day = Divide(local, kDay);
  const int64_t second = local - out.day * kDay;
  out.hour = second / 3600;
  out.minute = second / 60 % 60;
  const int64_t week = out.day + 3;  // 1970-01-01 was a Thursday
  out.weekday = week - Divide(week, 7) * 7;
  return out;
}

}  // namespace polc::runtime
