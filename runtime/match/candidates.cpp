#include "runtime/match/candidates.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace polc::runtime::match {
namespace {

/// Ascending cuts at or below `x`.
uint32_t CutsBelow(const double* cuts, uint32_t count, double x) {
  const double* from = cuts;
  // The same steps whatever is found, so that nothing has to be predicted.
  while (count > 1) {
    const uint32_t half = count / 2;
    from += from[half - 1] <= x ? half : 0;
    count -= half;
  }
  return static_cast<uint32_t>(from - cuts) +
         (count == 1 && *from <= x ? 1u : 0u);
}

/// The place of `byte` among so many, which lie before kReadAhead others, or
/// their count. Eight at a time: the lowest byte of a word that is zero is told
/// by its borrow, so nothing has to be predicted.
uint32_t PlaceOf(uint8_t byte, const uint8_t* bytes, uint32_t count) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  for (uint32_t at = 0; at < count; at += kReadAhead) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + at, kReadAhead);
    word ^= byte * kOnes;
    const uint64_t zeros = (word - kOnes) & ~word & (kOnes << 7);
    if (zeros == 0) continue;
    return std::min(count,
                    at + static_cast<uint32_t>(std::countr_zero(zeros)) / 8);
  }
  return count;
}

/// Down a trie, as far as it has what the string begins with.
class PrefixWalk {
 public:
  PrefixWalk(const uint8_t* tables, uint32_t trie, const pol_slot& string)
      : tables_(tables),
        node_(At<TableNode>(tables, trie)),
        at_(string.u.text),
        end_(string.u.text + string.length) {}

  /// False at the end: then row() is known.
  bool Step() {
    if (at_ == end_) return EndsWith(node_->here);
    const uint32_t count = node_->count;
    const uint8_t* bytes = LabelOf(*node_) + node_->length;
    const uint32_t found = PlaceOf(static_cast<uint8_t>(*at_), bytes, count);
    if (found == count) return EndsWith(node_->below);
    const auto* child = At<TableNode>(tables_, NodesOf(*node_)[found]);
    // The first byte is known.
    const uint32_t length = child->length;
    if (length > static_cast<size_t>(end_ - at_) ||
        !AreSame(LabelOf(*child) + 1, at_ + 1, length - 1)) {
      return EndsWith(node_->below);
    }
    at_ += length;
    node_ = child;
    return true;
  }
  uint32_t row() const { return row_; }

 private:
  bool EndsWith(uint32_t row) {
    row_ = row;
    __builtin_prefetch(tables_ + row);
    return false;
  }

  const uint8_t* tables_;
  const TableNode* node_;
  const char* at_;
  const char* end_;
  uint32_t row_ = 0;
};

uint32_t RowOfPrefix(const uint8_t* tables, uint32_t trie,
                     const pol_slot& string) {
  PrefixWalk walk(tables, trie, string);
  while (walk.Step()) {
  }
  return walk.row();
}

bool IsWalked(const TableDim& dim, const pol_slot& slot) {
  return slot.kind == POL_STRING && dim.trie != 0 &&
         (dim.max_bytes == 0 || slot.length <= dim.max_bytes);
}

uint32_t OutputOf(const uint8_t* tables, const TableProduct& product,
                  const char* text, uint32_t length) {
  const auto* next = At<uint16_t>(tables, product.next);
  uint32_t state = product.start;
  for (uint32_t i = 0; i < length && state < product.sinks; ++i) {
    const uint8_t byte = product.byte_class[static_cast<uint8_t>(text[i])];
    state = next[state * product.classes + byte];
  }
  return At<uint16_t>(tables, product.outputs)[state];
}

uint32_t RowOfString(const uint8_t* tables, const TableDim& dim,
                     const pol_slot& slot) {
  if (dim.max_bytes != 0 && slot.length > dim.max_bytes) return 0;
  if (dim.trie != 0) {
    return RowOfPrefix(tables, dim.trie, slot);
  }
  if (dim.product != 0) {
    const auto& product = *At<TableProduct>(tables, dim.product);
    return At<uint32_t>(
        tables,
        dim.outputs.at)[OutputOf(tables, product, slot.u.text, slot.length)];
  }
  return dim.kinds[POL_STRING];
}

/// Whether the dimension tells such strings apart.
bool Covers(const TableDim& dim, const pol_slot& slot) {
  return slot.kind == POL_STRING &&
         (dim.max_bytes == 0 || slot.length <= dim.max_bytes);
}

bool IsAt(const uint8_t* tables, const TableLiteral& literal, const char* text,
          uint32_t length, uint32_t at) {
  if (at < literal.before || literal.length > length - (at - literal.before)) {
    return false;
  }
  const auto* have =
      reinterpret_cast<const uint8_t*>(text + (at - literal.before));
  const uint8_t* want = tables + literal.text;
  for (uint32_t i = 0; i < literal.length; ++i) {
    if (Unfold(have[i]) != want[i]) return false;
  }
  return true;
}

