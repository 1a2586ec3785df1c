// Text that a model reads and a person does not see: characters without a
// shape, marks that turn text around, terminal escapes, comments; and phrases
// that speak to the model instead of describing a tool.
#ifndef POLC_COMPILER_SCAN_HIDDEN_H_
#define POLC_COMPILER_SCAN_HIDDEN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polc::scan {

/// Whether an editor shows nothing for this code point, or obeys it. Tab and
/// line feed are not hidden.
bool IsHidden(uint32_t code_point);

/// What `text` (valid UTF-8) hides, in words: "zero-width characters (3, first
/// U+200B)". Joiners and selectors inside emoji are no news.
std::vector<std::string> FindHidden(std::string_view text);

/// `text` for a terminal: what is hidden by its number, "<U+202E>".
std::string Visible(std::string_view text);

/// The phrases of phrases.def in `text`, whatever is hidden between their
/// letters, as the table writes them.
std::vector<std::string> FindPhrases(std::string_view text);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_HIDDEN_H_
