#include "runtime/request.h"

#include <array>

#include "runtime/json/write.h"
#include "runtime/methods.h"
#include "runtime/text.h"

namespace polc::runtime {
namespace {

using json::Type;
using json::Value;

std::string MustBe(std::string_view key, std::string_view what) {
  return "`" + std::string(key) + "` must be " + std::string(what);
}

/// A bit for each of A-Z a-z 0-9 _ . -
constexpr std::array<uint64_t, 4> kNameCharacters = [] {
  std::array<uint64_t, 4> set = {};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                        "0123456789_.-")) {
    const auto at = static_cast<uint8_t>(c);
    set[at / 64] |= uint64_t{1} << (at % 64);
  }
  return set;
}();

}  // namespace

[[gnu::hot]] bool IsToolName(std::string_view name) {
  if (name.empty() || name.size() > 128) return false;
  bool all = true;
  for (const char c : name) {
    const auto at = static_cast<uint8_t>(c);
    all &= (kNameCharacters[at / 64] >> (at % 64) & 1) != 0;
  }
  return all;
}

std::optional<std::string> RequestDocument::Read(std::string_view text,
                                                 const Defaults& defaults) {
  view_ = RequestView();
  view_.server = defaults.server;
  view_.now = defaults.now;
  if (const Fault* fault = reader_.Read(text)) {
    return std::string(fault->name) + ": " + std::string(fault->text);
  }
  return ReadRoot(reader_.root());
}

std::optional<std::string> RequestDocument::ReadRoot(Value root) {
  if (!root.is_object()) return "a request is an object";
  for (json::Members it(root); it; it.Next()) {
    if (auto error = ReadMember(it.key(), it.value())) return error;
  }
  return ReadTarget(static_cast<bool>(root.Find("method")));
}

std::optional<std::string> RequestDocument::ReadMember(std::string_view key,
                                                       Value value) {
  auto read_text = [&](auto* out) -> std::optional<std::string> {
    if (!value.is_string()) return MustBe(key, "a string");
    *out = value.text();
    return std::nullopt;
  };
  if (key == "server") return read_text(&view_.server);
  if (key == "method") return read_text(&view_.method);
  if (key == "tool") return read_text(&view_.tool);
  if (key == "resource") return read_text(&view_.resource);
  if (key == "prompt") return read_text(&view_.prompt);
  if (key == "session") {
    if (value.type() == Type::kNull) return std::nullopt;
    return read_text(&view_.session);
  }
  if (key == "args") {
    if (!value.is_object()) return MustBe(key, "an object");
    view_.args = value;
    return std::nullopt;
  }
  if (key == "caller") return ReadCaller(value);
  if (key == "marks") return ReadMarks(value);
  if (key == "client") {
    if (!value.is_object()) return MustBe(key, "an object");
    return std::nullopt;
  }
  if (key == "now") {
    const auto now = value.is_string() ? ParseTime(value.text()) : std::nullopt;
    if (!now) return MustBe(key, "an RFC 3339 time");
    view_.now = *now;
    return std::nullopt;
  }
  return "a request has no member `" + Escaped(key) + "`";
}

std::optional<std::string> RequestDocument::ReadCaller(Value caller) {
  if (!caller.is_object()) return MustBe("caller", "an object");
  for (json::Members it(caller); it; it.Next()) {
    const Value value = it.value();
    if (it.key() == "grant") {
      if (!value.is_string()) return MustBe("caller.grant", "a string");
      view_.caller.grant = value.text();
    } else if (it.key() == "subject") {
      if (value.type() == Type::kNull) continue;
      if (!value.is_string()) return MustBe("caller.subject", "a string");
      view_.caller.subject = value.text();
    } else if (it.key() == "roles") {
      bool good = value.is_list();
      for (json::Elements role(good ? value : Value()); role; role.Next()) {
        good = good && role.value().is_string();
      }
      if (!good) return MustBe("caller.roles", "a list of strings");
      view_.caller.roles = value;
    } else if (it.key() == "claims") {
      if (!value.is_object()) return MustBe("caller.claims", "an object");
      view_.caller.claims = value;
    } else {
      return "a caller has no member `" + Escaped(it.key()) + "`";
    }
  }
  return std::nullopt;
}

/// Those that earlier requests are not there to set.
std::optional<std::string> RequestDocument::ReadMarks(Value marks) {
  marks_.clear();
  bool good = marks.is_list();
  for (json::Elements mark(good ? marks : Value()); mark; mark.Next()) {
    good = good && mark.value().is_string();
    if (good) marks_.push_back(mark.value().text());
  }
  if (!good) return MustBe("marks", "a list of strings");
  view_.marks = marks_;
  return std::nullopt;
}

std::optional<std::string> RequestDocument::ReadTarget(bool has_method) {
  const int targets = view_.tool.has_value() + view_.resource.has_value() +
                      view_.prompt.has_value();
  if (targets > 1) return "a request has one of `tool`, `resource`, `prompt`";
  if (!has_method && view_.resource) view_.method = "resources/read";
  if (!has_method && view_.prompt) view_.method = "prompts/get";
  const MethodInfo method = FindMethod(view_.method);
  view_.defined = method.revisions != 0;
  const bool completes = method.target == Target::kCompletion;
  const bool fits =
      view_.tool.has_value() == (method.target == Target::kTool) &&
      (completes ? targets == 1
                 : view_.resource.has_value() ==
                           (method.target == Target::kResource) &&
                       view_.prompt.has_value() ==
                           (method.target == Target::kPrompt));
  if (!fits) {
    return "`tool`, `resource` or `prompt` is missing or does not go with the "
           "method";
  }
  if (view_.tool && !IsToolName(*view_.tool)) {
    return "mcp.name_invalid: a tool name is 1 to 128 of `A-Za-z0-9_.-`";
  }
  return view_.resource ? AddUri() : std::nullopt;
}

/// The arguments of a resource's request hold its URI, whatever else.
std::optional<std::string> RequestDocument::AddUri() {
  const Value uri = view_.args.Find("uri");
  if (uri) {
    if (uri.is_string() && uri.text() == *view_.resource) return std::nullopt;
    return "`args.uri` is not the `resource`";
  }
  args_text_ = "{\"uri\":";
  AppendJsonString(*view_.resource, &args_text_);
  for (json::Members it(view_.args); it; it.Next()) {
    args_text_ += ',';
    AppendJsonString(it.key(), &args_text_);
    args_text_ += ':';
    json::AppendValue(it.value(), &args_text_);
  }
  args_text_ += '}';
  if (const Fault* fault = args_reader_.Read(args_text_)) {
    return std::string(fault->name) + ": " + std::string(fault->text);
  }
  view_.args = args_reader_.root();
  return std::nullopt;
}

}  // namespace polc::runtime
