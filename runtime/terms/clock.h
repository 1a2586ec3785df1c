// Instants that requests write, and clocks on walls.
#ifndef POLC_RUNTIME_TERMS_CLOCK_H_
#define POLC_RUNTIME_TERMS_CLOCK_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/abi/manifest.h"
#include "runtime/decimal.h"

namespace polc::runtime {

/// Unix time in seconds of an RFC 3339 instant. Empty for anything else, for
/// more than nine digits of a fraction, and for leap seconds.
std::optional<Decimal> ParseInstant(std::string_view text);

/// Local time in a zone.
struct Local {
  int64_t day = 0;  // since 1970-01-01
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t weekday = 0;  // 0: Monday
};
Local LocalAt(const ManifestZone& zone, int64_t instant);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_TERMS_CLOCK_H_