/// Calls `found` with the entries of each literal that the text has, as often
/// as it has it. False, before the end, once that takes long.
template <typename F>
bool FindLiterals(const uint8_t* tables, const TableGrams& grams,
                  const char* text, uint32_t length, F found) {
  const auto* bits = At<uint64_t>(tables, grams.bits);
  const auto* places = At<TableGram>(tables, grams.places.at);
  uint64_t effort = 256 + uint64_t{2} * length;
  for (uint32_t at = 0; at + uint64_t{grams.bytes} <= length; ++at) {
    const uint32_t gram = GramAt(text + at, grams.bytes);
    const uint32_t hash = HashGram(gram);
    const uint32_t bit = hash >> grams.bit_shift;
    if ((bits[bit / 64] >> (bit % 64) & 1) == 0) continue;
    uint32_t place = hash >> grams.place_shift;
    while (places[place].literals.count != 0 && places[place].gram != gram) {
      place = (place + 1) & (grams.places.count - 1);
    }
    const TableSpan span = places[place].literals;
    const auto* literals = At<TableLiteral>(tables, span.at);
    for (uint32_t i = 0; i < span.count; ++i) {
      const uint32_t entries = literals[i].entries.count;
      if (!IsAt(tables, literals[i], text, length, at)) {
        if (effort-- == 0) return false;
        continue;
      }
      if (effort < entries) return false;
      effort -= entries;
      found(At<uint32_t>(tables, literals[i].entries.at), entries);
    }
  }
  return true;
}

}  // namespace

[[gnu::hot]] uint32_t RowOf(const uint8_t* tables, const TableDim& dim,
                            const pol_slot& slot) {
  switch (slot.kind) {
    case POL_STRING:
      return RowOfString(tables, dim, slot);
    case POL_NUMBER: {
      if (dim.numbers.count == 0) return dim.kinds[POL_NUMBER];
      const uint32_t cls = CutsBelow(At<double>(tables, dim.cuts.at),
                                     dim.cuts.count, slot.u.number);
      return At<uint32_t>(tables, dim.numbers.at)[cls >> dim.shift];
    }
    case POL_BOOL:
      return dim.bools[slot.u.boolean != 0 ? 1 : 0];
    default:
      return slot.kind < kKinds ? dim.kinds[slot.kind] : 0;
  }
}

/// True if the string's literals leave so few entries that they need not be
/// met with anything: then they are the list.
bool Candidates::ListGrams(const TableDim& dim) {
  const pol_slot& slot = frame_.slots[dim.slot];
  const auto& grams = *At<TableGrams>(tables_, dim.grams);
  if (!Covers(dim, slot) || grams.free != 0) return false;
  uint32_t found = 0;
  bool fits = true;
  const bool is_done =
      FindLiterals(tables_, grams, slot.u.text, slot.length,
                   [&](const uint32_t* entries, uint32_t count) {
                     fits = fits && count <= kFew - found;
                     if (!fits) return;
                     std::copy_n(entries, count, hits_.data() + found);
                     found += count;
                   });
  if (!is_done || !fits) return false;
  if (dim_count_ > 1 && found > dims_[1].stop_at) return false;
  std::sort(hits_.data(), hits_.data() + found);
  list_ = hits_.data();
  count_ = static_cast<uint32_t>(
      std::unique(hits_.data(), hits_.data() + found) - hits_.data());
  return true;
}

/// A step here, a step there: memory is waited for together.
void Candidates::WalkBoth(const pol_slot& first, const pol_slot& second) {
  PrefixWalk a(tables_, dims_[0].trie, first);
  PrefixWalk b(tables_, dims_[1].trie, second);
  bool is_a = true;
  bool is_b = true;
  while (is_a || is_b) {
    if (is_a) is_a = a.Step();
    if (is_b) is_b = b.Step();
  }
  rows_[0] = a.row();
  rows_[1] = b.row();
  known_ = 2;
}

/// A row of few entries is a list of candidates as it stands.
[[gnu::hot]] void Candidates::Start() {
  const pol_slot& slot = frame_.slots[dims_[0].slot];
  if (dim_count_ > 1 && IsWalked(dims_[0], slot) &&
      IsWalked(dims_[1], frame_.slots[dims_[1].slot])) {
    WalkBoth(slot, frame_.slots[dims_[1].slot]);
  } else {
    rows_[0] = RowOf(tables_, dims_[0], slot);
    known_ = 1;
  }
  if (dims_[0].grams != 0 && ListGrams(dims_[0])) return;
  if (rows_[0] != 0) {
    const auto* row = At<TableRow>(tables_, rows_[0]);
    if (row->bits == 0 && (dim_count_ == 1 || row->count <= dims_[1].stop_at)) {
      list_ = reinterpret_cast<const uint32_t*>(row + 1);
      count_ = row->count;
      return;
    }
  }
  is_listed_ = false;
  words_ = (count_ + 63) / 64;
  StartBlock();
}

