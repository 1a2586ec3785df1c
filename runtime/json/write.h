// A parsed value back to text.
#ifndef POLC_RUNTIME_JSON_WRITE_H_
#define POLC_RUNTIME_JSON_WRITE_H_

#include <string>

#include "runtime/json/value.h"

namespace polc::runtime::json {

/// Appends `value` compactly: members in their order, numbers as the shortest
/// decimal that reads back. Recursion is bounded by the reader's depth.
void AppendValue(Value value, std::string* out);

/// The same with members sorted by their names' bytes: equal values have equal
/// text, whatever the order they came in.
void AppendCanonical(Value value, std::string* out);

}  // namespace polc::runtime::json

#endif  // POLC_RUNTIME_JSON_WRITE_H_
