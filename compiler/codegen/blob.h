// The pieces that the tables (runtime/abi/tables.h) are made of. A piece is
// bytes, some words of which refer to other pieces; what is equal is one piece,
// and its number never changes, so pieces outlive the policy set that they were
// made for: the next one finds what it shares with it. Link() lays what a set
// refers to out one behind the other and puts offsets in for numbers. What it
// makes depends on the set alone, not on what else there is. Internal to
// codegen.
#ifndef POLC_COMPILER_CODEGEN_BLOB_H_
#define POLC_COMPILER_CODEGEN_BLOB_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "compiler/automata/flat_hash.h"
#include "runtime/abi/tables.h"

namespace polc::codegen {

/// The words of a structure that refer to pieces: their offsets in bytes. A
/// structure of the tables that is not here can't be added, and one that gets a
/// further reference must name it here.
template <typename T>
struct RefsIn;

#define POLC_PLAIN(type)                          \
  template <>                                     \
  struct RefsIn<type> {                           \
    static constexpr std::array<size_t, 0> kAt{}; \
  }
POLC_PLAIN(char);
POLC_PLAIN(uint8_t);
POLC_PLAIN(uint16_t);
POLC_PLAIN(uint64_t);
POLC_PLAIN(double);
POLC_PLAIN(runtime::TableKinds);
POLC_PLAIN(runtime::TableNamed);
POLC_PLAIN(runtime::TableSite);
#undef POLC_PLAIN
// uint32_t is missing on purpose: Words says which of them are references.

template <>
struct RefsIn<runtime::TableSpan> {
  static constexpr std::array kAt = {offsetof(runtime::TableSpan, at)};
};
template <>
struct RefsIn<runtime::TablesHeader> {
  using T = runtime::TablesHeader;
  static constexpr std::array kAt = {offsetof(T, names), offsetof(T, policies),
                                     offsetof(T, schemas), offsetof(T, limits),
                                     offsetof(T, marks)};
};
template <>
struct RefsIn<runtime::TableName> {
  static constexpr std::array kAt = {offsetof(runtime::TableName, tool)};
};
template <>
struct RefsIn<runtime::TablePolicy> {
  using T = runtime::TablePolicy;
  static constexpr std::array kAt = {offsetof(T, without), offsetof(T, other)};
};
template <>
struct RefsIn<runtime::TableEntry> {
  static constexpr std::array kAt = {offsetof(runtime::TableEntry, guard)};
};
template <>
struct RefsIn<runtime::TableTool> {
  using T = runtime::TableTool;
  static constexpr std::array kAt = {offsetof(T, demands), offsetof(T, kinds),
                                     offsetof(T, rest)};
};
template <>
struct RefsIn<runtime::TableBucket> {
  static constexpr std::array kAt = {offsetof(runtime::TableBucket, dims)};
};
template <>
struct RefsIn<runtime::TableDim> {
  using T = runtime::TableDim;
  static constexpr size_t kKind = offsetof(T, kinds);
  static constexpr std::array kAt = {kKind,
                                     kKind + 4,
                                     kKind + 8,
                                     kKind + 12,
                                     kKind + 16,
                                     kKind + 20,
                                     kKind + 24,
                                     kKind + 28,
                                     kKind + 32,
                                     offsetof(T, bools),
                                     offsetof(T, bools) + 4,
                                     offsetof(T, cuts),
                                     offsetof(T, numbers),
                                     offsetof(T, trie),
                                     offsetof(T, product),
                                     offsetof(T, outputs),
                                     offsetof(T, grams)};
};
template <>
struct RefsIn<runtime::TableGrams> {
  using T = runtime::TableGrams;
  static constexpr std::array kAt = {offsetof(T, free), offsetof(T, bits),
                                     offsetof(T, places)};
};
template <>
struct RefsIn<runtime::TableGram> {
  static constexpr std::array kAt = {offsetof(runtime::TableGram, literals)};
};
template <>
struct RefsIn<runtime::TableLiteral> {
  using T = runtime::TableLiteral;
  static constexpr std::array kAt = {offsetof(T, text), offsetof(T, entries)};
};
template <>
struct RefsIn<runtime::TableNode> {
  using T = runtime::TableNode;
  static constexpr std::array kAt = {offsetof(T, here), offsetof(T, below)};
};
template <>
struct RefsIn<runtime::TableProduct> {
  using T = runtime::TableProduct;
  static constexpr std::array kAt = {offsetof(T, next), offsetof(T, outputs)};
};

/// What a word refers to.
enum class RefKind : uint32_t {
  kPiece,
  kSite,   // a piece, beside the bits of a TestLook
  kShape,  // a function, whatever its number will be in the set's code
};
/// The `i`th word of a piece, and what it refers to.
constexpr uint32_t RefOf(size_t i, RefKind kind) {
  return static_cast<uint32_t>(i) * 4 + static_cast<uint32_t>(kind);
}

/// A piece of 32-bit words, structures and text in the making.
class Words {
 public:
  Words() = default;
  /// Of numbers.
  Words(std::initializer_list<uint32_t> words) : words_(words) {}

