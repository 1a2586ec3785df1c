// Two examined sets held against each other: `polc diff` and `polc review`.
#ifndef POLC_TOOLS_POLC_DIFF_COMPARE_SETS_H_
#define POLC_TOOLS_POLC_DIFF_COMPARE_SETS_H_

#include <string>

#include "tools/polc/check/examine.h"
#include "verifier/diff/compare.h"

namespace polc::tool {

/// Both have compiled; `before` null: there was no policy, and so no request
/// was permitted. Differences go to `diags`, with places in files of `after`.
verifier::DiffReport CompareSets(const Examined* before, const Examined& after,
                                 diag::Diagnostics* diags);

/// One line for people.
std::string VerdictOf(const verifier::DiffReport& report, size_t differences);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_DIFF_COMPARE_SETS_H_
