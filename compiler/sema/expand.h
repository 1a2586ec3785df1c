// Substitution of predicates.
#ifndef POLC_COMPILER_SEMA_EXPAND_H_
#define POLC_COMPILER_SEMA_EXPAND_H_

#include <optional>

#include "compiler/ast/ast.h"
#include "compiler/sema/sema.h"

namespace polc::sema {

/// True if `expr` calls a predicate anywhere.
bool CallsPredicate(const ast::Expr& expr);

/// `expr` with each call of a predicate replaced by a call node (ref
/// kPredicate, `number` 1, the caller's range) whose only operand is the
/// predicate's body with the arguments in place of the parameters. Names keep
/// the meaning they had where they were written, so substitution is hygienic.
/// Empty if the result would be out of all proportion. `expr` must be resolved
/// without errors.
std::optional<ast::Expr> Expand(const Program& program, const ast::Expr& expr);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_EXPAND_H_
