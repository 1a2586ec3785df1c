// Text of others, made safe to show.
#ifndef POLC_COMPILER_DIAG_PRINTABLE_H_
#define POLC_COMPILER_DIAG_PRINTABLE_H_

#include <string>
#include <string_view>

#include "compiler/diag/diag.h"

namespace polc::diag {

/// A terminal must not obey what a policy says: control characters are shown
/// as their escapes, and so are the marks that turn text around.
std::string Printable(std::string_view text);

/// The word that services of code review show a diagnostic by, of their
/// "error", "warning" and, here `note`, the least. None has a word for what
/// could not be decided: a warning, so that nobody takes it for fine.
const char* ServiceLevel(Severity severity, const char* note);

/// "allow by rule `p.r`", "deny by default: no rule of ...": for people.
std::string DecidedWords(const Decided& decided);

}  // namespace polc::diag

#endif  // POLC_COMPILER_DIAG_PRINTABLE_H_
