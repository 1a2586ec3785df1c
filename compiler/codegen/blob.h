// The bytes of the tables (runtime/abi/tables.h) in the making. What is equal
// is stored once. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_BLOB_H_
#define POLC_COMPILER_CODEGEN_BLOB_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "compiler/automata/flat_hash.h"
#include "runtime/abi/tables.h"

namespace polc::codegen {

class Blob {
 public:
  /// Begins with room for the header, so that no offset is 0.
  Blob();

  /// The offset of these bytes, at a multiple of `align` (at most 8).
  uint32_t Add(std::string_view bytes, uint32_t align = 1);
  template <typename T>
  uint32_t Add(std::span<const T> items) {
    return Add(
        {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)},
        alignof(T));
  }
  template <typename T>
  uint32_t Add(const std::vector<T>& items) {
    return Add(std::span<const T>(items));
  }
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  uint32_t Add(const T& item) {
    return Add(std::span<const T>(&item, 1));
  }
  template <typename T>
  runtime::TableSpan AddSpan(const std::vector<T>& items) {
    return {Add(items), static_cast<uint32_t>(items.size())};
  }

  size_t size() const { return bytes_.size(); }
  /// True once the tables are too large for their offsets.
  bool is_full() const { return bytes_.size() > kMaxBytes; }
  static constexpr size_t kMaxBytes = size_t{512} << 20;

  /// The finished tables; the header's size and checksum are filled in.
  std::string Finish(runtime::TablesHeader header) &&;

 private:
  struct Piece {
    uint32_t at;
    uint32_t size;
  };
  std::string bytes_;
  automata::FlatHash known_;
  std::vector<Piece> pieces_;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_BLOB_H_
