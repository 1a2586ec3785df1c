// `assert ... same as`: the sets that a set's assertions name, read beside it.
#ifndef POLC_TOOLS_POLC_CHECK_SAME_H_
#define POLC_TOOLS_POLC_CHECK_SAME_H_

#include "tools/polc/check/examine.h"

namespace polc::tool {

/// The set that `same`, of `session`, names, read with the options of its own;
/// it need not compile.
Examined CompileOther(const driver::SetOptions& set,
                      const driver::Session& session, const ir::Same& same);

/// Compares a compiled set with each set that it is asserted to be the same as,
/// read with the same options. Findings and counts go to `examined`; a set that
/// does not compile is an error at the assertion.
void CheckSames(const driver::SetOptions& set, const ExamineOptions& options,
                Examined* examined);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_SAME_H_