  void Add(uint32_t word) { words_.push_back(word); }
  void Add(std::span<const uint32_t> words) {
    words_.insert(words_.end(), words.begin(), words.end());
  }
  /// A reference to a piece; 0: none.
  void AddRef(uint32_t piece) {
    if (piece != 0) refs_.push_back(RefOf(words_.size(), RefKind::kPiece));
    words_.push_back(piece);
  }
  /// Where a test looks, and how.
  void AddSite(uint32_t piece, runtime::TestLook look) {
    refs_.push_back(RefOf(words_.size(), RefKind::kSite));
    words_.push_back(piece << runtime::kLookBits | look);
  }
  /// The number of a function.
  void AddShape(uint32_t shape) {
    refs_.push_back(RefOf(words_.size(), RefKind::kShape));
    words_.push_back(shape);
  }
  void AddRefs(std::span<const uint32_t> pieces) {
    for (const uint32_t piece : pieces) AddRef(piece);
  }
  /// A structure of the tables, its references with it.
  template <typename T>
  void Append(const T& structure) {
    static_assert(sizeof(T) % 4 == 0 && alignof(T) == 4);
    const size_t at = words_.size();
    words_.resize(at + sizeof(T) / 4);
    std::memcpy(&words_[at], &structure, sizeof(T));
    for (const size_t ref : RefsIn<T>::kAt) {
      refs_.push_back(RefOf(at + ref / 4, RefKind::kPiece));
    }
  }
  /// All that another piece has.
  void Append(const Words& other) {
    for (const uint32_t ref : other.refs_) {
      refs_.push_back(ref + RefOf(words_.size(), RefKind::kPiece));
    }
    Add(other.words_);
  }
  /// Zeros behind it make whole words of it.
  void AddText(std::string_view text) {
    const size_t at = words_.size();
    words_.resize(at + (text.size() + 3) / 4);
    if (!text.empty()) std::memcpy(&words_[at], text.data(), text.size());
  }
  /// Empties it, and keeps its room for the next piece.
  void Clear() {
    words_.clear();
    refs_.clear();
  }
  size_t size() const { return words_.size(); }
  uint32_t& operator[](size_t i) { return words_[i]; }

 private:
  friend class Blob;
  std::vector<uint32_t> words_;
  std::vector<uint32_t> refs_;  // as RefOf() says
};

class Blob {
 public:
  Blob();

  /// The number of the piece of these bytes, which will stand at a multiple of
  /// `align` (at most 8). 0 if there are none.
  uint32_t Add(std::string_view bytes, uint32_t align = 1) {
    return Add(bytes, align, {});
  }
  template <typename T>
  uint32_t Add(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    refs_here_.clear();
    AddRefsOf(items);
    return Add(
        {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)},
        alignof(T), refs_here_);
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
  uint32_t Add(const Words& words);
  /// Of references.
  uint32_t AddRefs(const std::vector<uint32_t>& pieces);
  runtime::TableSpan AddRefSpan(const std::vector<uint32_t>& pieces) {
    return {AddRefs(pieces), static_cast<uint32_t>(pieces.size())};
  }

  /// The same of what the next set will hardly have: it is not looked for, and
  /// is forgotten with the next call of Link().
  uint32_t AddOnce(const Words& words);
  template <typename T>
  runtime::TableSpan AddOnceSpan(const std::vector<T>& items) {
    Words words;
    for (const T& item : items) words.Append(item);
    return {AddOnce(words), static_cast<uint32_t>(items.size())};
  }
  runtime::TableSpan AddOnceRefSpan(const std::vector<uint32_t>& pieces) {
    Words words;
    words.AddRefs(pieces);
    return {AddOnce(words), static_cast<uint32_t>(pieces.size())};
  }

  /// Of all pieces, in bytes.
  size_t size() const { return kept_.bytes.size() + once_.bytes.size(); }
  /// True once the tables are too large for their offsets.
  bool is_full() const { return size() > kMaxBytes; }
  static constexpr size_t kMaxBytes = size_t{512} << 20;

  struct Linked {
    std::string tables;
    /// The functions that the tables name, in the order of their numbers there.
    std::vector<uint32_t> shapes;
  };
  /// The tables of what `header` refers to, pieces before those that refer to
  /// them. Sizes, the count of functions and the checksum are filled in.
  Linked Link(runtime::TablesHeader header);

 private:
  struct Piece {
    uint32_t at;
    uint32_t size;
    uint32_t refs_at;
    uint32_t refs : 28;
    uint32_t align : 4;
  };
  struct Store {
    std::string bytes;
    std::vector<uint32_t> refs;  // of all pieces, as RefOf() says
    std::vector<Piece> pieces;

    uint32_t Append(std::string_view of, uint32_t align,
                    std::span<const uint32_t> refs_of);
  };
  // The numbers of pieces that are forgotten.
  static constexpr uint32_t kOnce = 0x80000000;
  class Linker;

  template <typename T>
  void AddRefsOf(std::span<const T> items) {
    if constexpr (RefsIn<T>::kAt.size() == 0) return;
    for (size_t i = 0; i < items.size(); ++i) {
      for (const size_t at : RefsIn<T>::kAt) {
        const size_t byte = i * sizeof(T) + at;
        refs_here_.push_back(RefOf(byte / 4, RefKind::kPiece));
      }
    }
  }
  uint32_t Add(std::string_view bytes, uint32_t align,
               std::span<const uint32_t> refs);

  Store kept_;  // by number; 0 is none
  Store once_;
  automata::FlatHash known_;  // of those that are kept
  std::vector<uint32_t> refs_here_;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_BLOB_H_
