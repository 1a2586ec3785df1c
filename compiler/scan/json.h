// JSON that is kept and written again: what a server says of its tools, before
// it is anybody's type. Numbers are kept as text, in the one spelling of the
// JSON Canonicalization Scheme (RFC 8785).
#ifndef POLC_COMPILER_SCAN_JSON_H_
#define POLC_COMPILER_SCAN_JSON_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/support/result.h"

namespace polc::scan {

struct Json {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kList, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;                // of a string or a number
  std::vector<Json> items;         // elements, or the values of members
  std::vector<std::string> names;  // of an object: items[i] is names[i]'s

  static Json Object();
  static Json List();
  static Json String(std::string_view text);

  bool is_object() const { return kind == Kind::kObject; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_string() const { return kind == Kind::kString; }
  bool IsBool(bool value) const {
    return kind == Kind::kBool && boolean == value;
  }
  /// Null if this is no object or has no such member.
  const Json* Find(std::string_view name) const;
  /// The text of a member that is a string, else empty.
  std::string TextOf(std::string_view name) const;
  /// Replaces or adds a member.
  void Set(std::string_view name, Json value);
  void Remove(std::string_view name);
  /// As JSON has it: the order of members does not matter.
  bool operator==(const Json& other) const;
};

/// The error says what is wrong with `text`.
Result<Json> ParseJson(std::string_view text);

/// RFC 8785: equal values have equal bytes.
std::string Canonical(const Json& value);

/// Where each value stands in a text: by JSON pointer (RFC 6901).
using Places = std::map<std::string, std::pair<uint32_t, uint32_t>>;

/// Over several lines, members in their order, two spaces a level. What an
/// editor would not show, or would obey, is escaped (hidden.h).
std::string Pretty(const Json& value, Places* places);

/// A step of a JSON pointer, escaped.
std::string PointerStep(std::string_view name);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_JSON_H_
