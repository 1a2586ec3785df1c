// JSON values, and how a number is written: its shortest decimal, so that
// 1 and 1.0 are one key and one text.
#include <charconv>

#include "compiler/eval/eval.h"
#include "compiler/eval/request_view.h"
#include "compiler/support/check.h"

namespace polc::eval {

Value Value::Object() {
  Value value;
  value.kind = ir::Kind::kObject;
  return value;
}

Value Value::String(std::string text) {
  Value value;
  value.kind = ir::Kind::kString;
  value.text = std::move(text);
  return value;
}

const Value* Value::Find(std::string_view key) const {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == key) return &items[i];
  }
  return nullptr;
}

std::string NumberText(double number) {
  char buffer[32];
  // + 0.0: -0 and 0 are one number, so they have one text.
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number + 0.0);
  return std::string(buffer, end.ptr);
}

}  // namespace polc::eval
