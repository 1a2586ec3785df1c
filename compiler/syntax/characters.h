// Which characters a policy may hold. A policy is read by people in a pull
// request, so what they see must be what polc reads: no control characters,
// nothing that turns text around, and outside comments and strings only ASCII.
#ifndef POLC_COMPILER_SYNTAX_CHARACTERS_H_
#define POLC_COMPILER_SYNTAX_CHARACTERS_H_

#include <cstdint>
#include <string_view>

#include "compiler/syntax/build/context.h"

namespace polc::syntax {

/// True of characters that may stand nowhere, not even in comments and
/// strings (where `\u` escapes can write them): C0 and C1 controls but tab and
/// line ends, bidirectional controls (CVE-2021-42574), line and paragraph
/// separators, byte order marks.
bool IsForbidden(uint32_t code_point);

/// Reports the forbidden character at [begin, end).
void ReportForbidden(const Context& context, size_t begin, size_t end,
                     uint32_t code_point);

/// Reports a character outside ASCII that is neither in a comment nor in a
/// string, and names the ASCII character that it looks like, if any.
void ReportNonAscii(const Context& context, size_t begin, size_t end,
                    uint32_t code_point);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_CHARACTERS_H_
