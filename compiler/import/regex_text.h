// Regexes of other formats, which all have the syntax of RE2, as the language
// spells them.
#ifndef POLC_COMPILER_IMPORT_REGEX_TEXT_H_
#define POLC_COMPILER_IMPORT_REGEX_TEXT_H_

#include <string>
#include <variant>

namespace polc::import {

struct PolRegex {
  std::string pattern;  // for `finds`
  bool ignoring_case = false;
};
/// Not a regex at all.
struct BadRegex {
  std::string why;
};
/// A regex that the language cannot say.
struct NoEqual {
  std::string why;
};

std::variant<PolRegex, BadRegex, NoEqual> TranslateRegex(
    const std::string& pattern);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_REGEX_TEXT_H_
