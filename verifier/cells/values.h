// The parts of a request that vary on their own (an argument with all that is
// in it, the caller's grant, ...), each with every way in which the conditions
// of a slice can tell it apart.
#ifndef POLC_VERIFIER_CELLS_VALUES_H_
#define POLC_VERIFIER_CELLS_VALUES_H_

#include <set>
#include <utility>
#include <vector>

#include "verifier/encode/assignment.h"
#include "verifier/encode/space.h"

namespace polc::verifier {

struct Way {
  std::vector<std::pair<size_t, NodeValue>> values;  // by number of the node
  std::vector<smt::NodeNo> holds;  // the unknowns that are true
};

struct Part {
  std::vector<smt::NodeNo> unknowns;
  std::vector<Way> ways;
  bool all = true;  // no way was left out
};

/// The parts of the space's requests. What no request that meets `demands` has
/// may be left out.
std::vector<Part> PartsOf(const Space& space,
                          const std::vector<smt::Bool>& demands);

/// Unknowns that a question speaks of.
using Spoken = std::set<smt::NodeNo>;
/// The parts that have one of `spoken`, told apart by no other languages than
/// these. No demand leaves anything out.
std::vector<Part> PartsSpokenOf(const Space& space, const Spoken& spoken);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CELLS_VALUES_H_
