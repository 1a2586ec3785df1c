#include "compiler/eval/json.h"

#include <fmt/format.h>

#include <chrono>

#include "compiler/eval/request_view.h"
#include "compiler/support/json_string.h"

namespace polc::eval {
namespace {

std::string Named(std::string_view name, const std::string& json) {
  return JsonString(name) + ": " + json;
}

void Append(const std::string& member, std::string* out) {
  if (out->size() > 1) *out += ", ";
  *out += member;
}

std::string StringList(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) Append(JsonString(text), &out);
  return out + "]";
}

// An integer beyond 2^53 spelled without a fraction would read back as one
// that has no value.
std::string Number(double number) {
  std::string text = NumberText(number);
  const bool plain = text.find_first_of(".e") == std::string::npos;
  return plain && text.size() > 15 ? text + ".0" : text;
}

std::string CallerJson(const Caller& caller) {
  std::string out = "{";
  Append(Named("grant", JsonString(caller.grant)), &out);
  if (caller.subject) {
    Append(Named("subject", JsonString(*caller.subject)), &out);
  }
  Append(Named("roles", StringList(caller.roles)), &out);
  Append(Named("claims", ValueJson(caller.claims)), &out);
  return out + "}";
}

// Decisions are written as the runtime writes them: without spaces.
std::string ChargeJson(const ir::Module& module, const Charge& charge) {
  std::string out =
      "{\"limit\":" + JsonString(module.limit(charge.limit).name) +
      ",\"key\":{";
  for (const ChargeKey& part : charge.key) {
    if (out.back() != '{') out += ',';
    out += JsonString(part.name) + ":" +
           (part.is_number ? part.value : JsonString(part.value));
  }
  return out + "},\"amount\":" + charge.amount.ToString() + "}";
}

}  // namespace

std::string ValueJson(const Value& value) {
  switch (value.kind) {
    case ir::Kind::kBool:
      return value.boolean ? "true" : "false";
    case ir::Kind::kNumber:
      return Number(value.number);
    case ir::Kind::kBigInt:
      // Written out, or readers would find a number with a value.
      return value.text.empty() ? "9007199254740993" : value.text;
    case ir::Kind::kString:
      return JsonString(value.text);
    case ir::Kind::kList: {
      std::string out = "[";
      for (const Value& item : value.items) Append(ValueJson(item), &out);
      return out + "]";
    }
    case ir::Kind::kObject: {
      std::string out = "{";
      for (size_t i = 0; i < value.items.size(); ++i) {
        Append(Named(value.names[i], ValueJson(value.items[i])), &out);
      }
      return out + "}";
    }
    default:
      return "null";
  }
}

std::string RequestJson(const Request& request) {
  std::string out = "{";
  Append(Named("server", JsonString(request.server)), &out);
  Append(Named("method", JsonString(request.method)), &out);
  if (request.tool) Append(Named("tool", JsonString(*request.tool)), &out);
  if (request.resource) {
    Append(Named("resource", JsonString(*request.resource)), &out);
  }
  if (request.prompt) {
    Append(Named("prompt", JsonString(*request.prompt)), &out);
  }
  Append(Named("args", ValueJson(request.args)), &out);
  Append(Named("caller", CallerJson(request.caller)), &out);
  if (request.session) {
    Append(Named("session", JsonString(*request.session)), &out);
  }
  if (!request.marks.empty()) {
    Append(Named("marks", StringList(request.marks)), &out);
  }
  Append(Named("now", JsonString(InstantText(request.now))), &out);
  return out + "}";
}

std::string DecisionJson(const ir::Module& module, const Decision& decision) {
  const std::string& name =
      decision.by == By::kLimit ? decision.limit : decision.rule;
  std::string out = "{\"decision\":";
  out += JsonString(ir::EffectName(decision.effect));
  out += ",\"by\":" + JsonString(ByName(decision.by));
  out += ",\"rule\":" + (name.empty() ? "null" : JsonString(name));
  out += ",\"reason\":" + JsonString(decision.reason);
  out += ",\"charges\":[";
  for (const Charge& charge : decision.charges) {
    if (out.back() != '[') out += ',';
    out += ChargeJson(module, charge);
  }
  out += "],\"retry_after\":";
  out += decision.retry_after ? std::to_string(*decision.retry_after) : "null";
  out += ",\"marks\":[";
  for (const ir::MarkId mark : decision.marks) {
    if (out.back() != '[') out += ',';
    out += JsonString(module.marks[mark.value()].name);
  }
  return out + "]}";
}

std::string InstantText(int64_t unix_seconds) {
  using std::chrono::days;
  using std::chrono::seconds;
  const std::chrono::sys_seconds at{seconds(unix_seconds)};
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace polc::eval
