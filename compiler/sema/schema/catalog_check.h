// Policies held against the catalogs of their servers.
#ifndef POLC_COMPILER_SEMA_SCHEMA_CATALOG_CHECK_H_
#define POLC_COMPILER_SEMA_SCHEMA_CATALOG_CHECK_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Reports tools that no catalog of the policy has, arguments that no selected
/// tool takes, values that none can have, arguments that may be absent where
/// that was not thought of, and defaults that are not the server's.
void CheckAgainstCatalogs(Context* context);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_SCHEMA_CATALOG_CHECK_H_
