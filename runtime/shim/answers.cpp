#include "runtime/shim/answers.h"

#include "runtime/text.h"

namespace polc::runtime::shim {
namespace {

std::string Begin(std::string_view raw_id) {
  return "{\"jsonrpc\":\"2.0\",\"id\":" +
         std::string(raw_id.empty() ? "null" : raw_id) + ",";
}

std::string DecisionMember(const Decision& decision) {
  return "{\"dev.polc/decision\":" + DecisionJson(decision) + "}";
}

std::string Error(std::string_view raw_id, int code, std::string_view message,
                  std::string_view data) {
  std::string out = Begin(raw_id) +
                    "\"error\":{\"code\":" + std::to_string(code) +
                    ",\"message\":";
  AppendJsonString(message, &out);
  if (!data.empty()) out += ",\"data\":" + std::string(data);
  return out + "}}";
}

}  // namespace

std::string DenialText(const Decision& decision) {
  std::string out = decision.reason;
  // A limit's reason names it already.
  if (decision.rule.empty() || decision.by == By::kLimit) return out;
  return out + " (rule `" + std::string(decision.rule) + "`)";
}

std::string DeniedCall(std::string_view raw_id, const Decision& decision,
                       bool has_result_type) {
  std::string out = Begin(raw_id) + "\"result\":{";
  if (has_result_type) out += "\"resultType\":\"complete\",";
  out += "\"content\":[{\"type\":\"text\",\"text\":";
  AppendJsonString(DenialText(decision), &out);
  return out + "}],\"isError\":true,\"_meta\":" + DecisionMember(decision) +
         "}}";
}

std::string DeniedRequest(std::string_view raw_id, const Decision& decision) {
  return Error(raw_id, kDenied, DenialText(decision), DecisionMember(decision));
}

std::string Refused(std::string_view raw_id, const Fault& fault) {
  const std::string reason =
      std::string(fault.name) + ": " + std::string(fault.text);
  return Error(raw_id, fault.code, "refused: " + reason,
               DecisionMember(Denial(By::kMalformed, reason)));
}

std::string ErrorAnswer(std::string_view raw_id, int code,
                        std::string_view message) {
  return Error(raw_id, code, message, "");
}

}  // namespace polc::runtime::shim
