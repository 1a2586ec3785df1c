// Pairs of states, numbered in the order in which they are met: what exploring
// a product of two automata needs. Internal to this folder.
#ifndef POLC_COMPILER_AUTOMATA_PAIR_TABLE_H_
#define POLC_COMPILER_AUTOMATA_PAIR_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "compiler/automata/flat_hash.h"

namespace polc::automata {

class PairTable {
 public:
  using Pair = std::pair<uint32_t, uint32_t>;

  size_t size() const { return pairs_.size(); }
  Pair operator[](size_t number) const { return pairs_[number]; }

  /// The number of the pair, a new one if it was not met before.
  uint32_t Number(uint32_t p, uint32_t q) {
    const uint64_t hash = MixHash(MixHash(p, q), q);
    const uint32_t found = table_.Find(
        hash, [&](uint32_t number) { return pairs_[number] == Pair(p, q); });
    if (found != FlatHash::kNone) return found;
    const auto number = static_cast<uint32_t>(pairs_.size());
    table_.Insert(hash, number);
    pairs_.emplace_back(p, q);
    return number;
  }

 private:
  FlatHash table_;
  std::vector<Pair> pairs_;
};

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_PAIR_TABLE_H_
