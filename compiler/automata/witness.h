// Members of languages, for people to read: a finding of the verifier shows
// the shortest string that makes its point, spelled with letters and digits
// where the language leaves a choice.
#ifndef POLC_COMPILER_AUTOMATA_WITNESS_H_
#define POLC_COMPILER_AUTOMATA_WITNESS_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"

namespace polc::automata {

/// A member with the fewest bytes; among these the first in the order a-z,
/// 0-9, A-Z, other printable ASCII, other bytes. nullopt: no members.
std::optional<std::string> ShortestWitness(const Dfa& dfa);

/// The first `n` members in that order (fewer if there are no more).
std::vector<std::string> Witnesses(const Dfa& dfa, size_t n);

struct WitnessResult {
  enum class Status {
    kFound,  ///< `text` is a shortest one
    kEmpty,  ///< proved: no string does it
    kBound,  ///< gave up; nothing is known
  };
  Status status = Status::kEmpty;
  std::string text;
};

inline constexpr size_t kWitnessStates = 50'000;

/// The first string in the order above that is in every one of `include` and
/// in none of `exclude` (no include: any string). The product is walked, never
/// built; parts that can't say no any more (a universal include, a dead
/// exclude) are dropped on the way. Gives up after `max_states` states of the
/// product or 2,000 steps of single automata for each.
WitnessResult WitnessOf(std::span<const Dfa* const> include,
                        std::span<const Dfa* const> exclude,
                        size_t max_states = kWitnessStates);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_WITNESS_H_
