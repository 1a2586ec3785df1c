#include "runtime/mcp/list_filter.h"

#include <algorithm>

#include "runtime/request.h"
#include "runtime/text.h"

namespace polc::runtime::mcp {
namespace {

using json::Value;

constexpr std::string_view kScope = "cacheScope";
constexpr std::string_view kPrivate = "\"cacheScope\":\"private\"";

/// Adds `member` to the object that `*out` is being written as.
void AppendMember(std::string_view member, std::string* out) {
  if (out->back() != '{' && out->back() != '[') *out += ',';
  *out += member;
}

/// The text of an object, one member of which is replaced.
std::string Replace(std::string_view text, Value object, std::string_view key,
                    std::string_view member) {
  std::string out = "{";
  json::RawItems raw(text);
  for (json::Members it(object); it; it.Next(), raw.Next()) {
    AppendMember(it.key() == key ? member : raw.member(), &out);
  }
  return out + "}";
}

std::string_view RawOf(std::string_view text, Value object,
                       std::string_view key) {
  json::RawItems raw(text);
  for (json::Members it(object); it; it.Next(), raw.Next()) {
    if (it.key() == key) return raw.value();
  }
  return {};
}

class Filter {
 public:
  Filter(const ListShape& shape,
         const std::function<bool(std::string_view)>& is_visible)
      : shape_(shape), is_visible_(is_visible) {}

  /// The entries that stay, as text; sets `out->fault` on two of one name.
  std::string Entries(std::string_view text, Value list, FilteredList* out);
  bool dropped() const { return dropped_; }

 private:
  /// Whether the entry stays.
  bool Keep(Value entry, FilteredList* out);

  const ListShape& shape_;
  const std::function<bool(std::string_view)>& is_visible_;
  std::vector<std::string_view> names_;
  bool dropped_ = false;
};

bool Filter::Keep(Value entry, FilteredList* out) {
  const Value name = entry.Find(shape_.name);
  if (!name.is_string()) {
    out->warnings.emplace_back("an entry without a name is left out of `" +
                               std::string(shape_.entries) + "`");
    return false;
  }
  names_.push_back(name.text());
  if (shape_.is_tools && !IsToolName(name.text())) {
    out->warnings.push_back("the tool `" + Escaped(name.text()) +
                            "` has a name that can't be called");
    return false;
  }
  return is_visible_(name.text());
}

std::string Filter::Entries(std::string_view text, Value list,
                            FilteredList* out) {
  std::string entries = "[";
  json::RawItems raw(text);
  for (json::Elements it(list); it; it.Next(), raw.Next()) {
    if (Keep(it.value(), out)) {
      AppendMember(raw.value(), &entries);
    } else {
      dropped_ = true;
    }
  }
  std::sort(names_.begin(), names_.end());
  if (std::adjacent_find(names_.begin(), names_.end()) != names_.end()) {
    out->fault = &fault::kCollision;
  }
  return entries + "]";
}

/// The result with its entries replaced and kept for this caller alone.
std::string Rewrite(std::string_view text, Value result,
                    std::string_view entries_key, std::string_view entries,
                    bool is_modern) {
  std::string out = "{";
  json::RawItems raw(text);
  for (json::Members it(result); it; it.Next(), raw.Next()) {
    if (it.key() == entries_key) {
      std::string member;
      AppendJsonString(entries_key, &member);
      AppendMember(member + ":" + std::string(entries), &out);
    } else if (it.key() == kScope) {
      AppendMember(kPrivate, &out);
    } else {
      AppendMember(raw.member(), &out);
    }
  }
  if (is_modern && !result.Find(kScope)) AppendMember(kPrivate, &out);
  return out + "}";
}

}  // namespace

std::optional<ListShape> ListShapeOf(std::string_view method) {
  if (method == "tools/list") return ListShape{"tools", "name", true};
  if (method == "resources/list") return ListShape{"resources", "uri"};
  if (method == "prompts/list") return ListShape{"prompts", "name"};
  return std::nullopt;
}

FilteredList FilterList(
    const Message& response, const ListShape& shape, bool is_modern,
    const std::function<bool(std::string_view)>& is_visible) {
  FilteredList out;
  if (!response.result) return out;  // an error lists nothing
  const Value list = response.result.Find(shape.entries);
  if (!response.result.is_object() || !list.is_list()) {
    out.fault = &fault::kList;
    return out;
  }
  const Value root(list.tape(), 1);
  const std::string_view result_text = RawOf(response.text, root, "result");
  Filter filter(shape, is_visible);
  const std::string entries = filter.Entries(
      RawOf(result_text, response.result, shape.entries), list, &out);
  const Value scope = response.result.Find(kScope);
  const bool is_private = scope.is_string() && scope.text() == "private";
  const bool rescope = scope ? !is_private : is_modern;
  if (out.fault || (!filter.dropped() && !rescope)) return out;
  const std::string result =
      "\"result\":" +
      Rewrite(result_text, response.result, shape.entries, entries, is_modern);
  out.text = Replace(response.text, root, "result", result);
  return out;
}

}  // namespace polc::runtime::mcp
