#include "runtime/decimal.h"

#include <charconv>
#include <cmath>

namespace polc::runtime {
namespace {

constexpr int kPlaces = 9;

/// Digits with an optional point, times ten to the `exponent`.
std::optional<Decimal> OfDigits(std::string_view digits, int exponent,
                                bool negative) {
  Decimal::Units units = 0;
  int places = 0;
  bool after_point = false;
  bool any = false;
  for (const char c : digits) {
    if (c == '.' && !after_point && any) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    units = units * 10 + (c - '0');
    if (units >= Decimal::kBound) return std::nullopt;
    places += after_point;
  }
  if (!any || digits.back() == '.') return std::nullopt;
  int shift = exponent - places + kPlaces;
  if (units == 0) return Decimal();
  for (; shift < 0; ++shift) {
    if (units % 10 != 0) return std::nullopt;
    units /= 10;
  }
  for (; shift > 0; --shift) {
    units *= 10;
    if (units >= Decimal::kBound) return std::nullopt;
  }
  return Decimal::OfUnits(negative ? -units : units);
}

}  // namespace

std::optional<Decimal> Decimal::OfUnits(Units units) {
  if (units >= kBound || units <= -kBound) return std::nullopt;
  return Decimal(units);
}

std::optional<Decimal> Decimal::OfText(std::string_view text) {
  const bool negative = text.starts_with('-');
  return OfDigits(text.substr(negative ? 1 : 0), 0, negative);
}

std::optional<Decimal> Decimal::OfDouble(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  // The shortest digits that read back, as [-]d.ddde[+-]xx.
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t e = text.find('e');
  const char* exponent_text = text.data() + e + 1;
  if (*exponent_text == '+') ++exponent_text;
  int exponent = 0;
  std::from_chars(exponent_text, text.data() + text.size(), exponent);
  return OfDigits(text.substr(0, e), exponent, negative);
}

std::string Decimal::ToString() const {
  const bool negative = units_ < 0;
  const Units magnitude = negative ? -units_ : units_;
  std::string out = negative ? "-" : "";
  out += std::to_string(static_cast<int64_t>(magnitude / kUnit));
  std::string places =
      std::to_string(static_cast<int64_t>(magnitude % kUnit) + kUnit);
  places.front() = '.';
  places.erase(places.find_last_not_of('0') + 1);
  return places == "." ? out : out + places;
}

std::optional<Decimal> Add(Decimal a, Decimal b) {
  return Decimal::OfUnits(a.units() + b.units());
}

std::optional<Decimal> Multiply(Decimal a, Decimal b) {
  // The product in units of 10^-18 can pass 2^127: split one factor.
  const Decimal::Units whole = b.units() / Decimal::kUnit;
  const Decimal::Units part = b.units() % Decimal::kUnit;
  Decimal::Units high = 0;
  Decimal::Units low = 0;
  if (__builtin_mul_overflow(a.units(), whole, &high) ||
      __builtin_mul_overflow(a.units(), part, &low) ||
      low % Decimal::kUnit != 0) {
    return std::nullopt;
  }
  // Neither term can overflow a sum: both are far below 2^126 if the product
  // is in range, and out of range otherwise.
  Decimal::Units sum = 0;
  if (__builtin_add_overflow(high, low / Decimal::kUnit, &sum)) {
    return std::nullopt;
  }
  return Decimal::OfUnits(sum);
}

}  // namespace polc::runtime
