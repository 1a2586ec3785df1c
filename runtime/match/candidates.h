// The entries of a bucket that may apply to a request, in the order tried.
#ifndef POLC_RUNTIME_MATCH_CANDIDATES_H_
#define POLC_RUNTIME_MATCH_CANDIDATES_H_

#include <array>
#include <bit>
#include <cstdint>

#include "runtime/abi/native.h"
#include "runtime/abi/tables.h"

namespace polc::runtime::match {

/// What lies at an offset of checked tables.
template <typename T>
const T* At(const uint8_t* tables, uint32_t offset) {
  return reinterpret_cast<const T*>(tables + offset);
}

/// Rows are met a block of entries at a time: the first blocks often have
/// the answer, and a block's words stay in registers and on the stack.
class Candidates {
 public:
  /// The tables must be checked; the bucket is one of theirs.
  Candidates(const pol_frame& frame, uint32_t bucket);

  /// The next item of the bucket's list, each once; false if there is none.
  bool Next(uint32_t* item) {
    while (dim_count_ == 0 ? at_ < count_ : NextWord()) {
      *item = dim_count_ == 0 ? entries_[at_++] : entries_[TakeBit()];
      if (*item == last_) continue;
      last_ = *item;
      return true;
    }
    return false;
  }

 private:
  static constexpr uint32_t kBlockWords = 64;
  static constexpr uint32_t kMaxDims = 8;

  void StartBlock();
  void AndRow(uint32_t row);
  bool NextWord();
  uint32_t TakeBit() {
    const auto bit = static_cast<uint32_t>(std::countr_zero(word_));
    word_ &= word_ - 1;
    return (block_ + word_at_) * 64 + bit;
  }

  const pol_frame& frame_;
  const uint8_t* tables_;
  const uint32_t* entries_;
  const TableDim* dims_;
  uint32_t dim_count_;
  uint32_t words_;
  uint32_t count_;
  uint32_t at_ = 0;     // without dimensions: the next entry
  uint32_t block_ = 0;  // its first word
  uint32_t block_words_ = 0;
  uint32_t word_at_ = 0;  // in the block
  uint64_t word_ = 0;     // the candidates left of it
  uint32_t last_ = 0xFFFFFFFF;
  uint32_t known_ = 0;  // dimensions whose rows are found
  std::array<uint32_t, kMaxDims> rows_;
  std::array<uint64_t, kBlockWords> block_bits_;
};

/// The row of what the frame's slot holds, along one dimension.
uint32_t RowOf(const uint8_t* tables, const TableDim& dim,
               const pol_slot& slot);

}  // namespace polc::runtime::match

#endif  // POLC_RUNTIME_MATCH_CANDIDATES_H_
