// A plan as Pol that reads as a person would have written it: equal rules of
// several tools are one, lists and conditions that repeat get a name, and the
// formatter lays it out.
#ifndef POLC_COMPILER_IMPORT_WRITE_H_
#define POLC_COMPILER_IMPORT_WRITE_H_

#include <string>

#include "compiler/diag/diag.h"
#include "compiler/import/import.h"
#include "compiler/import/plan.h"

namespace polc::import {

/// The policy is named after `path`. Reports each remark of the plan where it
/// stands in the user's file.
Translation Write(Plan plan, const std::string& path, diag::Diagnostics* diags);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_WRITE_H_
