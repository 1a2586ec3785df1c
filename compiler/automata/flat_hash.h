// A hash table from words kept elsewhere to their number. It stores numbers
// only; the caller compares. Internal to this folder, where sets of states
// are looked up millions of times.
#ifndef POLC_COMPILER_AUTOMATA_FLAT_HASH_H_
#define POLC_COMPILER_AUTOMATA_FLAT_HASH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace polc::automata {

inline uint64_t MixHash(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ (hash >> 29);
}

inline uint64_t HashWords(std::span<const uint32_t> words) {
  uint64_t hash = words.size();
  for (const uint32_t word : words) hash = MixHash(hash, word);
  return MixHash(hash, 1);
}

class FlatHash {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  FlatHash() : slots_(64) {}

  /// The number whose hash is `hash` and for which `same(number)` holds.
  template <typename Same>
  uint32_t Find(uint64_t hash, const Same& same) const {
    for (size_t i = hash & Mask();; i = (i + 1) & Mask()) {
      const Slot& slot = slots_[i];
      if (slot.number == kNone) return kNone;
      if (slot.hash == static_cast<uint32_t>(hash >> 32) && same(slot.number)) {
        return slot.number;
      }
    }
  }

  /// Adds a number that Find did not find.
  void Insert(uint64_t hash, uint32_t number) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    Place({static_cast<uint32_t>(hash), static_cast<uint32_t>(hash >> 32),
           number});
    ++size_;
  }

 private:
  struct Slot {
    uint32_t home = 0;
    uint32_t hash = 0;
    uint32_t number = kNone;
  };

  size_t Mask() const { return slots_.size() - 1; }

  void Place(const Slot& slot) {
    size_t i = slot.home & Mask();
    while (slots_[i].number != kNone) i = (i + 1) & Mask();
    slots_[i] = slot;
  }

  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != kNone) Place(slot);
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
};

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_FLAT_HASH_H_
