#include "compiler/codegen/intervals.h"

#include <cmath>
#include <limits>

namespace polc::codegen {

std::vector<ir::Interval> Closed(const std::vector<ir::Interval>& intervals) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<ir::Interval> closed;
  for (const ir::Interval& from : intervals) {
    ir::Interval to;
    to.lo = from.lo_open ? std::nextafter(from.lo, kInfinity) : from.lo;
    to.hi = from.hi_open ? std::nextafter(from.hi, -kInfinity) : from.hi;
    if (to.lo <= to.hi) closed.push_back(to);
  }
  return closed;
}

}  // namespace polc::codegen
