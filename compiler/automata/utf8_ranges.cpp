// A range is cut where the encoded length changes, then wherever the low six
// bits do not run through all their values while a byte above them changes;
// what is left differs in each byte independently.
#include "compiler/automata/utf8_ranges.h"

#include <string>

#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

void Emit(uint32_t lo, uint32_t hi, std::vector<ByteSequence>* out) {
  std::string low;
  std::string high;
  AppendUtf8(lo, &low);
  AppendUtf8(hi, &high);
  ByteSequence seq = {};
  seq.length = static_cast<uint8_t>(low.size());
  for (size_t i = 0; i < low.size(); ++i) {
    seq.lo[i] = static_cast<uint8_t>(low[i]);
    seq.hi[i] = static_cast<uint8_t>(high[i]);
  }
  out->push_back(seq);
}

// `lo` and `hi` encode to the same length, of `tail` continuation bytes.
void SplitSameLength(uint32_t lo, uint32_t hi, unsigned tail,
                     std::vector<ByteSequence>* out) {
  for (unsigned i = 1; i <= tail; ++i) {
    const uint32_t mask = (1u << (6 * i)) - 1;
    if ((lo & ~mask) == (hi & ~mask)) continue;
    if ((lo & mask) != 0) {
      SplitSameLength(lo, lo | mask, tail, out);
      SplitSameLength((lo | mask) + 1, hi, tail, out);
      return;
    }
    if ((hi & mask) != mask) {
      SplitSameLength(lo, (hi & ~mask) - 1, tail, out);
      SplitSameLength(hi & ~mask, hi, tail, out);
      return;
    }
  }
  Emit(lo, hi, out);
}

}  // namespace

void SplitUtf8(CodePointRange range, std::vector<ByteSequence>* out) {
  constexpr uint32_t kLastOfLength[] = {0x7F, 0x7FF, 0xFFFF, kMaxCodePoint};
  uint32_t lo = range.lo;
  for (unsigned tail = 0; tail < 4 && lo <= range.hi; ++tail) {
    const uint32_t last = kLastOfLength[tail];
    if (lo > last) continue;
    const uint32_t hi = range.hi < last ? range.hi : last;
    SplitSameLength(lo, hi, tail, out);
    lo = hi + 1;
  }
}

}  // namespace polc::automata
