#include "compiler/codegen/index/rows.h"

namespace polc::codegen {

Rows::Rows(Blob* blob, uint32_t count, const std::vector<uint32_t>& free)
    : blob_(blob),
      count_(count),
      bits_((count + 63) / 64),
      free_(free.size()),
      base_(0) {
  for (const uint32_t entry : free) {
    bits_[entry / 64] |= uint64_t{1} << (entry % 64);
  }
  if (!free.empty()) base_ = blob_->Add(bits_);
}

double Rows::Share(size_t entries) const {
  return static_cast<double>(free_ + entries) / count_;
}

bool Rows::IsSparse(size_t entries) const {
  return entries * sizeof(uint32_t) < bits_.size() * sizeof(uint64_t);
}

size_t Rows::Bytes(size_t entries) const {
  return sizeof(runtime::TableRow) + (IsSparse(entries)
                                          ? entries * sizeof(uint32_t)
                                          : bits_.size() * sizeof(uint64_t));
}

uint32_t Rows::Make(const std::vector<uint32_t>& entries) {
  if (free_ + entries.size() == count_) return 0;
  Words words;
  if (IsSparse(entries.size())) {
    words.AddRef(base_);
    words.Add(static_cast<uint32_t>(entries.size()));
    words.Add(entries);
  } else {
    std::vector<uint64_t> bits = bits_;
    for (const uint32_t entry : entries) {
      bits[entry / 64] |= uint64_t{1} << (entry % 64);
    }
    words.AddRef(blob_->Add(bits));
    words.Add(0);
  }
  return blob_->Add(words);
}

}  // namespace polc::codegen
