// How text is spelled between quotes in JSON, and so in Pol and in dumps.
#ifndef POLC_COMPILER_SUPPORT_JSON_STRING_H_
#define POLC_COMPILER_SUPPORT_JSON_STRING_H_

#include <string>
#include <string_view>

namespace polc {

/// `text`, valid UTF-8, as a JSON string with its quotes: control characters
/// are escaped, other code points stand for themselves.
std::string JsonString(std::string_view text);

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_JSON_STRING_H_
