// What changed in a server's offer since a catalog was saved, and which rules
// of a policy each change concerns.
#ifndef POLC_COMPILER_SCAN_CHANGES_H_
#define POLC_COMPILER_SCAN_CHANGES_H_

#include <functional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/scan/inspect.h"
#include "compiler/scan/offer.h"

namespace polc::scan {

/// The rules, limits and marks whose target covers a tool, by name; empty
/// function: no policy is known.
using RulesOf =
    std::function<std::vector<std::string>(const std::string& tool)>;

struct Change {
  const Offer& before;
  const Offer& after;
  const Written& old_catalog;
  const Written& new_catalog;
};

/// Reports every change at its place in the new catalog (what is gone, in the
/// old one). Returns how many entries were added, removed or changed.
size_t ReportChanges(const Change& change, const RulesOf& rules_of,
                     diag::Diagnostics* diags);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_CHANGES_H_
