// The entries of a bucket that may apply to a request, in the order tried.
#ifndef POLC_RUNTIME_MATCH_CANDIDATES_H_
#define POLC_RUNTIME_MATCH_CANDIDATES_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "runtime/abi/native.h"
#include "runtime/abi/tables.h"

namespace polc::runtime::match {

/// What lies at an offset of checked tables.
template <typename T>
const T* At(const uint8_t* tables, uint32_t offset) {
  return reinterpret_cast<const T*>(tables + offset);
}

/// memcmp() that most often need not be called.
inline bool AreSame(const void* a, const void* b, size_t size) {
  constexpr size_t kLong = 64;
  if (size < 4 || size > kLong) return std::memcmp(a, b, size) == 0;
  const auto* x = static_cast<const char*>(a);
  const auto* y = static_cast<const char*>(b);
  if (size < 8) {
    uint32_t words[4];
    std::memcpy(&words[0], x, 4);
    std::memcpy(&words[1], y, 4);
    std::memcpy(&words[2], x + size - 4, 4);
    std::memcpy(&words[3], y + size - 4, 4);
    return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
  }
  // The last word is read with bytes that were compared before.
  uint64_t differ = 0;
  for (size_t at = 0;; at = at + 16 <= size ? at + 8 : size - 8) {
    uint64_t words[2];
    std::memcpy(&words[0], x + at, 8);
    std::memcpy(&words[1], y + at, 8);
    differ |= words[0] ^ words[1];
    if (at + 8 == size) return differ == 0;
  }
}

/// By policy; the name follows.
inline const uint32_t* BucketsOf(const TableNamed& named) {
  return reinterpret_cast<const uint32_t*>(&named + 1);
}
/// What lies behind a node.
inline const uint32_t* NodesOf(const TableNode& node) {
  return reinterpret_cast<const uint32_t*>(&node + 1);
}
inline const uint8_t* LabelOf(const TableNode& node) {
  return reinterpret_cast<const uint8_t*>(NodesOf(node) + node.count);
}

/// So many bytes behind a node's can be read.
inline constexpr uint32_t kReadAhead = 8;

/// Rows are met a block of entries at a time: the first blocks often have
/// the answer, and a block's words stay in registers and on the stack.
class Candidates {
 public:
  /// The tables must be checked; the bucket is one of theirs.
  Candidates(const pol_frame& frame, uint32_t bucket)
      : frame_(frame), tables_(frame.tables) {
    const auto* head = At<TableBucket>(tables_, bucket);
    count_ = head->count;
    entries_ = reinterpret_cast<const TableEntry*>(head + 1);
    // What arguments say is not known in an abstract frame.
    if (head->dims.count == 0 || frame.abstract != 0) return;
    dims_ = At<TableDim>(tables_, head->dims.at);
    dim_count_ = head->dims.count < kMaxDims ? head->dims.count : kMaxDims;
    Start();
  }

  /// The next entry, each rule once; null if there is none.
  const TableEntry* Next() {
    for (;;) {
      const TableEntry* entry = nullptr;
      if (is_listed_) {
        if (at_ == count_) return nullptr;
        entry = &entries_[list_ == nullptr ? at_ : list_[at_]];
        ++at_;
      } else {
        if (!NextWord()) return nullptr;
        entry = &entries_[TakeBit()];
      }
      if (entry->vote == last_) continue;
      last_ = entry->vote;
      return entry;
    }
  }

 private:
  static constexpr uint32_t kBlockWords = 64;
  static constexpr uint32_t kMaxDims = 8;
  static constexpr uint32_t kFew = 16;

  void Start();
  void WalkBoth(const pol_slot& first, const pol_slot& second);
  bool ListGrams(const TableDim& dim);
  void StartBlock();
  uint32_t CountUpTo(uint32_t enough) const;
  void FetchGuards() const;
  void AndRow(uint32_t row);
  void AndGrams(const TableGrams& grams, const pol_slot& string);
  bool NextWord();
  uint32_t TakeBit() {
    const auto bit = static_cast<uint32_t>(std::countr_zero(word_));
    word_ &= word_ - 1;
    return (block_ + word_at_) * 64 + bit;
  }

  const pol_frame& frame_;
  const uint8_t* tables_;
  const TableEntry* entries_;
  const TableDim* dims_;
  uint32_t dim_count_;
  uint32_t count_;
  uint32_t last_ = 0xFFFFFFFF;
  // All candidates are known: the entries at `list_`, or without a list all.
  bool is_listed_ = true;
  const uint32_t* list_ = nullptr;
  uint32_t at_ = 0;  // the next of `count_`
  // They are found a block at a time.
  uint32_t words_;
  uint32_t block_ = 0;  // its first word
  uint32_t block_words_ = 0;
  uint32_t word_at_ = 0;  // in the block
  uint64_t word_ = 0;     // the candidates left of it
  uint32_t known_ = 0;    // dimensions whose rows are found
  std::array<uint32_t, kFew> hits_;
  std::array<uint32_t, kMaxDims> rows_;
  std::array<uint64_t, kBlockWords> block_bits_;
};

/// The row of what the frame's slot holds, along one dimension.
uint32_t RowOf(const uint8_t* tables, const TableDim& dim,
               const pol_slot& slot);

}  // namespace polc::runtime::match

#endif  // POLC_RUNTIME_MATCH_CANDIDATES_H_
