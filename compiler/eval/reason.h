// The words of a decision. Internal to the evaluator.
#ifndef POLC_COMPILER_EVAL_REASON_H_
#define POLC_COMPILER_EVAL_REASON_H_

#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/evaluator.h"

namespace polc::eval {

/// What a reader may see of a text that came with the request: at most 120
/// code points of it (then "..."), nothing in it that moves or hides text.
std::string Escaped(std::string_view text);

/// The rule's own reason, its fields filled in; those at or below one of
/// `redacted`, or that hold one of them, show as "(redacted)".
std::string WrittenReason(const ir::Module& module, const Evaluator& evaluator,
                          const ir::Rule& rule,
                          const std::vector<ir::FieldId>& redacted);

/// "rule `ecs.writes` could not be decided: `args.amount` is missing or of the
/// wrong type"; `what` is "rule", "limit" or "mark".
std::string ErrorReason(const ir::Module& module, std::string_view what,
                        std::string_view name, ir::FieldId field);

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_REASON_H_
