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
  /// Whatever `all` says, among no ways are strings that pass a bound in bytes;
  /// lists by what is in them.
  bool short_only = false;
  bool open_lists = false;
  bool IsWhole() const { return all && !short_only && !open_lists; }
  /// Strings that are listed one by one, by number of the node.
  std::set<size_t> one_by_one;
};

/// The parts of the space's requests. What no request that meets `demands` has
/// may be left out.
std::vector<Part> PartsOf(const Space& space,
                          const std::vector<smt::Bool>& demands);

/// Unknowns that a question speaks of.
using Spoken = std::set<smt::NodeNo>;
/// Adds those of `b`, itself or by names.
void AddSpoken(const smt::Context& context, smt::Bool b, Spoken* spoken);
/// How many strings have the memberships that `text` has in `languages`; 0 if
/// that is not known to be finitely many: none of them that it is in was
/// written as a set.
size_t TextsLike(Facts* facts, const std::vector<LangNo>& languages,
                 const std::string& text);
/// The parts that have one of `spoken`, told apart by no other languages than
/// these. No demand leaves anything out.
std::vector<Part> PartsSpokenOf(const Space& space, const Spoken& spoken);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CELLS_VALUES_H_
