// UTF-8 that nobody has validated, a code point at a time.
#ifndef POLC_RUNTIME_UTF8_H_
#define POLC_RUNTIME_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace polc::runtime {

/// U+FFFD, for what is not valid.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
/// For what was cut.
inline constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// The length of the valid sequence at the start of `text`, which is not empty;
/// 0 if there is none. `*code_point` is what it encodes.
size_t DecodeUtf8(std::string_view text, uint32_t* code_point);

/// Controls and line separators, and what reorders, joins or hides the text
/// around it (CVE-2021-42574 is why).
bool IsUnprintable(uint32_t code_point);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_UTF8_H_
