// Where a schema accepts more than it did: what an argument could not be when
// a policy was written, and can be now.
#ifndef POLC_COMPILER_SCAN_WIDENED_H_
#define POLC_COMPILER_SCAN_WIDENED_H_

#include <string>
#include <vector>

#include "compiler/catalog/catalog.h"

namespace polc::scan {

struct Widening {
  std::string path;  // "args.mode"
  std::string what;  // "accepts `wipe` now"
};

/// Keyword by keyword, as far as the catalog's reading enforces them. Schemas
/// that say the same in other keywords may be reported; one that accepts more
/// by a keyword that is read is never missed, but inside `allOf`, `anyOf`,
/// `oneOf` and `not`, which are compared as a whole.
std::vector<Widening> FindWidenings(const catalog::Schema& before,
                                    const catalog::Schema& after);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_WIDENED_H_
