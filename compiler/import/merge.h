// Rules that several tools share.
#ifndef POLC_COMPILER_IMPORT_MERGE_H_
#define POLC_COMPILER_IMPORT_MERGE_H_

#include <variant>
#include <vector>

#include "compiler/import/plan.h"

namespace polc::import {

/// Makes one of equal rules of different tools, and of equal limits one that
/// counts each tool by itself. Which rule of a tool is tried first stays the
/// same, so that each call is denied for the reason it was denied for.
void MergeTools(std::vector<std::variant<Rule, Limit>>* items);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_MERGE_H_
