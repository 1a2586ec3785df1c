#include "runtime/json/value.h"

namespace polc::runtime::json {

Type Value::type() const {
  if (!tape_) return Type::kNone;
  const uint64_t raw = tape_->words[at_ + 1];
  switch (tag()) {
    case 't':
    case 'f':
      return Type::kBool;
    case 'l': {
      const auto n = static_cast<int64_t>(raw);
      return n > kMaxInteger || n < -kMaxInteger ? Type::kBigInt
                                                 : Type::kNumber;
    }
    case 'u':
      return Type::kBigInt;
    case 'd':
      return Type::kNumber;
    case '"':
      return Type::kString;
    case '[':
      return Type::kList;
    case '{':
      return Type::kObject;
    default:
      return Type::kNull;
  }
}

double Value::number() const {
  const uint64_t raw = tape_->words[at_ + 1];
  if (tag() == 'l') return static_cast<double>(static_cast<int64_t>(raw));
  if (tag() == 'u') return static_cast<double>(raw);
  double number = 0;
  std::memcpy(&number, &raw, sizeof number);
  return number == 0 ? 0 : number;
}

Value Value::Find(std::string_view key) const {
  if (!is_object()) return {};
  for (Members it(*this); it; it.Next()) {
    if (it.key() == key) return it.value();
  }
  return {};
}

}  // namespace polc::runtime::json
