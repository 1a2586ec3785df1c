// Sets of numbers with both ends inside. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INTERVALS_H_
#define POLC_COMPILER_CODEGEN_INTERVALS_H_

#include <vector>

#include "compiler/ir/ir.h"

namespace polc::codegen {

/// The same set with both ends inside, which doubles allow: an open end is the
/// next double. Sets that thereby become empty are left out.
std::vector<ir::Interval> Closed(const std::vector<ir::Interval>& intervals);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INTERVALS_H_
