// Types of expressions.
#ifndef POLC_COMPILER_SEMA_TYPES_H_
#define POLC_COMPILER_SEMA_TYPES_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Types a resolved condition in place and reports what cannot be meant:
/// operators on the wrong types, right sides that are no constants, patterns
/// that do not parse, constructs that are not built. Then does the same for
/// the condition with its predicates substituted, so that what is wrong only
/// for these arguments is reported at the call. True if nothing was.
bool CheckCondition(Context* context, ast::Expr* condition);

/// Types a predicate's body, whose parameters may be anything.
bool CheckPredicateBody(Context* context, ast::Expr* body);

/// Types a path by itself (a key, `redact`, a reason): it must be one of the
/// request.
bool CheckPath(Context* context, ast::Expr* path);

/// Types the `cost` of a limit: an expression for a number.
bool CheckCost(Context* context, ast::Expr* cost);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_TYPES_H_
