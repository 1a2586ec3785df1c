// Only policies with a catalog are checked.
#include "compiler/sema/catalog_check.h"

namespace polc::sema {

void CheckAgainstCatalogs(Context* context) { (void)context; }

}  // namespace polc::sema
