// Exact decimals for what limits count: units of 10^-9, magnitude below 10^15.
// A number of a request is the shortest decimal that reads back to its double;
// if that needs more than nine places or is too large it has no value here. It
// is never rounded, or a cost could be made to vanish.
#ifndef POLC_RUNTIME_DECIMAL_H_
#define POLC_RUNTIME_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polc::runtime {

class Decimal {
 public:
  using Units = __int128;
  static constexpr int64_t kUnit = 1'000'000'000;
  /// Exclusive bound of the magnitude.
  static constexpr Units kBound = Units{kUnit} * 1'000'000'000'000'000;

  constexpr Decimal() = default;
  static std::optional<Decimal> OfDouble(double value);
  static std::optional<Decimal> OfUnits(Units units);
  /// "12", "-0.25": digits, at most nine places, no exponent.
  static std::optional<Decimal> OfText(std::string_view text);

  Units units() const { return units_; }
  /// No exponent, no trailing zeros.
  std::string ToString() const;

  constexpr auto operator<=>(const Decimal&) const = default;

 private:
  constexpr explicit Decimal(Units units) : units_(units) {}
  Units units_ = 0;
};

/// Empty if the result is out of range or needs more than nine places.
std::optional<Decimal> Add(Decimal a, Decimal b);
std::optional<Decimal> Multiply(Decimal a, Decimal b);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_DECIMAL_H_
