// `polc check --paranoid`: what was compiled is held to the IR by proof.
#ifndef POLC_TOOLS_POLC_CHECK_PARANOID_H_
#define POLC_TOOLS_POLC_CHECK_PARANOID_H_

#include <string>

#include "compiler/support/result.h"
#include "tools/polc/check/examine.h"

namespace polc::tool {

/// Proves that the tables of the set's native code say what its IR says, and
/// those of the compiled policies in the file `library`, if that is not empty.
/// What stays open goes to the set's diagnostics. Returns a line for people;
/// the error is one of the file's. Tables that say something else are a bug of
/// ours: the program ends with exit code 70.
Result<std::string> ProveNative(const std::string& library, Examined* examined);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_PARANOID_H_
