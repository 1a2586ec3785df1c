// The check `unanchored-regex`: an expression that permits where it is found,
// and could be found anywhere.
#ifndef POLC_COMPILER_SEMA_UNANCHORED_H_
#define POLC_COMPILER_SEMA_UNANCHORED_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Warns of each `finds` that permits (in an allow or ask, or negated in a
/// deny) and whose expression names neither end of the text: `finds "/safe/"`
/// is true of `/etc/shadow#/safe/`. Every condition must be checked.
void CheckUnanchored(Context* context);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_UNANCHORED_H_
