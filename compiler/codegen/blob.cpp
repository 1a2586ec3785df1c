#include "compiler/codegen/blob.h"

#include <cstring>

#include "compiler/support/check.h"

namespace polc::codegen {
namespace {

uint64_t HashOf(std::string_view bytes, uint32_t align) {
  uint64_t hash = bytes.size() * 8 + align;
  for (size_t i = 0; i < bytes.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<size_t>(8, bytes.size() - i));
    hash = runtime::MixBytes(hash, word);
  }
  return runtime::MixBytes(hash, 1);
}

}  // namespace

Blob::Blob() : bytes_(sizeof(runtime::TablesHeader), '\0') {}

uint32_t Blob::Add(std::string_view bytes, uint32_t align) {
  // Past the bound nothing is stored any more; who asks for all is told.
  if (is_full()) return 0;
  const uint64_t hash = HashOf(bytes, align);
  const uint32_t found = known_.Find(hash, [&](uint32_t i) {
    return pieces_[i].size == bytes.size() && pieces_[i].at % align == 0 &&
           std::string_view(bytes_).substr(pieces_[i].at, bytes.size()) ==
               bytes;
  });
  if (found != automata::FlatHash::kNone) return pieces_[found].at;
  bytes_.append((align - bytes_.size() % align) % align, '\0');
  const auto at = static_cast<uint32_t>(bytes_.size());
  bytes_.append(bytes);
  known_.Insert(hash, static_cast<uint32_t>(pieces_.size()));
  pieces_.push_back({at, static_cast<uint32_t>(bytes.size())});
  return at;
}

std::string Blob::Finish(runtime::TablesHeader header) && {
  header.size = static_cast<uint32_t>(bytes_.size());
  std::memcpy(bytes_.data(), &header, sizeof header);
  header.checksum = runtime::TablesChecksum(
      reinterpret_cast<const uint8_t*>(bytes_.data()), bytes_.size());
  std::memcpy(bytes_.data(), &header, sizeof header);
  return std::move(bytes_);
}

}  // namespace polc::codegen
