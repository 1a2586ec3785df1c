// See code_points.h. Ranges are kept as plain vectors: classes of real
// patterns have a handful of them.
#include "compiler/automata/code_points.h"

#include <algorithm>

#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

constexpr uint32_t kFirstSurrogate = 0xD800;
constexpr uint32_t kLastSurrogate = 0xDFFF;

}  // namespace

CodePointSet MakeSet(std::vector<CodePointRange> ranges) {
  std::vector<CodePointRange> cut;
  for (CodePointRange r : ranges) {
    r.hi = std::min(r.hi, kMaxCodePoint);
    if (r.lo > r.hi) continue;
    if (r.hi < kFirstSurrogate || r.lo > kLastSurrogate) {
      cut.push_back(r);
      continue;
    }
    if (r.lo < kFirstSurrogate) cut.push_back({r.lo, kFirstSurrogate - 1});
    if (r.hi > kLastSurrogate) cut.push_back({kLastSurrogate + 1, r.hi});
  }
  std::sort(cut.begin(), cut.end(),
            [](const auto& a, const auto& b) { return a.lo < b.lo; });
  CodePointSet out;
  for (const CodePointRange& r : cut) {
    if (!out.empty() && r.lo <= out.back().hi + 1) {
      out.back().hi = std::max(out.back().hi, r.hi);
    } else {
      out.push_back(r);
    }
  }
  return out;
}

CodePointSet Negate(const CodePointSet& set) {
  std::vector<CodePointRange> gaps;
  uint32_t from = 0;
  for (const CodePointRange& r : set) {
    if (r.lo > from) gaps.push_back({from, r.lo - 1});
    from = r.hi + 1;
  }
  if (from <= kMaxCodePoint) gaps.push_back({from, kMaxCodePoint});
  return MakeSet(std::move(gaps));
}

const CodePointSet& AllCodePoints() {
  static const CodePointSet all = Negate({});
  return all;
}

bool Contains(const CodePointSet& set, uint32_t code_point) {
  const auto it = std::upper_bound(
      set.begin(), set.end(), code_point,
      [](uint32_t c, const CodePointRange& r) { return c < r.lo; });
  return it != set.begin() && code_point <= (it - 1)->hi;
}

}  // namespace polc::automata
