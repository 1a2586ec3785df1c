#include "runtime/terms/number.h"

#include <charconv>

namespace polc::runtime {
namespace {

template <typename T>
int Order(T a, T b) {
  return (a > b) - (a < b);
}

/// Of a finite double below 10^15 that is no decimal: its digits from the
/// ninth place on are cut off.
Decimal::Units Floor(double value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 std::chars_format::scientific);
  const char* at = buffer + (value < 0 ? 1 : 0);
  const char* e = at;
  while (*e != 'e') ++e;
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end.ptr, exponent);
  constexpr int kPlaces = 9;
  Decimal::Units units = 0;
  int left = exponent + kPlaces + 1;  // digits that count
  for (; at != e && left > 0; ++at) {
    if (*at == '.') continue;
    units = units * 10 + (*at - '0');
    --left;
  }
  return value < 0 ? -units - 1 : units;
}

}  // namespace

Number::Number(double written)
    : floor_(0), is_exact_(true), is_written_(true), written_(written) {
  constexpr double kBound = 1e15;
  if (const auto decimal = Decimal::OfDouble(written)) {
    floor_ = decimal->units();
    return;
  }
  is_exact_ = false;
  if (written >= kBound) {
    floor_ = Decimal::kBound;
  } else if (written <= -kBound) {
    floor_ = -Decimal::kBound;
  } else {
    floor_ = Floor(written);
  }
}

int Number::Compare(const Number& other) const {
  if (is_written_ && other.is_written_) return Order(written_, other.written_);
  if (floor_ != other.floor_) return Order(floor_, other.floor_);
  // One of the two is a decimal; one that is none lies above its floor.
  return Order<int>(!is_exact_, !other.is_exact_);
}

}  // namespace polc::runtime
