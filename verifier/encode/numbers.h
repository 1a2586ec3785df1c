// Doubles inside open intervals: which there are, and a readable one. The
// interval's ends are infinite or doubles; infinity itself is never a value.
#ifndef POLC_VERIFIER_ENCODE_NUMBERS_H_
#define POLC_VERIFIER_ENCODE_NUMBERS_H_

#include <optional>

namespace polc::verifier {

/// What a number must be to have the value that tests of `integral` see.
enum class Whole : bool { kNo, kYes };

bool IsWhole(double value);

/// A number strictly between, as short as can be: an integer near the finite
/// end if there is one, else a decimal with few places.
std::optional<double> PickAny(double lo, double hi);
/// A whole (or not whole) number strictly between.
std::optional<double> Pick(double lo, double hi, Whole whole);
/// The least one strictly between (not always the shortest).
std::optional<double> PickLeast(double lo, double hi,
                                std::optional<Whole> whole);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_NUMBERS_H_
