// A number of a request, to compare: a decimal, or a double that nothing was
// done to and that may be no decimal.
#ifndef POLC_RUNTIME_TERMS_NUMBER_H_
#define POLC_RUNTIME_TERMS_NUMBER_H_

#include <optional>

#include "runtime/decimal.h"

namespace polc::runtime {

class Number {
 public:
  /// Indeterminate: an array of numbers costs nothing.
  Number() = default;
  explicit Number(Decimal value)
      : floor_(value.units()),
        is_exact_(true),
        is_written_(false),
        written_(0) {}
  /// `written` is not NaN.
  explicit Number(double written);

  /// What arithmetic can be done with; empty if it is out of range.
  std::optional<Decimal> decimal() const {
    return is_exact_ ? Decimal::OfUnits(floor_) : std::nullopt;
  }
  /// Below 0, 0 or above it, as this number is less than, equal to or greater
  /// than the other. Exact.
  int Compare(const Number& other) const;

 private:
  Decimal::Units floor_;  // the greatest decimal not above it, in units
  bool is_exact_;         // it is that decimal
  bool is_written_;
  double written_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_TERMS_NUMBER_H_
