// Translation validation (A. Pnueli, M. Siegel, E. Singerman, "Translation
// Validation", TACAS 1998; G. Necula, "Translation Validation for an Optimizing
// Compiler", PLDI 2000): not that the compiler is right, but that what it made
// of this policy set is. The tables of native code are read back into
// conditions and proved to say what the IR says; docs/verification.md lists
// what is proved and what is left to trust.
#ifndef POLC_VERIFIER_NATIVE_PROVE_H_
#define POLC_VERIFIER_NATIVE_PROVE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/source/source.h"
#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "verifier/replay.h"
#include "verifier/smt/expr.h"

namespace polc::verifier::native {

/// Something that could not be settled, or that is wrong.
struct Problem {
  source::Range range;  // of the rule, limit, mark or catalog
  std::string rule;     // its name, or empty
  std::string what;     // "the guard of rule `p.r`"
  std::string why;
};

struct Report {
  /// Rules, demands, limits and marks whose tables say what the IR says.
  size_t proved = 0;
  /// Of these, how often a solver was needed for a part.
  size_t asked = 0;
  std::vector<Problem> unknown;
  /// The first difference: a bug of the compiler's, never of a policy.
  std::optional<Problem> bug;
};

/// `code` is what was compiled from `module`, `manifest` what the runtime reads
/// in it. A difference that a request shows is decided by both engines first
/// (by the evaluator alone if `replayer` is null).
Report Prove(const ir::Module& module, const ir::Languages& languages,
             const pol_code& code, const runtime::Manifest& manifest,
             const smt::Options& solver, Replayer* replayer);

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_PROVE_H_
