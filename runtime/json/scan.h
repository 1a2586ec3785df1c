// What can be said of a JSON text by looking at its characters alone, in one
// pass and without memory: used before parsing, after a failed parse, and for
// what a parsed document no longer shows.
#ifndef POLC_RUNTIME_JSON_SCAN_H_
#define POLC_RUNTIME_JSON_SCAN_H_

#include <cstddef>
#include <string_view>

#include "runtime/json/fault.h"

namespace polc::runtime::json {

/// Null, or why a text of brackets and commas like these can't be read: deeper
/// than `max_depth` or more than `max_values` values. Exact if it is JSON.
const Fault* CheckBounds(std::string_view text, size_t max_depth,
                         size_t max_values);

struct EscapeFaults {
  bool surrogate = false;  // half a pair, escaped
  bool nul = false;        // \u0000
};
/// Of valid JSON.
EscapeFaults FindEscapes(std::string_view text);

/// Which fault makes `text`, that is not JSON, not JSON. `at_number` if a
/// number stopped the parser.
const Fault* ClassifySyntax(std::string_view text, bool at_number);

/// The length of the value at the start of `text`: a string, a container up to
/// its bracket, or anything else up to what ends it. npos if it has no end.
size_t SkipValue(std::string_view text);

}  // namespace polc::runtime::json

#endif  // POLC_RUNTIME_JSON_SCAN_H_
