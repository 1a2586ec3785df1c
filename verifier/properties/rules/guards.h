// Guards looked into: with a part of another value, and part by part.
#ifndef POLC_VERIFIER_PROPERTIES_RULES_GUARDS_H_
#define POLC_VERIFIER_PROPERTIES_RULES_GUARDS_H_

#include <functional>
#include <vector>

#include "verifier/properties/run.h"

namespace polc::verifier {

/// `cond` if `part`, wherever it stands in it outside of quantifiers, had the
/// value `instead`.
Tri EncodeWith(const ir::Module& module, SliceModel* model, ir::CondId cond,
               ir::CondId part, Tri instead);

/// Sees each test, comparison and quantifier of `cond` that the slice leaves
/// open, once for each place that it stands at; `positive` if the condition
/// can become true with it, and not false.
using Visitor = std::function<void(ir::CondId, bool positive)>;
void VisitLeaves(const ir::Module& module, SliceModel* model, ir::CondId cond,
                 const Visitor& visit);

/// What FindDecided asks for: the rule is its policy's vote, an allow decides.
std::vector<smt::Bool> DecidesAsked(const ir::Module& module, SliceModel* model,
                                    ir::RuleId rule);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_RULES_GUARDS_H_
