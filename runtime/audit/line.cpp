// A record as one line of JSON that stays one line, short and valid, whatever
// the strings in it are.
#include <algorithm>

#include "runtime/audit/audit.h"
#include "runtime/sha256.h"
#include "runtime/text.h"
#include "runtime/utf8.h"

namespace polc::runtime {
namespace {

// Bytes of output, so that escapes count; the sum stays below 16 KiB.
constexpr size_t kShort = 256;
constexpr size_t kReason = 2048;
constexpr size_t kList = 4096;

void AppendUnit(uint32_t unit, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    *out += kDigits[(unit >> shift) & 0xF];
  }
}

void AppendEscape(uint32_t c, std::string* out) {
  if (c == '"' || c == '\\') {
    *out += '\\';
    *out += static_cast<char>(c);
  } else if (c < 0x10000) {
    AppendUnit(c, out);
  } else {
    AppendUnit(0xD800 + ((c - 0x10000) >> 10), out);
    AppendUnit(0xDC00 + ((c - 0x10000) & 0x3FF), out);
  }
}

/// A JSON string of about `most` bytes; what was cut ends in an ellipsis.
void AppendString(std::string_view text, size_t most, std::string* out) {
  *out += '"';
  const size_t start = out->size();
  while (!text.empty()) {
    if (out->size() - start >= most) {
      *out += kEllipsis;
      break;
    }
    uint32_t c = 0;
    const size_t length = DecodeUtf8(text, &c);
    if (length == 0) {
      *out += kReplacement;
    } else if (IsUnprintable(c) || c == '"' || c == '\\') {
      AppendEscape(c, out);
    } else {
      *out += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  *out += '"';
}

void AppendMember(std::string_view name, std::string_view value,
                  std::string* out, size_t most = kShort) {
  *out += ",\"";
  *out += name;
  *out += "\":";
  AppendString(value, most, out);
}

void AppendOrNull(std::string_view name, std::string_view value, size_t most,
                  std::string* out) {
  if (!value.empty()) return AppendMember(name, value, out, most);
  *out += ",\"";
  *out += name;
  *out += "\":null";
}

/// Appends `"name":[...]` with as many elements as fit, and how many did not.
template <typename Elements, typename AppendOne>
void AppendList(std::string_view name, const Elements& elements,
                AppendOne append_one, std::string* out) {
  *out += ",\"" + std::string(name) + "\":[";
  const size_t start = out->size();
  size_t shown = 0;
  for (const auto& element : elements) {
    if (out->size() - start >= kList) break;
    if (shown++ > 0) *out += ',';
    append_one(element, out);
  }
  *out += ']';
  if (shown < elements.size()) {
    *out += ",\"" + std::string(name) +
            "_more\":" + std::to_string(elements.size() - shown);
  }
}

void AppendCharge(const AuditCharge& charge, std::string* out) {
  *out += "{\"limit\":";
  AppendString(charge.limit, kShort, out);
  *out += ",\"key\":{";
  const size_t start = out->size();
  for (const auto& [name, value] : charge.key) {
    if (out->size() - start >= kShort * 4) break;
    if (out->size() != start) *out += ',';
    AppendString(name, kShort, out);
    *out += ':';
    // A key that the agent wrote is a value of an argument.
    const bool argument = name.starts_with("args");
    AppendString(argument ? "sha256:" + Sha256Hex(value) : value, kShort, out);
  }
  *out += "},\"amount\":" + charge.amount.ToString() + "}";
}

}  // namespace

std::string AuditLine(const AuditRecord& record, std::string_view prev) {
  std::string out = "{\"v\":1";
  AppendMember("time", TimeText(record.time_ms), &out);
  out += ",\"caller\":{\"grant\":";
  AppendString(record.grant, kShort, &out);
  AppendMember("subject", record.subject, &out);
  out += "},\"client\":{\"name\":";
  AppendString(record.client_name, kShort, &out);
  AppendMember("version", record.client_version, &out);
  out += '}';
  AppendMember("server", record.server, &out);
  AppendMember("method", record.method, &out);
  for (const std::string_view kind : {"tool", "resource", "prompt"}) {
    if (kind == record.target_kind) AppendMember(kind, record.target, &out);
  }
  const auto append_name = [](const std::string& name, std::string* to) {
    AppendString(name, kShort, to);
  };
  AppendList("args", record.args, append_name, &out);
  AppendOrNull("args_sha256", record.args_sha256, kShort, &out);
  AppendMember("decision", record.decision, &out);
  AppendMember("by", record.by, &out);
  AppendOrNull("rule", record.rule, kShort, &out);
  AppendOrNull("reason", record.reason, kReason, &out);
  AppendList("charges", record.charges, AppendCharge, &out);
  AppendList("marks", record.marks, append_name, &out);
  AppendMember("policy", record.policy, &out);
  out += ",\"latency_ns\":" + std::to_string(record.latency_ns);
  AppendMember("prev", prev, &out);
  return out + "}";
}

}  // namespace polc::runtime
