// `assert NAME: same as "other"`: two sets decide the same requests alike.
#ifndef POLC_VERIFIER_DIFF_SAME_H_
#define POLC_VERIFIER_DIFF_SAME_H_

#include <optional>
#include <string>

#include "verifier/diff/compare.h"

namespace polc::verifier {

enum class SameVerdict : uint8_t { kProved, kRefuted, kUnknown };

struct SameReport {
  SameVerdict verdict = SameVerdict::kProved;
  /// As in Report.
  std::optional<std::string> bug;
};

/// Whether both sets decide every request that `same`, of `set`, covers with
/// the same effect, charges and marks, limits taken to fit; a request on which
/// its condition is an error is covered. A difference goes to `diags` with a
/// request that the engines of both sides have decided, an unknown with its
/// reason. Assertions of `other` are not looked at. Deterministic.
SameReport CheckSame(const DiffSide& set, const ir::Same& same,
                     const DiffSide& other, const smt::Options& solver,
                     diag::Diagnostics* diags);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_DIFF_SAME_H_
