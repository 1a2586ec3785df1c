// How many kinds of requests there are where the schema ties the arguments that
// are counted to what Kinds does not list (two values compared, the elements of
// a list): each is asked for.
#ifndef POLC_VERIFIER_PROPERTIES_RULES_ASKED_KINDS_H_
#define POLC_VERIFIER_PROPERTIES_RULES_ASKED_KINDS_H_

#include <vector>

#include "verifier/cells/kinds.h"
#include "verifier/properties/run.h"

namespace polc::verifier {

/// As Kinds::Of, of the requests of the slice that are accepted; kTooMany also
/// where the solver gives up.
Kinds::Count AskForKinds(SliceModel* model,
                         const std::vector<const Node*>& fields,
                         smt::Bool matches, smt::Bool taken);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_RULES_ASKED_KINDS_H_
