// The parser's second half: limits, marks, rules, policies, schemas and
// assertions. Internal to the parser.
#ifndef POLC_COMPILER_IR_PARSE_DECL_H_
#define POLC_COMPILER_IR_PARSE_DECL_H_

#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/reader.h"

namespace polc::ir {

/// `f3 = ITEM`, where 3 must be the next number.
template <typename T, typename F>
bool ReadNumbered(Reader* r, char letter, std::vector<T>* items, F read) {
  int32_t index = 0;
  if (!r->IdText(letter, &index)) return false;
  if (static_cast<size_t>(index) != items->size()) {
    return r->Fail("ids must count from 0");
  }
  items->emplace_back();
  return r->Expect("=") && read(r, &items->back());
}

/// The current word begins a declaration.
bool AtDeclaration(const Reader& r);

/// Reads one declaration into `module`, or fails.
bool ReadDeclaration(Reader* r, Module* module);

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_PARSE_DECL_H_
