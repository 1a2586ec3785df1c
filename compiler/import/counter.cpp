#include "compiler/import/counter.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polc::import {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// A counter is a number; text that spells one is equal to it.
bool IsValue(const Scalar& value, double counter) {
  if (value.is_number()) return value.number == counter;
  return value.type == Scalar::Type::kText &&
         LooksLike(value.text) == Scalar::Type::kInt &&
         std::strtod(value.text.c_str(), nullptr) == counter;
}

bool IsAny(const Test& test, double counter) {
  return std::any_of(
      test.values.begin(), test.values.end(),
      [counter](const Scalar& value) { return IsValue(value, counter); });
}

// The first call that finds one of the values.
double FirstEqual(const Test& test, double step) {
  double first = kNever;
  for (const Scalar& value : test.values) {
    const double number = value.is_number()
                              ? value.number
                              : std::strtod(value.text.c_str(), nullptr);
    const double call = number / step;
    if (call >= 0 && call == std::floor(call) && IsValue(value, number)) {
      first = std::min(first, call);
    }
  }
  return first;
}

double FirstUnequal(const Test& test, double step) {
  double call = 0;
  while (IsAny(test, call * step)) ++call;
  return call;
}

}  // namespace

double FirstFailure(const Test& test, double step) {
  const double bound = test.values.empty() ? 0 : test.values[0].number;
  const bool up = step > 0;
  switch (test.op) {
    case Op::kLt:
      return 0 >= bound ? 0 : up ? std::ceil(bound / step) : kNever;
    case Op::kLte:
      return 0 > bound ? 0 : up ? std::floor(bound / step) + 1 : kNever;
    case Op::kGt:
      return 0 <= bound ? 0 : up ? kNever : std::ceil(bound / step);
    case Op::kGte:
      return 0 < bound ? 0 : up ? kNever : std::floor(bound / step) + 1;
    case Op::kEq:
    case Op::kIn:
      return FirstUnequal(test, step);
    case Op::kNeq:
    case Op::kNotIn:
      return FirstEqual(test, step);
    case Op::kExists:
      return kNever;
    default:
      // A counter is never absent, no text and no list.
      return 0;
  }
}

bool IsUpperBound(const Test& test) {
  return test.op == Op::kLt || test.op == Op::kLte;
}

double UpperBound(const Test& test) {
  const double bound = std::trunc(test.values[0].number);
  return test.op == Op::kLt ? bound - 1 : bound;
}

}  // namespace polc::import
