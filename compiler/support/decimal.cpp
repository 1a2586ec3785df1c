#include "compiler/support/decimal.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace polc {
namespace {

Decimal::Units Magnitude(Decimal::Units n) { return n < 0 ? -n : n; }

}  // namespace

std::optional<Decimal> Decimal::OfUnits(Units units) {
  if (Magnitude(units) >= kBound) return std::nullopt;
  return Decimal(units);
}

std::optional<Decimal> Decimal::OfDouble(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  // The shortest digits that read back, as d.ddde[+-]xx.
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  Units digits = 0;
  int places = 0;
  bool after_point = false;
  for (const char c : text.substr(0, e)) {
    if (c == '.') {
      after_point = true;
    } else if (c != '-') {
      digits = digits * 10 + (c - '0');
      places += after_point;
    }
  }
  int scale = exponent - places + kPlaces;
  if (digits == 0) return Decimal(0);
  if (scale < 0 || scale > 24) return std::nullopt;
  for (; scale > 0; --scale) {
    if (digits >= kBound) return std::nullopt;
    digits *= 10;
  }
  return OfUnits(text[0] == '-' ? -digits : digits);
}

std::string Decimal::ToString() const {
  Units rest = Magnitude(units_);
  std::string fraction;
  for (int i = 0; i < kPlaces; ++i) {
    fraction.insert(fraction.begin(), static_cast<char>('0' + rest % 10));
    rest /= 10;
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  std::string whole = std::to_string(static_cast<long long>(rest));
  return (units_ < 0 ? "-" : "") + whole +
         (fraction.empty() ? "" : "." + fraction);
}

DecimalPlace PlaceOf(double value) {
  if (const auto exact = Decimal::OfDouble(value)) {
    return {exact->units(), true};
  }
  constexpr double kBound = 1e15;
  if (value >= kBound) return {Decimal::kBound, false};
  if (value <= -kBound) return {-Decimal::kBound, false};
  // More than nine places: d.ddd with a negative exponent of the last digit.
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  int scale =
      std::atoi(std::string(text.substr(e + 1)).c_str()) + Decimal::kPlaces;
  Decimal::Units units = 0;
  for (const char c : text.substr(0, e)) {
    if (c < '0' || c > '9') continue;
    // Digits before the ninth place count, the others are cut off.
    if (scale >= 0) units = units * 10 + (c - '0');
    --scale;
  }
  return {value < 0 ? -units - 1 : units, false};
}

std::optional<Decimal> Add(Decimal a, Decimal b) {
  return Decimal::OfUnits(a.units() + b.units());
}

std::optional<Decimal> Multiply(Decimal a, Decimal b) {
  // |a * b| in units of 10^-18 can pass 2^127: split one factor.
  const Decimal::Units whole = b.units() / Decimal::kUnit;
  const Decimal::Units part = b.units() % Decimal::kUnit;
  Decimal::Units high = 0;
  if (__builtin_mul_overflow(a.units(), whole, &high)) return std::nullopt;
  Decimal::Units low = 0;
  if (__builtin_mul_overflow(a.units(), part, &low)) return std::nullopt;
  if (low % Decimal::kUnit != 0) return std::nullopt;
  return Decimal::OfUnits(high + low / Decimal::kUnit);
}

}  // namespace polc
