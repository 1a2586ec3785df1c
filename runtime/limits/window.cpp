#include "runtime/limits/window.h"

#include <array>
#include <chrono>

namespace polc::runtime {
namespace {

constexpr int64_t kDay = 86'400;
// 1970-01-01 was a Thursday: the first Monday is four days later.
constexpr int64_t kFirstMonday = 4 * kDay;

int64_t Floor(int64_t value, int64_t unit) {
  const int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

int64_t MonthStart(int64_t now, int months_later) {
  const std::chrono::sys_days day{std::chrono::days(Floor(now, kDay) / kDay)};
  const std::chrono::year_month_day date(day);
  const auto month =
      date.year() / date.month() + std::chrono::months(months_later);
  return std::chrono::sys_days(month / 1).time_since_epoch().count() * kDay;
}

}  // namespace

std::string_view WindowName(Window window) {
  constexpr std::array<std::string_view, kWindowCount> kNames = {
      "second", "minute", "hour", "day", "week", "month", "concurrent"};
  return kNames[static_cast<size_t>(window)];
}

int64_t WindowLength(Window window) {
  constexpr std::array<int64_t, kWindowCount> kSeconds = {
      1, 60, 3600, kDay, 7 * kDay, 31 * kDay, 1};
  return kSeconds[static_cast<size_t>(window)];
}

int64_t WindowStart(Window window, int64_t now) {
  if (window == Window::kMonth) return MonthStart(now, 0);
  if (window == Window::kWeek) {
    return Floor(now - kFirstMonday, WindowLength(window)) + kFirstMonday;
  }
  return Floor(now, WindowLength(window));
}

int64_t WindowEnd(Window window, int64_t now) {
  if (window == Window::kMonth) return MonthStart(now, 1);
  return WindowStart(window, now) + WindowLength(window);
}

int64_t SlotLength(Window window) { return (WindowLength(window) + 59) / 60; }

}  // namespace polc::runtime
