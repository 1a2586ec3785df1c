// Policy sets over a domain that is small enough to list: what enumeration
// finds is what the verifier has to find.
#ifndef POLC_TEST_DIFF_SMALL_DOMAIN_H_
#define POLC_TEST_DIFF_SMALL_DOMAIN_H_

#include <cstdint>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/parts.h"

namespace polc::testing {

/// A set with all that is checked by enumeration, over a domain of its own.
struct Small {
  ir::Module module;
  /// The operands of a rule are told apart by `range.begin`; an operand is
  /// inside those whose range holds its own.
  ir::Parts parts;
  std::vector<eval::Request> requests;  // all that its schemas may accept
};
Small MakeSmall(uint64_t seed);
/// The set of that seed with one thing changed, over the same domain.
Small MakeEditedSmall(uint64_t seed);

/// A generated set; the same for the same seed.
ir::Module SmallSet(uint64_t seed);

/// The set of that seed with one thing changed: a rule's effect, condition or
/// place, a default, a schema.
ir::Module EditedSmallSet(uint64_t seed);

/// Every call that the schemas of such a set may accept.
std::vector<eval::Request> AllSmallRequests();

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_SMALL_DOMAIN_H_
