// Instants and dates as policies and requests write them: RFC 3339, section
// 5.6, less what readers disagree about.
#ifndef POLC_COMPILER_SUPPORT_INSTANT_H_
#define POLC_COMPILER_SUPPORT_INSTANT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/support/decimal.h"

namespace polc {

/// Unix time in seconds of "2026-01-01T00:00:00Z" or
/// "2026-01-01T01:00:00.5+01:00". Empty for anything else, for more than nine
/// digits of a fraction, and for leap seconds (`:60`), which Unix time has
/// not. `T` and `Z` may be lower case; the offset -00:00 is UTC.
std::optional<Decimal> ParseInstant(std::string_view text);

/// Days since 1970-01-01 of "2026-01-01", a day of the calendar.
std::optional<int64_t> ParseDate(std::string_view text);

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_INSTANT_H_
