// Slices that need no solver: both sets read the same there, test for test.
#ifndef POLC_VERIFIER_DIFF_SIGNATURE_H_
#define POLC_VERIFIER_DIFF_SIGNATURE_H_

#include "compiler/ir/join.h"
#include "verifier/encode/facts.h"
#include "verifier/encode/slice.h"

namespace polc::verifier {

/// True only if both sets decide every request of the slice alike, with the
/// same charges and marks.
bool SameInSlice(const ir::Joined& joined, const SlicePair& pair, Facts* facts);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_DIFF_SIGNATURE_H_
