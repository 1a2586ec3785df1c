// What the shim says itself: denials, refusals, errors. Each is one line
// without its end; ids are given as they were written.
#ifndef POLC_RUNTIME_SHIM_ANSWERS_H_
#define POLC_RUNTIME_SHIM_ANSWERS_H_

#include <string>
#include <string_view>

#include "runtime/decision.h"
#include "runtime/json/fault.h"

namespace polc::runtime::shim {

// Codes of our own lie outside what JSON-RPC and MCP reserve.
inline constexpr int kDenied = -31999;
inline constexpr int kServerGone = -31998;
inline constexpr int kOverloaded = -31997;
inline constexpr int kAnswerRefused = -31996;

/// "its reason (rule `p.r`)".
std::string DenialText(const Decision& decision);

/// A denied tools/call: a result that the model reads. `has_result_type` for
/// revisions whose results carry `resultType`.
std::string DeniedCall(std::string_view raw_id, const Decision& decision,
                       bool has_result_type);

/// Any other denied request.
std::string DeniedRequest(std::string_view raw_id, const Decision& decision);

/// A message that was refused unread. An empty id is null.
std::string Refused(std::string_view raw_id, const Fault& fault);

std::string ErrorAnswer(std::string_view raw_id, int code,
                        std::string_view message);

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_ANSWERS_H_
