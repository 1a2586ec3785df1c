// Why a message is refused before any rule sees it. One row for each reason:
// its name (stable: audit logs and tests hold it), the JSON-RPC error code of
// the answer, and words for a person.
#ifndef POLC_RUNTIME_JSON_FAULT_H_
#define POLC_RUNTIME_JSON_FAULT_H_

#include <string_view>

namespace polc::runtime {

inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kInvalidParams = -32602;

struct Fault {
  std::string_view name;
  int code;
  std::string_view text;
};

namespace fault {

inline constexpr Fault kSyntax = {"json.syntax", kParseError, "not JSON"};
inline constexpr Fault kTrailing = {"json.trailing", kParseError,
                                    "text after the message"};
inline constexpr Fault kCarriageReturn = {
    "json.carriage_return", kParseError,
    "a carriage return inside the message: readers disagree where it ends"};
inline constexpr Fault kBom = {"json.bom", kParseError, "a byte order mark"};
inline constexpr Fault kUtf8 = {"json.utf8", kParseError, "not UTF-8"};
inline constexpr Fault kSurrogate = {"json.surrogate", kParseError,
                                     "half a surrogate pair in a string"};
inline constexpr Fault kNul = {"json.nul", kInvalidRequest,
                               "U+0000 in a string"};
inline constexpr Fault kNumber = {"json.number", kInvalidRequest,
                                  "a number that readers can't agree on"};
inline constexpr Fault kDepth = {"json.depth", kInvalidRequest,
                                 "more than 64 levels of nesting"};
inline constexpr Fault kTooLarge = {"json.too_large", kInvalidRequest,
                                    "more than 4 MiB"};
inline constexpr Fault kTooMany = {"json.too_many_values", kInvalidRequest,
                                   "more than 100,000 values"};
inline constexpr Fault kDuplicateKey = {"json.dup_key", kInvalidRequest,
                                        "a key twice in one object"};
inline constexpr Fault kForbiddenKey = {"json.key_forbidden", kInvalidRequest,
                                        "the key `__proto__`"};
inline constexpr Fault kCaseTwin = {
    "json.key_case_twin", kInvalidRequest,
    "a key that differs from a known one only in case"};
inline constexpr Fault kMemory = {"json.memory", kInvalidRequest,
                                  "no memory to read the message"};

}  // namespace fault
}  // namespace polc::runtime

#endif  // POLC_RUNTIME_JSON_FAULT_H_
