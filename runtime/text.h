// Text that people and logs get to see: numbers, JSON strings, instants, and
// what came with a request made harmless to look at.
#ifndef POLC_RUNTIME_TEXT_H_
#define POLC_RUNTIME_TEXT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polc::runtime {

/// The shortest decimal that reads back; -0 is "0".
std::string NumberText(double number);
using NumberBuffer = std::array<char, 32>;
std::string_view NumberText(double number, NumberBuffer* buffer);
void AppendNumber(double number, std::string* out);

/// At most 120 code points of valid UTF-8 (then an ellipsis), with controls
/// and what reorders or hides text shown by number.
std::string Escaped(std::string_view text);
void AppendEscaped(std::string_view text, std::string* out);

/// Appends `text` as a JSON string. Bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);

/// Reads "2026-01-15T10:30:00Z" (UTC or an offset, fractions cut), as Unix
/// seconds.
std::optional<int64_t> ParseTime(std::string_view text);

/// RFC 3339 in UTC with milliseconds.
std::string TimeText(int64_t unix_milliseconds);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_TEXT_H_
