#include "compiler/codegen/blob.h"

#include <algorithm>
#include <cstring>

namespace polc::codegen {
namespace {

uint64_t HashOf(std::string_view bytes, uint32_t align,
                std::span<const uint32_t> refs) {
  uint64_t hash = bytes.size() * 8 + align;
  for (size_t i = 0; i < bytes.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<size_t>(8, bytes.size() - i));
    hash = runtime::MixBytes(hash, word);
  }
  for (const uint32_t ref : refs) hash = runtime::MixBytes(hash, ref);
  return runtime::MixBytes(hash, 1);
}

}  // namespace

Blob::Blob() { kept_.pieces.resize(1); }

uint32_t Blob::Store::Append(std::string_view of, uint32_t align,
                             std::span<const uint32_t> refs_of) {
  pieces.push_back(
      {static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(of.size()),
       static_cast<uint32_t>(refs.size()),
       static_cast<uint32_t>(refs_of.size()) & 0xFFFFFFF, align & 0xF});
  bytes.append(of);
  refs.insert(refs.end(), refs_of.begin(), refs_of.end());
  return static_cast<uint32_t>(pieces.size() - 1);
}

uint32_t Blob::Add(std::string_view bytes, uint32_t align,
                   std::span<const uint32_t> refs) {
  // Past the bound nothing is stored any more; who asks for all is told.
  if (bytes.empty() || is_full()) return 0;
  const uint64_t hash = HashOf(bytes, align, refs);
  const uint32_t found = known_.Find(hash, [&](uint32_t i) {
    const Piece& piece = kept_.pieces[i];
    const auto first =
        kept_.refs.begin() + static_cast<std::ptrdiff_t>(piece.refs_at);
    return piece.size == bytes.size() && piece.align == align &&
           piece.refs == refs.size() &&
           std::memcmp(kept_.bytes.data() + piece.at, bytes.data(),
                       bytes.size()) == 0 &&
           std::equal(refs.begin(), refs.end(), first);
  });
  if (found != automata::FlatHash::kNone) return found;
  const uint32_t number = kept_.Append(bytes, align, refs);
  known_.Insert(hash, number);
  return number;
}

uint32_t Blob::Add(const Words& words) {
  return Add({reinterpret_cast<const char*>(words.words_.data()),
              words.words_.size() * sizeof(uint32_t)},
             alignof(uint32_t), words.refs_);
}

uint32_t Blob::AddRefs(const std::vector<uint32_t>& pieces) {
  Words words;
  words.AddRefs(pieces);
  return Add(words);
}

uint32_t Blob::AddOnce(const Words& words) {
  if (words.size() == 0 || is_full()) return 0;
  const std::string_view bytes(
      reinterpret_cast<const char*>(words.words_.data()),
      words.words_.size() * sizeof(uint32_t));
  return kOnce | once_.Append(bytes, alignof(uint32_t), words.refs_);
}

// One walk over what is referred to, depth first. A piece is placed when all
// that it refers to is.
class Blob::Linker {
 public:
  explicit Linker(const Blob& blob)
      : blob_(blob),
        at_(blob.kept_.pieces.size()),
        at_once_(blob.once_.pieces.size()) {
    out_.tables.reserve(blob.size() + blob.size() / 8);
  }

  Linked Link(runtime::TablesHeader header) {
    out_.tables.resize(sizeof header);
    for (const size_t at : RefsIn<runtime::TablesHeader>::kAt) {
      char* ref = reinterpret_cast<char*>(&header) + at;
      uint32_t number = 0;
      std::memcpy(&number, ref, sizeof number);
      Place(number);
      std::memcpy(ref, &At(number), sizeof number);
    }
    header.size = static_cast<uint32_t>(out_.tables.size());
    header.shape_count = static_cast<uint32_t>(out_.shapes.size());
    std::memcpy(out_.tables.data(), &header, sizeof header);
    header.checksum = runtime::TablesChecksum(
        reinterpret_cast<const uint8_t*>(out_.tables.data()), header.size);
    std::memcpy(out_.tables.data(), &header, sizeof header);
    return std::move(out_);
  }

 private:
  struct Open {
    uint32_t number;
    uint32_t next;  // of its references
  };

