// The IR's text form (docs/ir.md): `polc build --emit=ir` prints it, tests and
// tools read it back. Printing, parsing and printing again gives the same text.
#ifndef POLC_COMPILER_IR_TEXT_H_
#define POLC_COMPILER_IR_TEXT_H_

#include <string>
#include <string_view>

#include "compiler/ir/ir.h"
#include "compiler/support/result.h"

namespace polc::ir {

std::string Print(const Module& module);

/// Parses and validates; the error says the line. Source ranges are not part
/// of the text and come back invalid.
Result<Module> ParseText(std::string_view text);

/// An error names the first thing that breaks an invariant of ir.h: ids out of
/// range, operands that do not precede their node, tests without what their
/// kind needs, rules out of trial order.
Result<void> Validate(const Module& module);

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_TEXT_H_
