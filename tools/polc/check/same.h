// `assert ... same as`: the sets that a set's assertions name, read beside it.
#ifndef POLC_TOOLS_POLC_CHECK_SAME_H_
#define POLC_TOOLS_POLC_CHECK_SAME_H_

#include "tools/polc/check/examine.h"

namespace polc::tool {

/// Compares a compiled set with each set that it is asserted to be the same as,
/// read with the same options. Findings and counts go to `examined`; a set that
/// does not compile is an error at the assertion.
void CheckSames(const driver::SetOptions& set, const ExamineOptions& options,
                Examined* examined);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_SAME_H_
