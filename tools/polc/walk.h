// Why a request is decided as it is: the walk through each policy's rules.
#ifndef POLC_TOOLS_POLC_WALK_H_
#define POLC_TOOLS_POLC_WALK_H_

#include <string>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"

namespace polc::tool {

/// One object on one line, as docs/working.md describes it: for each policy of
/// the request's server the rules that were tried, with the operands that
/// decided each, what the policy votes, and the rule that would have decided
/// without the one that did.
std::string WalkJson(const ir::Module& module, const eval::Request& request);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_WALK_H_
