// The values of `set` declarations.
#ifndef POLC_COMPILER_SEMA_SET_VALUES_H_
#define POLC_COMPILER_SEMA_SET_VALUES_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Computes Program::set_values; reports mixed sets, sets defined by
/// themselves and sets that are too large.
void ComputeSets(Context* context);

/// Reports members of a set literal that are no strings or numbers, or of both
/// types. True if there was nothing to report.
bool CheckSetLiteral(Context* context, const ast::Expr& set);

/// Reports a number literal that no double stands for exactly.
bool CheckNumber(Context* context, const ast::Expr& number);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_SET_VALUES_H_
