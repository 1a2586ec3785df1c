// A map from small numbers (ids, places) to values: one array, no allocation an
// entry. For tables that are filled and asked millions of times.
#ifndef POLC_COMPILER_SUPPORT_NUMBER_MAP_H_
#define POLC_COMPILER_SUPPORT_NUMBER_MAP_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace polc {

template <typename V>
class NumberMap {
 public:
  /// Null: there is none. Good until the next Add.
  const V* Find(uint32_t key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[PlaceOf(key)];
    return slot.key == Stored(key) ? &slot.value : nullptr;
  }

  /// There must be none yet.
  void Add(uint32_t key, V value) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    slots_[PlaceOf(key)] = {Stored(key), std::move(value)};
    ++size_;
  }

  size_t size() const { return size_; }
  void Clear() {
    slots_.clear();
    size_ = 0;
  }

 private:
  struct Slot {
    uint64_t key = 0;  // 0: free
    V value = {};
  };

  static uint64_t Stored(uint32_t key) { return uint64_t{key} + 1; }

  // Where the key is, or could be put. Half of the places are free.
  size_t PlaceOf(uint32_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t at = (key * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (slots_[at].key != 0 && slots_[at].key != Stored(key)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void Grow() {
    std::vector<Slot> before(slots_.empty() ? 16 : 2 * slots_.size());
    before.swap(slots_);
    for (Slot& slot : before) {
      if (slot.key == 0) continue;
      slots_[PlaceOf(static_cast<uint32_t>(slot.key - 1))] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two
  size_t size_ = 0;
};

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_NUMBER_MAP_H_
