// The clock's windows, in UTC.
#ifndef POLC_RUNTIME_LIMITS_WINDOW_H_
#define POLC_RUNTIME_LIMITS_WINDOW_H_

#include <cstdint>
#include <string_view>

namespace polc::runtime {

/// Numbers of polc::ir::Window.
enum class Window : uint8_t {
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,  // from Monday
  kMonth,
  kConcurrent,  // has no length: the functions below take no such window
};
inline constexpr uint8_t kWindowCount = 7;

std::string_view WindowName(Window window);

/// Instants of the years 1970 to 9999, in Unix seconds; stores take what lies
/// outside for the nearest inside.
inline constexpr int64_t kFirstInstant = 0;
inline constexpr int64_t kLastInstant = 253'402'300'799;

/// Seconds; of a month the most that one has.
int64_t WindowLength(Window window);

/// First second of the window that holds `now`.
int64_t WindowStart(Window window, int64_t now);
/// First second after that window.
int64_t WindowEnd(Window window, int64_t now);

/// Whole seconds that a rolling window's charges are told apart by: a
/// sixtieth, rounded up, so that nothing is forgotten early.
int64_t SlotLength(Window window);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_WINDOW_H_