/// Keeps the block's candidates that are in the row.
[[gnu::hot]] void Candidates::AndRow(uint32_t reference) {
  const auto* row = At<TableRow>(tables_, reference);
  const auto* extra = reinterpret_cast<const uint32_t*>(row + 1);
  const uint32_t* end = extra + row->count;
  const uint32_t first = block_ * 64;
  const uint32_t past = (block_ + block_words_) * 64;
  if (block_ != 0) extra = std::lower_bound(extra, end, first);
  std::array<uint64_t, kBlockWords> bits;
  if (row->bits == 0) {
    std::fill_n(bits.data(), block_words_, 0);
  } else {
    std::copy_n(At<uint64_t>(tables_, row->bits) + block_, block_words_,
                bits.data());
  }
  for (; extra != end && *extra < past; ++extra) {
    bits[(*extra - first) / 64] |= uint64_t{1} << (*extra % 64);
  }
  for (uint32_t w = 0; w < block_words_; ++w) block_bits_[w] &= bits[w];
}

/// How many candidates the block has, or `enough` if these are as many.
uint32_t Candidates::CountUpTo(uint32_t enough) const {
  uint32_t count = 0;
  for (uint32_t w = 0; w < block_words_; ++w) {
    for (uint64_t word = block_bits_[w]; word != 0; word &= word - 1) {
      if (++count >= enough) return count;
    }
  }
  return count;
}

/// Keeps the block's candidates that need no literal, or one that the string
/// has. All, if that would take longer than to look at them.
void Candidates::AndGrams(const TableGrams& grams, const pol_slot& string) {
  std::array<uint64_t, kBlockWords> bits;
  if (grams.free == 0) {
    std::fill_n(bits.data(), block_words_, 0);
  } else {
    std::copy_n(At<uint64_t>(tables_, grams.free) + block_, block_words_,
                bits.data());
  }
  const uint32_t first = block_ * 64;
  const uint32_t past = (block_ + block_words_) * 64;
  const bool is_done = FindLiterals(
      tables_, grams, string.u.text, string.length,
      [&](const uint32_t* entries, uint32_t count) {
        for (uint32_t i = 0; i < count; ++i) {
          if (entries[i] < first || entries[i] >= past) continue;
          bits[(entries[i] - first) / 64] |= uint64_t{1} << (entries[i] % 64);
        }
      });
  if (!is_done) return;
  for (uint32_t w = 0; w < block_words_; ++w) block_bits_[w] &= bits[w];
}

[[gnu::hot]] void Candidates::StartBlock() {
  word_at_ = 0;
  block_words_ = std::min(words_ - block_, kBlockWords);
  if (block_words_ == 0) return;
  uint64_t* bits = block_bits_.data();
  std::fill_n(bits, block_words_, ~uint64_t{0});
  if (block_ + block_words_ == words_ && count_ % 64 != 0) {
    bits[block_words_ - 1] = (uint64_t{1} << (count_ % 64)) - 1;
  }
  uint32_t left = ~0u;
  for (uint32_t d = 0; d < dim_count_ && left > dims_[d].stop_at; ++d) {
    const TableDim& dim = dims_[d];
    const pol_slot& slot = frame_.slots[dim.slot];
    if (d >= known_) {
      rows_[d] = RowOf(tables_, dim, slot);
      ++known_;
    }
    if (dim.grams != 0 && Covers(dim, slot)) {
      AndGrams(*At<TableGrams>(tables_, dim.grams), slot);
    } else if (rows_[d] == 0) {
      continue;
    } else {
      AndRow(rows_[d]);
    }
    const uint32_t wanted = d + 1 < dim_count_ ? dims_[d + 1].stop_at : 0;
    left = CountUpTo(std::max(wanted, kFew) + 1);
  }
  word_ = bits[0];
  if (left <= kFew) FetchGuards();
}

/// All at once, where one after the other would be waited for.
void Candidates::FetchGuards() const {
  for (uint32_t w = 0; w < block_words_; ++w) {
    for (uint64_t word = block_bits_[w]; word != 0; word &= word - 1) {
      const auto bit = static_cast<uint32_t>(std::countr_zero(word));
      __builtin_prefetch(tables_ + entries_[(block_ + w) * 64 + bit].guard);
    }
  }
}

[[gnu::hot]] bool Candidates::NextWord() {
  while (word_ == 0) {
    if (++word_at_ < block_words_) {
      word_ = block_bits_[word_at_];
      continue;
    }
    block_ += block_words_;
    if (block_ >= words_) return false;
    StartBlock();
  }
  return true;
}

}  // namespace polc::runtime::match
