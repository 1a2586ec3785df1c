// `polc check --mutate`: what the assertions and tests of a set would not
// notice. A rule that can go, or say the opposite, with all of them content is
// held by nothing but its own text.
#ifndef POLC_TOOLS_POLC_CHECK_MUTATE_H_
#define POLC_TOOLS_POLC_CHECK_MUTATE_H_

#include "tools/polc/check/examine.h"

namespace polc::tool {

/// Tries each rule of a verified set without itself, without its condition and
/// with another effect, and reports what survives as `surviving-mutant`. Rules
/// that were reported as dead or redundant are left out: their mutants mean
/// the same; so is everything where a set that it is asserted to be the same as
/// does not compile. `set` is what was examined.
void Mutate(const driver::SetOptions& set, Examined* examined);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_MUTATE_H_
