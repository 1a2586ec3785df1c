// `@suppress("check", "why")` before a declaration: the findings of one check
// inside that declaration are not reported. A suppression that silences
// nothing is itself reported, so that none outlives its reason.
#ifndef POLC_COMPILER_DRIVER_SUPPRESS_H_
#define POLC_COMPILER_DRIVER_SUPPRESS_H_

#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"

namespace polc::driver {

struct Suppression {
  diag::Kind kind = diag::Kind::kUnknown;
  source::Range written;      // the check's name
  source::Range declaration;  // where it silences
  bool used = false;
};

/// Those of checks that can be silenced; checking reports the others.
std::vector<Suppression> SuppressionsOf(
    const std::vector<sema::LoadedFile>& files);

/// Drops what is silenced. To be called before places are moved to other
/// texts, as often as there are new diagnostics.
void Suppress(std::vector<Suppression>* suppressions, diag::Diagnostics* diags);

/// Reports those that no call of Suppress had a use for, once every check has
/// run.
void ReportUnused(const std::vector<Suppression>& suppressions,
                  diag::Diagnostics* diags);

}  // namespace polc::driver

#endif  // POLC_COMPILER_DRIVER_SUPPRESS_H_
