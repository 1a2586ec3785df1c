// What a plan says without effect.
#ifndef POLC_COMPILER_IMPORT_PRUNE_H_
#define POLC_COMPILER_IMPORT_PRUNE_H_

#include "compiler/import/plan.h"

namespace polc::import {

/// Leaves out tools that no call can name, and remarks on it; and does not
/// allow what a rule denies whatever the arguments are. Comments stay.
void Prune(Plan* plan);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_PRUNE_H_
