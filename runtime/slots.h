// Slots for the fields of one request after another. A catalog of many tools
// has thousands of fields and a request a few, so a request pays for clearing
// what the one before it set, not for all there are.
#ifndef POLC_RUNTIME_SLOTS_H_
#define POLC_RUNTIME_SLOTS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "runtime/abi/native.h"

namespace polc::runtime {

/// Where a reader of fields writes, and what it has written.
struct SlotWriter {
  static constexpr size_t kChunk = 32;  // slots that are cleared together
  static constexpr size_t Chunks(size_t slots) {
    return (slots + kChunk - 1) / kChunk;
  }

  pol_slot* slots;
  uint8_t* written;  // of each chunk: 1 if some of its slots may not be zero

  pol_slot& At(uint32_t slot) const {
    written[slot / kChunk] = 1;
    return slots[slot];
  }
};

/// Where the slots of an element are written: few, and cleared as a whole.
struct ElementWriter {
  pol_slot* slots;
  pol_slot& At(uint32_t slot) const { return slots[slot]; }
};

class Slots {
 public:
  const pol_slot* data() const { return slots_.data(); }

  /// At least `count` slots, all POL_MISSING. Allocates only what it never had.
  SlotWriter Clear(size_t count) {
    for (size_t at = 0; at < written_.size(); ++at) {
      const void* next = std::memchr(&written_[at], 1, written_.size() - at);
      if (next == nullptr) break;
      at = static_cast<size_t>(static_cast<const uint8_t*>(next) -
                               written_.data());
      written_[at] = 0;
      std::memset(&slots_[at * SlotWriter::kChunk], 0,
                  SlotWriter::kChunk * sizeof(pol_slot));
    }
    const size_t chunks = SlotWriter::Chunks(count);
    if (written_.size() < chunks) {
      written_.resize(chunks);
      slots_.resize(chunks * SlotWriter::kChunk);
    }
    return {slots_.data(), written_.data()};
  }

 private:
  std::vector<pol_slot> slots_;  // whole chunks
  std::vector<uint8_t> written_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_SLOTS_H_
