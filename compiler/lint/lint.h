// What the text of a policy shows by itself: legal, and likely not what was
// meant. What takes a proof is the verifier's.
#ifndef POLC_COMPILER_LINT_LINT_H_
#define POLC_COMPILER_LINT_LINT_H_

#include <set>

#include "compiler/diag/diag.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"

namespace polc::lint {

/// What the checks read.
struct Input {
  const source::Files& files;
  const sema::Program& program;
  /// Texts that were made from a file of another format, which has no word for
  /// a policy's servers.
  std::set<source::FileId> imported;
  diag::Diagnostics* diags;
};

/// Reports open-policy, agent-chosen-key and raw-path. The library's own
/// modules are left alone.
void Lint(const Input& in);

void CheckOpenPolicies(const Input& in);
void CheckKeys(const Input& in);
void CheckRawPaths(const Input& in);

}  // namespace polc::lint

#endif  // POLC_COMPILER_LINT_LINT_H_
