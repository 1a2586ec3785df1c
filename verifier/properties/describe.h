// Conditions in words close to the language's own, for notes: what a rule asks
// for, after classes and predicates were substituted.
#ifndef POLC_VERIFIER_PROPERTIES_DESCRIBE_H_
#define POLC_VERIFIER_PROPERTIES_DESCRIBE_H_

#include <span>
#include <string>

#include "compiler/ir/ir.h"

namespace polc::verifier {

/// `in {"a", "b"} or like "c*"`: a union as one writes it behind a field. Of
/// more than six members the first are named, and how many there are.
std::string DescribeUnion(const ir::Module& module,
                          std::span<const ir::LangId> languages,
                          std::span<const std::string> texts);

/// At most some 240 bytes; what is longer ends in "...".
std::string DescribeCond(const ir::Module& module, ir::CondId cond);

/// That a test has this verdict: `x > 1` for a false `x <= 1`.
std::string DescribeVerdict(const ir::Module& module, ir::CondId cond,
                            ir::Verdict verdict);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_DESCRIBE_H_
