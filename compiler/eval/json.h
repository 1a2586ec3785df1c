// Requests and decisions in the contract's JSON shapes: what `polc eval`
// reads and prints, what a witness is, and what the engines are compared by.
#ifndef POLC_COMPILER_EVAL_JSON_H_
#define POLC_COMPILER_EVAL_JSON_H_

#include <string>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"

namespace polc::eval {

/// On one line, members in their order.
std::string ValueJson(const Value& value);

/// `{"server": ..., "method": ..., "tool": ..., "args": {...}, "caller": ...,
/// "session": ..., "marks": ..., "now": ...}` on one line; what is absent is
/// left out.
std::string RequestJson(const Request& request);

/// {"decision", "by", "rule", "reason", "charges", "retry_after", "marks"} on
/// one line. `rule` names the rule, or the limit if `by` is `limit`; null if
/// there is none.
std::string DecisionJson(const ir::Module& module, const Decision& decision);

/// RFC 3339, UTC, whole seconds: "2026-01-15T10:30:00Z".
std::string InstantText(int64_t unix_seconds);

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_JSON_H_
