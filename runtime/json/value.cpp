#include "runtime/json/value.h"

namespace polc::runtime::json {

[[gnu::hot]] Value Value::Find(std::string_view key) const {
  if (!is_object()) return {};
  for (Members it(*this); it; it.Next()) {
    if (it.key() == key) return it.value();
  }
  return {};
}

}  // namespace polc::runtime::json
