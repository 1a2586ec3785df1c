#include "compiler/zones/zone.h"

#include <algorithm>

namespace polc::zones {
namespace {

int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

int32_t OffsetAt(const Zone& zone, int64_t instant) {
  const auto next = std::upper_bound(
      zone.changes.begin(), zone.changes.end(), instant,
      [](int64_t at, const Change& change) { return at < change.at; });
  if (next == zone.changes.end()) {
    if (const auto rule = ParseFooter(zone.footer)) {
      return OffsetAt(*rule, instant);
    }
  }
  return next == zone.changes.begin() ? zone.first_offset : next[-1].offset;
}

std::string ZoneText(const Zone& zone) {
  std::string out =
      "zone " + zone.name + "\n" + std::to_string(zone.first_offset) + "\n";
  for (const Change& change : zone.changes) {
    out +=
        std::to_string(change.at) + " " + std::to_string(change.offset) + "\n";
  }
  return out + zone.footer + "\n";
}

Local LocalAt(const Zone& zone, int64_t instant) {
  constexpr int64_t kDay = 86400;
  const int64_t local = instant + OffsetAt(zone, instant);
  Local out;
  out.day = FloorDivide(local, kDay);
  const auto second = static_cast<int>(local - out.day * kDay);
  out.hour = second / 3600;
  out.minute = second / 60 % 60;
  // 1970-01-01 was a Thursday.
  const int64_t week = out.day + 3;
  out.weekday = static_cast<int>(week - FloorDivide(week, 7) * 7);
  return out;
}

}  // namespace polc::zones
