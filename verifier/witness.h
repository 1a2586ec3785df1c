// Requests for people and for replay, from what the solver found: the shape of
// docs/contracts' "Requests and decisions as JSON", deterministic to the byte.
#ifndef POLC_VERIFIER_WITNESS_H_
#define POLC_VERIFIER_WITNESS_H_

#include <string>

#include "compiler/eval/eval.h"
#include "verifier/encode/search.h"

namespace polc::verifier {

/// The request that `assignment` describes. What no condition looks at has its
/// default.
eval::Request MakeRequest(const Space& space, const Assignment& assignment,
                          int64_t now);

/// One line of JSON: server, method, target, args, caller, session, in this
/// order; members that have their default are left out of `caller`, and the
/// time if it is 0.
std::string RequestJson(const eval::Request& request);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_WITNESS_H_
