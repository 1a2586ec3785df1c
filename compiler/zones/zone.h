// Time zones as a policy set pins them: what the machine that compiled it knew
// (tzdata's TZif files, RFC 8536) and the rule for the time after, so that
// every machine decides alike.
#ifndef POLC_COMPILER_ZONES_ZONE_H_
#define POLC_COMPILER_ZONES_ZONE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/result.h"

namespace polc::zones {

/// Seconds east of UTC, exclusive bound of the magnitude a zone may have.
inline constexpr int64_t kMaxOffset = 24 * 3600;
/// Unix seconds that a change may lie at; far outside of any calendar.
inline constexpr int64_t kMaxInstant = int64_t{1} << 50;

/// From `at` (Unix time in seconds) local time is UTC plus `offset` seconds.
struct Change {
  int64_t at = 0;
  int32_t offset = 0;
  auto operator<=>(const Change&) const = default;
};

struct Zone {
  std::string name;             // "Europe/Berlin"
  int32_t first_offset = 0;     // before the first change
  std::vector<Change> changes;  // sorted
  /// The rule after the last change, as POSIX writes it in TZ:
  /// "CET-1CEST,M3.5.0,M10.5.0/3". Empty: the last offset stays.
  std::string footer;
  auto operator<=>(const Zone&) const = default;
};

/// A day of the year on which a rule changes the offset, and when on it.
struct RuleDay {
  enum class Form : uint8_t {
    kWeekday,   // the `week`th (5: last) `weekday` (0: Sunday) of `month`
    kJulian,    // day 1 to 365, February 29 never counted
    kZeroBased  // day 0 to 365, February 29 counted
  };
  Form form = Form::kWeekday;
  int month = 1;
  int week = 1;
  int weekday = 0;
  int day = 0;
  int32_t seconds = 2 * 3600;  // local time; may be negative or past a day
};

/// Offsets are seconds east of UTC.
struct Rule {
  int32_t standard = 0;
  std::optional<int32_t> daylight;
  RuleDay start;  // of daylight time
  RuleDay end;
};

/// Empty if the text is no POSIX time zone with the extensions of RFC 8536.
std::optional<Rule> ParseFooter(std::string_view text);

/// The offset that `rule` gives at an instant.
int32_t OffsetAt(const Rule& rule, int64_t instant);

/// The offset at an instant, seconds east of UTC.
int32_t OffsetAt(const Zone& zone, int64_t instant);

/// All changes before `until`: the zone's own, then those of its rule.
std::vector<Change> ChangesUntil(const Zone& zone, int64_t until);

/// Local time at an instant.
struct Local {
  int64_t day = 0;  // since 1970-01-01
  int hour = 0;
  int minute = 0;
  int weekday = 0;  // 0: Monday
};
Local LocalAt(const Zone& zone, int64_t instant);

/// Reads a zone from a directory of TZif files; an error says what is wrong
/// with the file or the name.
Result<Zone> ReadZone(const std::string& directory, const std::string& name);

/// All there is to a zone, as text: equal for equal zones.
std::string ZoneText(const Zone& zone);

/// The names of all zones under the directory, sorted: what a misspelled name
/// may have meant.
std::vector<std::string> ZoneNames(const std::string& directory);

/// Where the system keeps its zones.
inline constexpr std::string_view kSystemZones = "/usr/share/zoneinfo";

}  // namespace polc::zones

#endif  // POLC_COMPILER_ZONES_ZONE_H_
