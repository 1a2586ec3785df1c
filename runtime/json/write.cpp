#include "runtime/json/write.h"

#include <cstdint>

#include "runtime/text.h"

namespace polc::runtime::json {
namespace {

void AppendInteger(Value value, std::string* out) {
  const uint64_t raw = value.tape()->words[value.at() + 1];
  *out += value.tag() == 'l' ? std::to_string(static_cast<int64_t>(raw))
                             : std::to_string(raw);
}

}  // namespace

void AppendValue(Value value, std::string* out) {
  switch (value.type()) {
    case Type::kNone:
    case Type::kNull:
      *out += "null";
      return;
    case Type::kBool:
      *out += value.boolean() ? "true" : "false";
      return;
    case Type::kNumber:
    case Type::kBigInt:
      if (value.is_integer()) return AppendInteger(value, out);
      *out += NumberText(value.number());
      return;
    case Type::kString:
      return AppendJsonString(value.text(), out);
    case Type::kList: {
      char before = '[';
      for (Elements it(value); it; it.Next()) {
        *out += before;
        AppendValue(it.value(), out);
        before = ',';
      }
      *out += before == '[' ? "[]" : "]";
      return;
    }
    case Type::kObject: {
      char before = '{';
      for (Members it(value); it; it.Next()) {
        *out += before;
        AppendJsonString(it.key(), out);
        *out += ':';
        AppendValue(it.value(), out);
        before = ',';
      }
      *out += before == '{' ? "{}" : "}";
      return;
    }
  }
}

}  // namespace polc::runtime::json
