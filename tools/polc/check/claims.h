// What the servers of a set say of their tools, for the verifier.
#ifndef POLC_TOOLS_POLC_CHECK_CLAIMS_H_
#define POLC_TOOLS_POLC_CHECK_CLAIMS_H_

#include <string>
#include <vector>

#include "compiler/driver/session.h"
#include "verifier/verify.h"

namespace polc::tool {

/// Of every tool of the catalogs that policies of the set name: the class of
/// risk that `polc scan` would give it (or the operator has, in
/// `_meta["dev.polc/class"]`), and whether it is another tool's other name.
std::vector<verifier::ToolClaim> ClaimsOf(const driver::Session& session);

/// Whether an operation of this name only reads.
bool OnlyReads(const std::string& operation);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_CLAIMS_H_
