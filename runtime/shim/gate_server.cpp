// From the server to the client.
#include <string>

#include "runtime/mcp/id_scanner.h"
#include "runtime/shim/answers.h"
#include "runtime/shim/gate.h"
#include "runtime/text.h"

namespace polc::runtime::shim {
namespace {

using mcp::Kind;
using mcp::Message;

/// A message by which a server asks the client is decided by its method alone,
/// whatever that method means in the other direction.
Message AsMethod(const Message& message) {
  Message out = message;
  out.tool.reset();
  out.resource.reset();
  out.prompt.reset();
  if (out.info.target != Target::kMethod && out.info.target != Target::kNone) {
    out.info = MethodInfo();
  }
  return out;
}

}  // namespace

void Gate::FromServer(std::string_view line) {
  if (line.find_first_not_of(" \t") == std::string_view::npos) return;
  if (const Fault* fault = server_reader_.Read(line)) {
    return FaultFromServer(line, *fault);
  }
  const Message& message = server_reader_.message();
  switch (message.kind) {
    case Kind::kRequest:
      return RequestFromServer(message);
    case Kind::kNotification:
      return NotificationFromServer(message);
    case Kind::kResponse:
      return ResponseFromServer(message);
  }
}

void Gate::TooLongFromServer(std::string_view raw_id) {
  FailAnswer(mcp::IdentityOf(raw_id), fault::kTooLarge);
}

/// Answers the client's request `id` with an error, if it waits for one.
void Gate::FailAnswer(std::string_view id, const Fault& fault) {
  const std::string reason =
      std::string(fault.name) + ": " + std::string(fault.text);
  const auto waiting = pending_.find(std::string(id));
  if (waiting == pending_.end()) {
    return sink_->Warn("dropped a message of the server: " + reason);
  }
  sink_->Warn("refused an answer of the server: " + reason);
  sink_->ToClient(ErrorAnswer(waiting->second.raw_id, kAnswerRefused,
                              "the server's answer was refused: " + reason));
  EndCall(waiting->second.leases);
  pending_.erase(waiting);
}

void Gate::FaultFromServer(std::string_view line, const Fault& fault) {
  const Message& message = server_reader_.message();
  if (!message.method.empty()) {
    sink_->Warn("refused a request of the server: " + std::string(fault.name));
    if (message.raw_id.empty()) return;
    return sink_->ToServer(Refused(message.raw_id, fault));
  }
  mcp::IdScanner scanner;
  scanner.Feed(line);
  const std::string id = mcp::IdentityOf(scanner.raw_id());
  if (id.empty() && fault.code == kParseError) {
    return sink_->Warn("dropped what the server wrote to its output: `" +
                       Escaped(line) + "`");
  }
  FailAnswer(id, fault);
}

void Gate::RequestFromServer(const Message& original) {
  const Message message = AsMethod(original);
  if (asked_.contains(message.id)) {
    return sink_->ToServer(Refused(message.raw_id, mcp::fault::kIdInUse));
  }
  if (asked_.size() >= kMaxPending) {
    return sink_->ToServer(ErrorAnswer(message.raw_id, kOverloaded,
                                       "the client is not keeping up"));
  }
  Decision decision;
  Receipt taken;
  if (message.info.target != Target::kNone &&
      !Permit(message, &decision, &taken)) {
    return sink_->ToServer(DeniedRequest(message.raw_id, decision));
  }
  asked_[message.id] = LeasesOf(taken);
  sink_->ToClient(message.text);
}

/// What the protocol defines passes: it tells, and asks for nothing.
void Gate::NotificationFromServer(const Message& original) {
  const Message message = AsMethod(original);
  if (message.method == "notifications/cancelled") {
    const json::Value id = message.params.Find("requestId");
    std::string identity;
    if (id.is_string()) identity = "s" + std::string(id.text());
    if (id.is_integer()) identity = "n" + NumberText(id.number());
    const auto asked = asked_.find(identity);
    if (asked != asked_.end()) {
      KeepLeases(identity, std::move(asked->second), false);
      asked_.erase(asked);
    }
  }
  Decision decision;
  Receipt taken;
  if (message.info.revisions != 0 || Permit(message, &decision, &taken)) {
    sink_->ToClient(message.text);
    return EndCall(LeasesOf(taken));  // nobody answers it
  }
  sink_->Warn("dropped a notification of the server: `" +
              Escaped(message.method) + "`");
}

void Gate::ResponseFromServer(const Message& message) {
  const auto waiting = pending_.find(message.id);
  if (waiting == pending_.end()) {
    if (EndCancelled(message.id, true)) return;
    return sink_->Warn("dropped an answer to nothing that was asked");
  }
  const Pending request = waiting->second;
  RefundAfterError(request, message.result);
  if (request.method == "initialize") {
    const json::Value version = message.result.Find("protocolVersion");
    if (version.is_string()) {
      negotiated_ = RevisionOf(version.text()).value_or(kRev20260728);
    }
  }
  std::string rewritten;
  if (const auto shape = mcp::ListShapeOf(request.method)) {
    mcp::FilteredList list = mcp::FilterList(
        message, *shape, request.is_modern,
        [&](std::string_view name) { return IsVisible(*shape, name); });
    for (const std::string& warning : list.warnings) sink_->Warn(warning);
    if (list.fault) return FailAnswer(message.id, *list.fault);
    rewritten = std::move(list.text);
  }
  pending_.erase(waiting);
  if (const auto denied = DeniedInputRequest(message.result)) {
    sink_->ToClient(DeniedRequest(request.raw_id, *denied));
  } else {
    sink_->ToClient(rewritten.empty() ? message.text
                                      : std::string_view(rewritten));
  }
  EndCall(request.leases);
}

void Gate::EndCall(const Receipt& leases) {
  if (leases.empty()) return;
  leases_ -= leases.size();
  if (store_->Refund(leases)) return;
  sink_->Warn("what a call held could not be given back, and ends by itself");
}

void Gate::KeepLeases(const std::string& id, Receipt leases, bool is_clients) {
  if (leases.empty()) return;
  (is_clients ? cancelled_ : unasked_).emplace(id, std::move(leases));
}

bool Gate::EndCancelled(const std::string& id, bool is_clients) {
  auto& waiting = is_clients ? cancelled_ : unasked_;
  const auto found = waiting.find(id);
  if (found == waiting.end()) return false;
  EndCall(found->second);
  waiting.erase(found);
  return true;
}

void Gate::Renew() {
  if (!has_leases() || store_->Renew()) return;
  sink_->Warn("the state can't be reached: what running calls hold may end");
}

/// An error is JSON-RPC's or, of a tool, one that the model is to read.
void Gate::RefundAfterError(const Pending& request, json::Value result) {
  if (request.refundable.empty()) return;
  const json::Value is_error = result.Find("isError");
  const bool failed =
      !result || (request.method == "tools/call" &&
                  is_error.type() == json::Type::kBool && is_error.boolean());
  if (!failed || store_->Refund(request.refundable)) return;
  sink_->Warn("what a failed call was charged could not be given back");
}

std::optional<Decision> Gate::DeniedInputRequest(json::Value result) {
  const json::Value type = result.Find("resultType");
  if (!type.is_string() || type.text() != "input_required") return {};
  const json::Value requests = result.Find("inputRequests");
  if (requests && !requests.is_object()) {
    return Denial(By::kMalformed, "the server asks for nothing known");
  }
  for (json::Members it(requests); it; it.Next()) {
    Message message;
    message.is_modern = true;
    message.revision = kRev20260728;
    const json::Value method = it.value().Find("method");
    if (!method.is_string()) {
      return Denial(By::kMalformed, "the server asks for nothing known");
    }
    message.method = method.text();
    message.info = FindMethod(message.method);
    message.args = it.value().Find("params");
    if (message.args && !message.args.is_object()) {
      return Denial(By::kMalformed, "the server asks for nothing known");
    }
    message = AsMethod(message);
    Decision decision;
    Receipt taken;
    if (!Permit(message, &decision, &taken)) return decision;
    EndCall(LeasesOf(taken));  // its answer comes with another call
  }
  return {};
}

bool Gate::IsVisible(const mcp::ListShape& shape, std::string_view name) const {
  RequestView view;
  view.server = config_.server;
  view.caller.grant = config_.grant;
  if (shape.is_tools) {
    view.tool = name;
  } else if (shape.name == "uri") {
    view.method = "resources/read";
    view.resource = name;
  } else {
    view.method = "prompts/get";
    view.prompt = name;
  }
  return engine_->MayPermit(view);
}

void Gate::ServerGone() {
  for (const auto& [id, request] : pending_) {
    sink_->ToClient(ErrorAnswer(request.raw_id, kServerGone,
                                "the server ended before it answered"));
    EndCall(request.leases);
  }
  pending_.clear();
  for (const auto& [id, leases] : asked_) EndCall(leases);
  asked_.clear();
  for (auto* waiting : {&cancelled_, &unasked_}) {
    for (const auto& [id, leases] : *waiting) EndCall(leases);
    waiting->clear();
  }
}

}  // namespace polc::runtime::shim
