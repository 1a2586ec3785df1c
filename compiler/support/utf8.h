// UTF-8, strictly: overlong forms, surrogates and code points past U+10FFFF
// are errors everywhere, because a reader that repairs them reads another
// text than the server does.
#ifndef POLC_COMPILER_SUPPORT_UTF8_H_
#define POLC_COMPILER_SUPPORT_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polc {

inline constexpr uint32_t kMaxCodePoint = 0x10FFFF;

/// The byte offset of the first invalid sequence, or npos if `text` is valid.
size_t FindInvalidUtf8(std::string_view text);

/// Decodes one code point of *valid* UTF-8 at `*pos` and moves `*pos` past it.
uint32_t DecodeUtf8(std::string_view text, size_t* pos);

/// All code points of valid UTF-8.
std::vector<uint32_t> CodePoints(std::string_view text);

/// Number of code points of valid UTF-8.
size_t CountCodePoints(std::string_view text);

/// Appends the encoding of `code_point` (not a surrogate, at most U+10FFFF).
void AppendUtf8(uint32_t code_point, std::string* out);

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_UTF8_H_
