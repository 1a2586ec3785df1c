// Conditions in words close to the language's own, for notes: what a rule asks
// for, after classes and predicates were substituted.
#ifndef POLC_VERIFIER_PROPERTIES_DESCRIBE_H_
#define POLC_VERIFIER_PROPERTIES_DESCRIBE_H_

#include <string>

#include "compiler/ir/ir.h"

namespace polc::verifier {

/// At most some 120 bytes; what is longer ends in "...".
std::string DescribeCond(const ir::Module& module, ir::CondId cond);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_DESCRIBE_H_
