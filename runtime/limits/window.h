// The clock's windows, in UTC: an instant lies in exactly one window of each
// kind. Leap seconds and daylight saving have no part in it.
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
};
inline constexpr uint8_t kWindowCount = 6;

/// Unix seconds; `end` belongs to the next window.
struct Span {
  int64_t start = 0;
  int64_t end = 0;
};

/// The window that holds `instant`. An instant outside the years 0 to 9999 is
/// taken for the nearest one inside.
Span WindowAt(Window window, int64_t instant);

/// "second", ..., "month".
std::string_view WindowName(Window window);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_WINDOW_H_