  void Place(uint32_t root) {
    if (root == 0 || At(root) != 0) return;
    open_.push_back({root, 0});
    while (!open_.empty()) {
      const uint32_t number = open_.back().number;
      const Store& store = StoreOf(number);
      const Piece& piece = store.pieces[number & ~kOnce];
      if (const uint32_t inner = NextInside(store, piece, &open_.back().next)) {
        open_.push_back({inner, 0});
        continue;
      }
      open_.pop_back();
      Put(number, store, piece);
    }
  }

  // The next piece, from the `*next`th reference on, that is not placed yet.
  // What stands in the tables for those before goes to the end of `placed_`.
  uint32_t NextInside(const Store& store, const Piece& piece, uint32_t* next) {
    for (; *next < piece.refs; ++*next) {
      const uint32_t ref = store.refs[piece.refs_at + *next];
      const uint32_t word = WordAt(store.bytes.data() + piece.at, ref);
      const RefKind kind = KindOf(ref);
      uint32_t placed = word;  // of a shape, which is numbered in its turn
      if (kind != RefKind::kShape) {
        const bool is_site = kind == RefKind::kSite;
        const uint32_t number = is_site ? word >> runtime::kLookBits : word;
        placed = number == 0 ? 0 : PlaceOf(number);
        if (number != 0 && placed == 0) return number;
        if (is_site) {
          placed =
              placed / 4 << runtime::kLookBits | (word & runtime::kLookMask);
        }
      }
      placed_.push_back(placed);
    }
    return 0;
  }

  // Puts it there whole, or says where it is; 0: what it refers to comes first.
  uint32_t PlaceOf(uint32_t number) {
    if (const uint32_t at = At(number)) return at;
    const Store& store = StoreOf(number);
    const Piece& piece = store.pieces[number & ~kOnce];
    if (piece.refs != 0) return 0;
    Put(number, store, piece);
    return At(number);
  }

  void Put(uint32_t number, const Store& store, const Piece& piece) {
    std::string& tables = out_.tables;
    const size_t odd = tables.size() % piece.align;
    if (odd != 0) tables.append(piece.align - odd, '\0');
    const size_t at = tables.size();
    At(number) = static_cast<uint32_t>(at);
    tables.append(store.bytes, piece.at, piece.size);
    char* bytes = tables.data() + at;
    const size_t first = placed_.size() - piece.refs;
    for (uint32_t i = 0; i < piece.refs; ++i) {
      const uint32_t ref = store.refs[piece.refs_at + i];
      uint32_t word = placed_[first + i];
      if (KindOf(ref) == RefKind::kShape) word = NumberOf(word);
      std::memcpy(bytes + size_t{ref / 4} * 4, &word, sizeof word);
    }
    placed_.resize(first);
  }
  static RefKind KindOf(uint32_t ref) { return static_cast<RefKind>(ref % 4); }

  uint32_t NumberOf(uint32_t shape) {
    if (shape >= numbers_.size()) numbers_.resize(shape + 1);
    if (numbers_[shape] == 0) {
      out_.shapes.push_back(shape);
      numbers_[shape] = static_cast<uint32_t>(out_.shapes.size());
    }
    return numbers_[shape] - 1;
  }

  static uint32_t WordAt(const char* bytes, uint32_t ref) {
    uint32_t word = 0;
    std::memcpy(&word, bytes + size_t{ref / 4} * 4, sizeof word);
    return word;
  }

  const Store& StoreOf(uint32_t number) const {
    return (number & kOnce) != 0 ? blob_.once_ : blob_.kept_;
  }
  // The piece's offset; 0: not placed.
  uint32_t& At(uint32_t number) {
    return (number & kOnce) != 0 ? at_once_[number & ~kOnce] : at_[number];
  }

  const Blob& blob_;
  std::vector<uint32_t> at_;
  std::vector<uint32_t> at_once_;
  std::vector<uint32_t> numbers_;  // by function, plus one; 0: not named
  std::vector<Open> open_;
  std::vector<uint32_t> placed_;  // words of the open pieces' references
  Linked out_;
};

Blob::Linked Blob::Link(runtime::TablesHeader header) {
  Linked linked = Linker(*this).Link(header);
  once_ = {};
  return linked;
}

}  // namespace polc::codegen
