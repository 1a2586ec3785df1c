// Ranges of code points as sequences of byte ranges. Internal to this folder.
#ifndef POLC_COMPILER_AUTOMATA_UTF8_RANGES_H_
#define POLC_COMPILER_AUTOMATA_UTF8_RANGES_H_

#include <cstdint>
#include <vector>

#include "compiler/automata/code_points.h"

namespace polc::automata {

/// The strings whose byte i is in lo[i]..hi[i].
struct ByteSequence {
  uint8_t length;
  uint8_t lo[4];
  uint8_t hi[4];
};

/// Appends sequences that together are exactly the encodings of `range`
/// (which holds no surrogate), in ascending order.
void SplitUtf8(CodePointRange range, std::vector<ByteSequence>* out);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_UTF8_RANGES_H_
