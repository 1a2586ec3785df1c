// The rule behind a zone's last change: POSIX's TZ with the extensions of RFC
// 8536, section 3.3.1 (hours from -167 to 167).
#include <algorithm>
#include <chrono>

#include "compiler/zones/zone.h"

namespace polc::zones {
namespace {

constexpr int64_t kDay = 86400;

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<Rule> Run() {
    Rule rule;
    if (!Name() || !Offset(&rule.standard)) return std::nullopt;
    if (rest_.empty()) return rule;
    if (!Name()) return std::nullopt;
    rule.daylight = rule.standard + 3600;
    if (!At(',') && !Offset(&*rule.daylight)) return std::nullopt;
    if (!Take(',') || !Day(&rule.start) || !Take(',') || !Day(&rule.end)) {
      return std::nullopt;
    }
    if (!rest_.empty()) return std::nullopt;
    return rule;
  }

 private:
  bool At(char c) const { return rest_.starts_with(c); }
  bool Take(char c) {
    if (!At(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Name() {
    size_t n = 0;
    if (At('<')) {
      n = rest_.find('>');
      if (n == std::string_view::npos) return false;
      rest_.remove_prefix(n + 1);
      return n >= 4;
    }
    const auto letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    while (n < rest_.size() && letter(rest_[n])) ++n;
    rest_.remove_prefix(n);
    return n >= 3;
  }
  bool Number(int least, int most, int* out) {
    int value = 0;
    size_t n = 0;
    for (; n < rest_.size() && n < 3 && rest_[n] >= '0' && rest_[n] <= '9';
         ++n) {
      value = value * 10 + (rest_[n] - '0');
    }
    rest_.remove_prefix(n);
    *out = value;
    return n > 0 && least <= value && value <= most;
  }
  bool Time(int most_hours, int32_t* seconds) {
    const bool negative = Take('-');
    if (!negative) Take('+');
    int hours = 0;
    int minutes = 0;
    int rest = 0;
    if (!Number(0, most_hours, &hours)) return false;
    if (Take(':') && !Number(0, 59, &minutes)) return false;
    if (Take(':') && !Number(0, 59, &rest)) return false;
    *seconds = hours * 3600 + minutes * 60 + rest;
    if (negative) *seconds = -*seconds;
    return true;
  }
  // POSIX counts west of Greenwich.
  bool Offset(int32_t* east) {
    if (!Time(23, east)) return false;
    *east = -*east;
    return true;
  }
  bool Day(RuleDay* day) {
    if (Take('M')) {
      day->form = RuleDay::Form::kWeekday;
      if (!Number(1, 12, &day->month) || !Take('.') ||
          !Number(1, 5, &day->week) || !Take('.') ||
          !Number(0, 6, &day->weekday)) {
        return false;
      }
    } else if (Take('J')) {
      day->form = RuleDay::Form::kJulian;
      if (!Number(1, 365, &day->day)) return false;
    } else {
      day->form = RuleDay::Form::kZeroBased;
      if (!Number(0, 365, &day->day)) return false;
    }
    return !Take('/') || Time(167, &day->seconds);
  }

  std::string_view rest_;
};

// The day of `year` that is meant, counted from 1970-01-01.
int64_t DayOf(const RuleDay& day, std::chrono::year year) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const sys_days first = year / std::chrono::January / 1;
  switch (day.form) {
    case RuleDay::Form::kZeroBased:
      return (first + days(day.day)).time_since_epoch().count();
    case RuleDay::Form::kJulian: {
      const bool after = year.is_leap() && day.day >= 60;
      return (first + days(day.day - 1 + (after ? 1 : 0)))
          .time_since_epoch()
          .count();
    }
    case RuleDay::Form::kWeekday:
      break;
  }
  const std::chrono::month month(static_cast<unsigned>(day.month));
  const std::chrono::weekday weekday(static_cast<unsigned>(day.weekday));
  const sys_days at =
      day.week == 5
          ? sys_days(year / month / weekday[std::chrono::last])
          : sys_days(year / month / weekday[static_cast<unsigned>(day.week)]);
  return at.time_since_epoch().count();
}

}  // namespace

std::optional<Rule> ParseFooter(std::string_view text) {
  return Parser(text).Run();
}

// The latest of the changes in this year and the two next to it: a change may
// be hours into another year.
int32_t OffsetAt(const Rule& rule, int64_t instant) {
  if (!rule.daylight) return rule.standard;
  using std::chrono::days;
  using std::chrono::seconds;
  const auto day = std::chrono::floor<days>(
      std::chrono::sys_seconds(seconds(instant + rule.standard)));
  const auto year = std::chrono::year_month_day(day).year();
  std::optional<Change> latest;
  const auto look = [&](Change change) {
    if (change.at > instant) return;
    if (!latest || change.at >= latest->at) latest = change;
  };
  for (const auto y :
       {year - std::chrono::years(1), year, year + std::chrono::years(1)}) {
    look({DayOf(rule.start, y) * kDay + rule.start.seconds - rule.standard,
          *rule.daylight});
    look({DayOf(rule.end, y) * kDay + rule.end.seconds - *rule.daylight,
          rule.standard});
  }
  return latest ? latest->offset : rule.standard;
}

std::vector<Change> ChangesUntil(const Zone& zone, int64_t until) {
  std::vector<Change> out;
  for (const Change& change : zone.changes) {
    if (change.at < until) out.push_back(change);
  }
  const auto rule = ParseFooter(zone.footer);
  if (!rule || out.size() < zone.changes.size()) return out;
  // A rule takes over at the last change, whatever that says; where there is
  // none, before all.
  if (!out.empty()) out.back().offset = OffsetAt(*rule, out.back().at);
  if (!rule->daylight) return out;
  const int64_t from =
      out.empty() ? std::min<int64_t>(0, until) : out.back().at;
  using std::chrono::days;
  const auto year_of = [](int64_t instant) {
    const std::chrono::sys_seconds at{std::chrono::seconds(instant)};
    return std::chrono::year_month_day(std::chrono::floor<days>(at)).year();
  };
  std::vector<int64_t> ats;
  const auto end = year_of(until) + std::chrono::years(1);
  for (auto y = year_of(from) - std::chrono::years(1); y <= end; ++y) {
    ats.push_back(DayOf(rule->start, y) * kDay + rule->start.seconds -
                  rule->standard);
    ats.push_back(DayOf(rule->end, y) * kDay + rule->end.seconds -
                  *rule->daylight);
  }
  std::sort(ats.begin(), ats.end());
  int32_t offset = out.empty() ? zone.first_offset : out.back().offset;
  for (const int64_t at : ats) {
    if ((!out.empty() && at <= from) || at >= until) continue;
    const int32_t next = OffsetAt(*rule, at);
    if (next != offset) out.push_back({at, next});
    offset = next;
  }
  return out;
}

}  // namespace polc::zones
