#include "runtime/mcp/message.h"

#include <utility>

#include "runtime/mcp/fold.h"
#include "runtime/text.h"

namespace polc::runtime::mcp {
namespace {

using json::Type;
using json::Value;
namespace common = polc::runtime::fault;

constexpr std::string_view kVersionKey =
    "io.modelcontextprotocol/protocolVersion";

/// The text of the member called `key` of the object that `text` is.
[[gnu::hot]] std::string_view RawOf(std::string_view text, Value object,
                                    std::string_view key) {
  json::RawItems raw(text);
  for (json::Members it(object); it; it.Next(), raw.Next()) {
    if (it.key() == key) return raw.value();
  }
  return {};
}

/// Strings and integers are told apart by a first letter.
void SetIdentity(char letter, std::string_view text, std::string* out) {
  *out = letter;
  out->append(text);
}

bool IsExactInteger(Value id) {
  return id.is_integer() && id.type() == Type::kNumber;
}

}  // namespace

Value* MessageReader::Envelope::Find(std::string_view key) {
  if (key == "jsonrpc") return &jsonrpc;
  if (key == "id") return &id;
  if (key == "method") return &method;
  if (key == "params") return &params;
  if (key == "result") return &result;
  return key == "error" ? &error : nullptr;
}

Value* MessageReader::Params::Find(std::string_view key) {
  if (key == "name") return &name;
  if (key == "arguments") return &arguments;
  if (key == "_meta") return &meta;
  return key == "uri" ? &uri : nullptr;
}

[[gnu::hot]] const Fault* MessageReader::Read(std::string_view text) {
  // The room that ids had is kept for the next.
  std::string id = std::move(message_.id);
  id.clear();
  message_ = Message();
  message_.id = std::move(id);
  message_.text = text;
  if (const Fault* fault = reader_.ReadLeavingNul(text)) return fault;
  const Value root = reader_.root();
  if (root.is_list()) return &fault::kBatch;
  if (!root.is_object()) return &fault::kShape;
  return ReadEnvelope(root);
}

[[gnu::hot]] const Fault* MessageReader::ReadEnvelope(Value root) {
  const Fault* unknown = nullptr;
  Envelope parts;
  for (json::Members it(root); it; it.Next()) {
    const std::string_view key = it.key();
    if (Value* part = parts.Find(key)) {
      *part = it.value();
    } else if (IsTwinOfMessageKey(key)) {
      return &common::kCaseTwin;
    } else {
      unknown = &fault::kShape;
    }
  }
  if (parts.id) {
    if (const Fault* fault = ReadId(parts.id)) return fault;
  }
  if (unknown) return unknown;
  if (!parts.jsonrpc.is_string() || parts.jsonrpc.text() != "2.0") {
    return &fault::kVersion;
  }
  return parts.method ? ReadRequest(parts) : ReadResponse(parts, root);
}

[[gnu::hot]] const Fault* MessageReader::ReadId(Value id) {
  const std::string_view raw = RawOf(message_.text, reader_.root(), "id");
  if ((!id.is_string() && !IsExactInteger(id)) || raw.size() > kMaxIdBytes ||
      raw == "-0") {
    return &fault::kId;
  }
  if (reader_.HasNul(id)) return &common::kNul;
  message_.raw_id = raw;
  // An exact integer that is not -0 has one spelling.
  if (id.is_string()) {
    SetIdentity('s', id.text(), &message_.id);
  } else {
    SetIdentity('n', raw, &message_.id);
  }
  return nullptr;
}

const Fault* MessageReader::ReadResponse(const Envelope& parts, Value root) {
  message_.kind = Kind::kResponse;
  message_.result = parts.result;
  if (parts.params || !parts.error == !parts.result) return &fault::kShape;
  if (message_.id.empty()) return &fault::kId;
  if (parts.error && !parts.error.is_object()) return &fault::kShape;
  return !allows_nul_ && reader_.HasNul(root) ? &common::kNul : nullptr;
}

[[gnu::hot]] const Fault* MessageReader::ReadRequest(const Envelope& parts) {
  if (!parts.method.is_string() || parts.result || parts.error) {
    return &fault::kShape;
  }
  message_.method = parts.method.text();
  message_.info = FindMethod(message_.method);
  message_.kind = message_.id.empty() ? Kind::kNotification : Kind::kRequest;
  // A notification that carries an id, and a request that carries none, are
  // each something else to another reader.
  if (message_.info.is_notification != message_.id.empty()) return &fault::kId;
  if (parts.params) {
    if (!parts.params.is_object()) return &fault::kParams;
    message_.params = parts.params;
  }
  params_ = Params();
  for (json::Members it(message_.params); it; it.Next()) {
    const std::string_view key = it.key();
    if (Value* part = params_.Find(key)) {
      *part = it.value();
    } else if (IsTwinOfParamsKey(key)) {
      return &common::kCaseTwin;
    }
  }
  if (const Fault* fault = ReadMeta()) return fault;
  if (const Fault* fault = ReadTarget()) return fault;
  return CheckNul();
}

[[gnu::hot]] const Fault* MessageReader::ReadMeta() {
  const Value meta = params_.meta;
  if (!meta) return nullptr;
  if (!meta.is_object()) return &fault::kParams;
  const Value version = meta.Find(kVersionKey);
  if (!version) return nullptr;
  if (!version.is_string()) return &fault::kParams;
  message_.is_modern = true;
  // A revision newer than this program is policed like the newest it knows.
  message_.revision = RevisionOf(version.text()).value_or(kRev20260728);
  return nullptr;
}

[[gnu::hot]] const Fault* MessageReader::ReadTarget() {
  switch (message_.info.target) {
    case Target::kNone:
      return nullptr;
    case Target::kTool:
      if (const Fault* fault = ReadNamed(&message_.tool)) return fault;
      return IsToolName(*message_.tool) ? nullptr : &fault::kName;
    case Target::kPrompt:
      return ReadNamed(&message_.prompt);
    case Target::kResource: {
      const Value uri = params_.uri;
      if (!uri.is_string()) return &fault::kParams;
      message_.resource = uri.text();
      return ArgsFromParams(std::nullopt);
    }
    case Target::kCompletion:
      return ReadCompletion();
    case Target::kMethod:
      return ArgsFromParams(std::nullopt);
  }
  return &fault::kShape;
}

[[gnu::hot]] const Fault* MessageReader::ReadNamed(
    std::optional<std::string_view>* name) {
  const Value value = params_.name;
  if (!value.is_string()) return &fault::kParams;
  *name = value.text();
  const Value arguments = params_.arguments;
  if (arguments && !arguments.is_object()) return &fault::kParams;
  message_.args = arguments;
  return nullptr;
}

const Fault* MessageReader::ReadCompletion() {
  const Value ref = message_.params.Find("ref");
  const Value type = ref.Find("type");
  if (!type.is_string()) return &fault::kParams;
  const bool of_prompt = type.text() == "ref/prompt";
  if (!of_prompt && type.text() != "ref/resource") return &fault::kParams;
  const Value target = ref.Find(of_prompt ? "name" : "uri");
  if (!target.is_string()) return &fault::kParams;
  if (!of_prompt) {
    message_.resource = target.text();
    return ArgsFromParams(target.text());
  }
  message_.prompt = target.text();
  const Value arguments = params_.arguments;
  if (arguments && !arguments.is_object()) return &fault::kParams;
  message_.args = arguments;
  return nullptr;
}

/// The parameters without `_meta` and, if given, with another `uri`: written
/// anew from the message's own text, and read again.
const Fault* MessageReader::ArgsFromParams(
    std::optional<std::string_view> uri) {
  if (!message_.params) return nullptr;
  args_text_ = "{";
  if (uri) {
    args_text_ += "\"uri\":";
    AppendJsonString(*uri, &args_text_);
  }
  const std::string_view params_text =
      RawOf(message_.text, reader_.root(), "params");
  json::RawItems raw(params_text);
  for (json::Members it(message_.params); it; it.Next(), raw.Next()) {
    if (it.key() == "_meta" || (uri && it.key() == "uri")) continue;
    if (args_text_.size() > 1) args_text_ += ',';
    args_text_ += raw.member();
  }
  args_text_ += '}';
  if (const Fault* fault = args_reader_.ReadLeavingNul(args_text_)) {
    return fault;
  }
  message_.args = args_reader_.root();
  return nullptr;
}

[[gnu::hot]] const Fault* MessageReader::CheckNul() {
  if (allows_nul_ || !reader_.HasNul(reader_.root())) return nullptr;
  if (message_.method.find('\0') != std::string_view::npos) {
    return &common::kNul;
  }
  for (json::Members it(message_.params); it; it.Next()) {
    if (message_.tool && it.key() == "arguments") continue;
    if (it.key().find('\0') != std::string_view::npos ||
        reader_.HasNul(it.value())) {
      return &common::kNul;
    }
  }
  // In a tool's arguments alone: a denial that the agent can read.
  message_.has_nul_arguments = true;
  return nullptr;
}

std::string IdentityOf(std::string_view raw_id) {
  json::Reader reader({.bytes = kMaxIdBytes});
  if (reader.Read(raw_id)) return "";
  const Value id = reader.root();
  std::string out;
  if (id.is_string()) {
    SetIdentity('s', id.text(), &out);
  } else if (IsExactInteger(id)) {
    SetIdentity('n', std::to_string(static_cast<int64_t>(id.number())), &out);
  }
  return out;
}

}  // namespace polc::runtime::mcp
