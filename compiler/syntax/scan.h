// One cheap pass over the bytes before ANTLR sees any: it refuses what is not
// text, bounds sizes and nesting, matches brackets, and cuts the file into
// chunks of whole declarations. After it, parsing costs no more than the
// largest declaration at a time and no recursion is deeper than the limit.
#ifndef POLC_COMPILER_SYNTAX_SCAN_H_
#define POLC_COMPILER_SYNTAX_SCAN_H_

#include <cstdint>
#include <vector>

#include "compiler/syntax/build/context.h"

namespace polc::syntax {

/// Bytes [begin, end): one declaration, or several where a `;` is missing.
struct Chunk {
  uint32_t begin = 0;
  uint32_t end = 0;
  /// An error in it is reported; parsing it would only repeat that.
  bool broken = false;
};

struct ScanResult {
  std::vector<Chunk> chunks;
  /// False: the file as a whole is refused (not text, too large).
  bool readable = true;
};

ScanResult Scan(const Context& context);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_SCAN_H_
