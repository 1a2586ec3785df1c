// Exact decimals for amounts: counted in units of 10^-9, magnitude below
// 10^15. A number of a request is the shortest decimal that reads back to its
// double; if that needs more than nine places or is too large it has no value
// here, and the one who reads it gets an error, never a rounded amount.
#ifndef POLC_COMPILER_SUPPORT_DECIMAL_H_
#define POLC_COMPILER_SUPPORT_DECIMAL_H_

#include <compare>
#include <optional>
#include <string>

namespace polc {

class Decimal {
 public:
  using Units = __int128;
  static constexpr int kPlaces = 9;
  static constexpr Units kUnit = 1'000'000'000;
  /// Exclusive bound of the magnitude.
  static constexpr Units kBound = kUnit * 1'000'000'000'000'000;

  constexpr Decimal() = default;
  static constexpr Decimal OfInteger(long long n) {
    return Decimal(static_cast<Units>(n) * kUnit);
  }
  /// Empty if the number is out of range or needs more than nine places.
  static std::optional<Decimal> OfDouble(double value);
  /// Empty if `units` is out of range.
  static std::optional<Decimal> OfUnits(Units units);

  constexpr Units units() const { return units_; }
  /// "12", "0.99", "-3.5": no exponent, no trailing zeros.
  std::string ToString() const;

  constexpr auto operator<=>(const Decimal&) const = default;

 private:
  constexpr explicit Decimal(Units units) : units_(units) {}
  Units units_ = 0;
};

/// Where a finite double lies among the decimals: `floor` is the greatest
/// number of units not above its shortest decimal (the bound itself past the
/// range), and `exact` says whether it is that number.
struct DecimalPlace {
  Decimal::Units floor = 0;
  bool exact = true;
};
DecimalPlace PlaceOf(double value);

/// Empty if the result is out of range or (for a product) not exact.
std::optional<Decimal> Add(Decimal a, Decimal b);
std::optional<Decimal> Multiply(Decimal a, Decimal b);

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_DECIMAL_H_
