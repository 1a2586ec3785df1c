// Sets of Unicode code points as sorted ranges: what a character class of a
// pattern denotes. Invariant of CodePointSet: sorted, disjoint, no two ranges
// touch, no surrogates, nothing past U+10FFFF.
#ifndef POLC_COMPILER_AUTOMATA_CODE_POINTS_H_
#define POLC_COMPILER_AUTOMATA_CODE_POINTS_H_

#include <cstdint>
#include <vector>

namespace polc::automata {

/// Both ends are included.
struct CodePointRange {
  uint32_t lo;
  uint32_t hi;
  bool operator==(const CodePointRange&) const = default;
};

using CodePointSet = std::vector<CodePointRange>;

/// The set of all code points in `ranges`, which may overlap, be unsorted and
/// cover surrogates (left out: no string holds one).
CodePointSet MakeSet(std::vector<CodePointRange> ranges);

/// Every code point that `set` does not hold.
CodePointSet Negate(const CodePointSet& set);

/// All code points.
const CodePointSet& AllCodePoints();

bool Contains(const CodePointSet& set, uint32_t code_point);

/// `set` and every code point that simple Unicode case folding (CaseFolding.txt
/// status C and S) takes to the same code point as one of its members.
CodePointSet CloseUnderCase(const CodePointSet& set);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_CODE_POINTS_H_
