// Tests between values: what each operator asks of its left side.
#ifndef POLC_COMPILER_LOWER_COMPARISONS_H_
#define POLC_COMPILER_LOWER_COMPARISONS_H_

#include "compiler/lower/lowering.h"

namespace polc::lower {

/// `==` and the orders. `!=` is the caller's `not`.
ir::CondId LowerComparison(Lowering* lowering, const ast::Expr& expr);
/// `in`, without its negation.
ir::CondId LowerMembership(Lowering* lowering, const ast::Expr& expr);
/// like, matches, finds, starts with, ends with, contains, under.
ir::CondId LowerStringTest(Lowering* lowering, const ast::Expr& expr);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_COMPARISONS_H_
