#include "verifier/encode/numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polc::verifier {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

bool Inside(double value, double lo, double hi) {
  return std::isfinite(value) && lo < value && value < hi;
}

}  // namespace

bool IsWhole(double value) { return std::floor(value) == value; }

std::optional<double> PickLeast(double lo, double hi,
                                std::optional<Whole> whole) {
  double value = std::nextafter(lo, kInf);
  if (whole == Whole::kYes) {
    value = std::isfinite(lo) ? std::floor(lo) + 1 : value;
    if (value <= lo) value = std::nextafter(lo, kInf);  // past 2^53
    value = std::ceil(value);
  } else if (whole == Whole::kNo && IsWhole(value)) {
    // Past 2^52 every double is whole, so the step below 2^52 is the least.
    constexpr double kFirst = -4503599627370496.0;
    value = std::nextafter(std::max(value, kFirst), kInf);
    if (IsWhole(value)) return std::nullopt;
  }
  if (!Inside(value, lo, hi)) return std::nullopt;
  return value + 0.0;
}

std::optional<double> Pick(double lo, double hi, Whole whole) {
  if (whole == Whole::kYes) {
    if (lo < 0 && 0 < hi && !std::isfinite(lo)) return 0.0;
    if (!std::isfinite(lo) && std::isfinite(hi)) {
      const double value = std::ceil(hi) - 1;
      if (Inside(value, lo, hi)) return value + 0.0;
    }
    return PickLeast(lo, hi, whole);
  }
  const double base = std::isfinite(lo) ? lo : std::isfinite(hi) ? hi - 1 : 0;
  for (double scale = 2; scale <= 1e9; scale *= scale == 2 ? 5 : 10) {
    const double value = (std::floor(base * scale) + 1) / scale;
    if (Inside(value, lo, hi) && !IsWhole(value)) return value;
    const double next = (std::floor(base * scale) + 2) / scale;
    if (Inside(next, lo, hi) && !IsWhole(next)) return next;
  }
  return PickLeast(lo, hi, whole);
}

std::optional<double> PickAny(double lo, double hi) {
  if (const auto whole = Pick(lo, hi, Whole::kYes)) return whole;
  if (const auto fraction = Pick(lo, hi, Whole::kNo)) return fraction;
  return PickLeast(lo, hi, std::nullopt);
}

}  // namespace polc::verifier
