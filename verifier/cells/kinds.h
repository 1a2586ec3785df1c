// How many requests there are of a sort: by the values of some arguments, where
// these can be counted. Nothing is listed but the values of one argument at a
// time: tests of one argument are decided for each of its values, values with
// equal verdicts are taken together, and what is left of the conditions after
// each argument is kept once, with the number of ways that lead to it. That is
// the way in which a decision diagram counts (R. Bryant, "Graph-Based
// Algorithms for Boolean Function Manipulation", 1986), level by level.
#ifndef POLC_VERIFIER_CELLS_KINDS_H_
#define POLC_VERIFIER_CELLS_KINDS_H_

#include <optional>
#include <unordered_map>
#include <vector>

#include "verifier/cells/values.h"

namespace polc::verifier {

class Kinds {
 public:
  /// Of the requests of `space` that meet `demands`. `space` must outlive it.
  Kinds(const Space& space, std::vector<smt::Bool> demands);

  enum class Status : uint8_t {
    kCounted,
    kUncounted,  // an argument may be any text or number; or more than 10^36
    kTied,       // to what is not listed here: a comparison, a list's elements
    kTooMany,    // gave up
  };
  struct Count {
    Status status = Status::kCounted;
    smt::Wide all = 0;
    smt::Wide taken = 0;
  };
  /// Combinations of values at `fields` for which `matches`, and those of them
  /// for which `taken` holds too. Both speak of `fields` alone, and of no list
  /// but by its kind.
  Count Of(const std::vector<const Node*>& fields, smt::Bool matches,
           smt::Bool taken) const;

 private:
  // What a demand is about: unknowns, and the parts of a request (numbered as
  // the roots and their members) that these belong to.
  struct About {
    Spoken spoken;
    std::set<size_t> tops;
    bool of_parts_alone = true;
  };
  void Number(const Node& node, size_t top);
  About AboutOf(smt::Bool b) const;

  const Space& space_;
  std::vector<smt::Bool> demands_;
  std::vector<About> abouts_;                     // by demand
  std::unordered_map<smt::NodeNo, size_t> tops_;  // by unknown
  std::unordered_map<const Node*, size_t> node_tops_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CELLS_KINDS_H_
