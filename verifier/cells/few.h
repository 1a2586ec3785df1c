// Questions that speak of few parts of a request, and of requests whether the
// schema accepts them or not: why a guard is never true is one. Listed are only
// the parts that the question speaks of, told apart by nothing but what it
// speaks of.
#ifndef POLC_VERIFIER_CELLS_FEW_H_
#define POLC_VERIFIER_CELLS_FEW_H_

#include <vector>

#include "verifier/cells/cells.h"

namespace polc::verifier {

/// Is there a request of the slice, accepted or not, for which all of `asked`
/// hold? As Cells::Ask, without a cell.
Cells::Answer AskOfFew(const Space& space, const std::vector<smt::Bool>& asked);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CELLS_FEW_H_
