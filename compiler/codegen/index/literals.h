// Text that every string of a language contains. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_LITERALS_H_
#define POLC_COMPILER_CODEGEN_INDEX_LITERALS_H_

#include <string>
#include <vector>

#include "compiler/automata/dfa.h"

namespace polc::codegen {

/// Parts of two bytes or more that every string of the language has, up to
/// runtime::Unfold(): before the first place where it could end and still be in
/// the language. For a pattern that may be anywhere that is its first match.
std::vector<std::string> LiteralsIn(const automata::Dfa& dfa);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_LITERALS_H_
