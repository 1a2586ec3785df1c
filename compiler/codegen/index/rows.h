// Rows of a bucket: which of its entries one class of values leaves. Internal
// to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_ROWS_H_
#define POLC_COMPILER_CODEGEN_INDEX_ROWS_H_

#include <cstdint>
#include <vector>

#include "compiler/codegen/blob.h"

namespace polc::codegen {

/// The rows of one dimension. Entries that it says nothing of are in all.
class Rows {
 public:
  /// `free`: those entries, ascending; `count` is of the bucket.
  Rows(Blob* blob, uint32_t count, const std::vector<uint32_t>& free);

  /// A reference as tables.h says, of `free` and these: ascending, distinct,
  /// none of them free.
  uint32_t Make(const std::vector<uint32_t>& entries);
  /// The bits of `free`; 0: there are none.
  uint32_t base() const { return base_; }
  /// The share of the bucket's entries that such a row leaves.
  double Share(size_t entries) const;
  /// The bytes of such a row.
  size_t Bytes(size_t entries) const;

 private:
  bool IsSparse(size_t entries) const;

  Blob* blob_;
  uint32_t count_;
  std::vector<uint64_t> bits_;  // of the free ones
  size_t free_;
  uint32_t base_;  // their offset, 0: none
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_ROWS_H_
