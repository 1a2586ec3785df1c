// `polc check --fix`: what can be put right without a person's judgement.
#ifndef POLC_TOOLS_POLC_CHECK_FIX_H_
#define POLC_TOOLS_POLC_CHECK_FIX_H_

#include "compiler/driver/set.h"

namespace polc::tool {

/// Applies the fixes that diagnostics carry (a misspelled name) to the set's
/// own files, and takes rules out that never decide, if that is proved to
/// change no decision. A file in the canonical layout stays in it. Says on
/// stderr what was done, and what was not and why. Returns kOk, or kCannotRun
/// if a file cannot be written.
int ApplyFixes(const driver::SetOptions& set);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_FIX_H_
