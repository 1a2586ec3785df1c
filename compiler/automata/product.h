// Many patterns on one field, scanned together: automata packed into a few
// products whose every state says which of its members accept there. The
// native matcher's cost is then flat in the number of patterns.
#ifndef POLC_COMPILER_AUTOMATA_PRODUCT_H_
#define POLC_COMPILER_AUTOMATA_PRODUCT_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/automata/dfa.h"

namespace polc::automata {

/// A complete automaton with an output per state: the set of members that
/// accept the text read so far. Minimal, states in breadth-first order.
struct Product {
  uint32_t start = 0;
  uint32_t num_classes = 1;
  std::array<uint8_t, 256> byte_class = {};
  std::vector<uint32_t> next;    // [state * num_classes + class]
  std::vector<uint32_t> output;  // per state: index into accept_sets
  /// Ascending indexes into `members`; no two sets are equal.
  std::vector<std::vector<uint32_t>> accept_sets;
  /// The automata in this product, as indexes into the caller's list.
  std::vector<uint32_t> members;

  size_t num_states() const { return output.size(); }
  uint32_t Step(uint32_t state, uint8_t byte) const {
    return next[state * size_t{num_classes} + byte_class[byte]];
  }
};

/// Packs each of `dfas` (canonical ones) into exactly one product of at most
/// `max_states` states. Greedy: neighbours are joined in rounds while they fit,
/// a group that did not fit is closed; so thousands of patterns take seconds
/// at most. Error: one of them is larger than the bound.
Result<std::vector<Product>> PackProducts(
    std::span<const Dfa* const> dfas, size_t max_states = kLimits.dfa_states);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_PRODUCT_H_
