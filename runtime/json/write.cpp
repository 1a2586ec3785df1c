#include "runtime/json/write.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/text.h"

namespace polc::runtime::json {
namespace {

void AppendInteger(Value value, std::string* out) {
  const uint64_t raw = value.tape()->words[value.at() + 1];
  *out += value.tag() == 'l' ? std::to_string(static_cast<int64_t>(raw))
                             : std::to_string(raw);
}

using Member = std::pair<std::string_view, Value>;

void Append(Value value, bool sorted, std::string* out);

void AppendList(Value list, bool sorted, std::string* out) {
  *out += '[';
  for (Elements it(list); it; it.Next()) {
    if (it.value().at() != list.at() + 1) *out += ',';
    Append(it.value(), sorted, out);
  }
  *out += ']';
}

void AppendObject(Value object, bool sorted, std::string* out) {
  std::vector<Member> members;
  for (Members it(object); it; it.Next()) {
    members.emplace_back(it.key(), it.value());
  }
  if (sorted) {
    std::sort(
        members.begin(), members.end(),
        [](const Member& a, const Member& b) { return a.first < b.first; });
  }
  *out += '{';
  for (const Member& member : members) {
    if (&member != members.data()) *out += ',';
    AppendJsonString(member.first, out);
    *out += ':';
    Append(member.second, sorted, out);
  }
  *out += '}';
}

void Append(Value value, bool sorted, std::string* out) {
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
    case Type::kList:
      return AppendList(value, sorted, out);
    case Type::kObject:
      return AppendObject(value, sorted, out);
  }
}

}  // namespace

void AppendValue(Value value, std::string* out) { Append(value, false, out); }

void AppendCanonical(Value value, std::string* out) {
  Append(value, true, out);
}

}  // namespace polc::runtime::json
