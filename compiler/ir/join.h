// Two modules in one: what has to be asked about both at once (do they decide
// alike?) is asked of conditions that share their tests, and equal conditions
// get equal ids.
#ifndef POLC_COMPILER_IR_JOIN_H_
#define POLC_COMPILER_IR_JOIN_H_

#include <array>
#include <cstddef>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::ir {

/// Places [begin, end) of one of the module's tables.
struct Span {
  size_t begin = 0;
  size_t end = 0;
  bool Has(size_t place) const { return place >= begin && place < end; }
};

/// Which of a module's declarations belong to one set.
struct Part {
  Span limits, marks, rules, policies, schemas, assertions;
};

/// The part that is all of `module`.
Part WholeOf(const Module& module);

struct Joined {
  Module module;
  std::array<Part, 2> parts;
};

/// The declarations of both (but for bounds and flows, which speak of one set),
/// in order, over one table each of fields, languages and conditions. A part
/// means what its module meant; the whole means nothing (names may be there
/// twice). Ranges stay those of each module's own files.
Joined Join(const Module& first, const Module& second);

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_JOIN_H_
