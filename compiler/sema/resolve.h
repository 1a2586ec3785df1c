// What the names inside expressions stand for.
#ifndef POLC_COMPILER_SEMA_RESOLVE_H_
#define POLC_COMPILER_SEMA_RESOLVE_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Sets `ref` and `symbol` of every path and call of the program, checks that
/// calls have as many arguments as they need, and that no predicate calls
/// itself, however indirectly.
void ResolveExpressions(Context* context);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_RESOLVE_H_
