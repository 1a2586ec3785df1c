// What may be shown of a text that somebody else wrote.
#ifndef POLC_COMPILER_SUPPORT_PRINTABLE_H_
#define POLC_COMPILER_SUPPORT_PRINTABLE_H_

#include <cstdint>
#include <string>

namespace polc {

/// True of controls and of what reorders, joins or hides the text around it
/// (CVE-2021-42574 is why): shown by number.
bool IsUnprintable(uint32_t code_point);

/// Appends the code point, or `\u{202e}` for one that is not printable.
void AppendShown(uint32_t code_point, std::string* out);

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_PRINTABLE_H_
