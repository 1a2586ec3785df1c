// How many calls a counter of Intercept's lets through: its conditions read
// the counter before each call, and a call that goes through adds to it.
#ifndef POLC_COMPILER_IMPORT_COUNTER_H_
#define POLC_COMPILER_IMPORT_COUNTER_H_

#include "compiler/import/reader.h"

namespace polc::import {

/// Which of the calls, counted from 0, is the first for which the condition
/// fails, where each adds `step` (not 0) to a counter that begins at 0.
/// Infinity: none.
double FirstFailure(const Test& test, double step);

/// What `lt` and `lte` let a counter become, in whole numbers.
double UpperBound(const Test& test);

bool IsUpperBound(const Test& test);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_COUNTER_H_
