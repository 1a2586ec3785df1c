// From the client to the server.
#include "runtime/shim/gate.h"

#include <chrono>
#include <utility>

#include "runtime/json/write.h"
#include "runtime/sha256.h"
#include "runtime/shim/answers.h"

namespace polc::runtime::shim {
namespace {

using mcp::Kind;
using mcp::Message;

constexpr size_t kMaxServerValues = 4'000'000;
// An audit record names this many members of the arguments, at most.
constexpr size_t kMaxArgNames = 64;

int64_t SteadyNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// The values of a key that come from arguments stay out of the log.
std::string AuditKeyValue(const ChargeKey& key) {
  if (!key.name.starts_with("args")) return key.value;
  return "sha256:" + Sha256Hex(key.value).substr(0, 16);
}

void FillTarget(const Message& message, AuditRecord* record) {
  if (message.method.empty()) {
    // Not understood: the hash of all of it stands for it.
    record->args_sha256 = Sha256Hex(message.text);
    return;
  }
  record->method = message.method;
  if (message.tool) {
    record->target_kind = "tool";
    record->target = *message.tool;
  } else if (message.resource) {
    record->target_kind = "resource";
    record->target = *message.resource;
  } else if (message.prompt) {
    record->target_kind = "prompt";
    record->target = *message.prompt;
  }
  std::string canonical = "{}";
  if (message.args) {
    canonical.clear();
    json::AppendCanonical(message.args, &canonical);
  }
  record->args_sha256 = Sha256Hex(canonical);
  for (json::Members it(message.args); it; it.Next()) {
    if (record->args.size() == kMaxArgNames) break;
    record->args.emplace_back(it.key());
  }
}

/// What a person would have to approve can't be asked for over stdio yet.
void DenyAsk(Decision* decision) {
  std::string reason = "a person must approve this call";
  if (!decision->reason.empty()) reason += ": " + decision->reason;
  const std::string_view rule = decision->rule;
  *decision = Denial(By::kApproval, std::move(reason));
  decision->rule = rule;
}

}  // namespace

Gate::Gate(Config config, std::shared_ptr<const Engine> engine, Store* store,
           AuditLog* audit, Sink* sink)
    : config_(std::move(config)),
      engine_(std::move(engine)),
      store_(store),
      audit_(audit),
      sink_(sink),
      server_reader_({.bytes = kMaxServerBytes, .values = kMaxServerValues}) {
  server_reader_.AllowNul();
}

void Gate::SetEngine(std::shared_ptr<const Engine> engine) {
  engine_ = std::move(engine);
}

void Gate::FromClient(std::string_view line) {
  if (IsBlank(line)) return;
  const Fault* fault = client_reader_.Read(line);
  const Message& message = client_reader_.message();
  if (fault) return Refuse(&message, message.raw_id, *fault);
  switch (message.kind) {
    case Kind::kRequest:
      return RequestFromClient(message);
    case Kind::kNotification:
      return NotificationFromClient(message);
    case Kind::kResponse:
      return ResponseFromClient(message);
  }
}

void Gate::TooLongFromClient(std::string_view raw_id) {
  Refuse(nullptr, raw_id, fault::kTooLarge);
}

/// An answer needs an id that no other request waits under.
void Gate::Refuse(const Message* message, std::string_view raw_id,
                  const Fault& fault) {
  const std::string reason =
      std::string(fault.name) + ": " + std::string(fault.text);
  Record(message, Denial(By::kMalformed, reason), SteadyNanoseconds());
  const std::string id = mcp::IdentityOf(raw_id);
  const bool is_free = !id.empty() && !pending_.contains(id);
  sink_->ToClient(Refused(is_free ? raw_id : "", fault));
}

void Gate::RequestFromClient(const Message& message) {
  if (pending_.contains(message.id)) {
    return Refuse(&message, "", mcp::fault::kIdInUse);
  }
  NoteClient(message);
  if (pending_.size() + cancelled_.size() >= kMaxPending ||
      sink_->IsServerBusy()) {
    const std::string reason = "the server is not keeping up; try again later";
    Record(&message, Denial(By::kError, reason), SteadyNanoseconds());
    return sink_->ToClient(ErrorAnswer(message.raw_id, kOverloaded, reason));
  }
  Decision decision;
  Receipt taken;
  if (message.info.target == Target::kNone ||
      Permit(message, &decision, &taken)) {
    return Forward(message, decision, taken);
  }
  AnswerDenied(message, decision);
}

void Gate::Forward(const Message& message, const Decision& decision,
                   const Receipt& taken) {
  pending_[message.id] = {std::string(message.raw_id),
                          std::string(message.method), message.is_modern,
                          RefundableOnError(decision, taken), LeasesOf(taken)};
  sink_->ToServer(message.text);
}

void Gate::AnswerDenied(const Message& message, const Decision& decision) {
  sink_->ToClient(message.tool
                      ? DeniedCall(message.raw_id, decision, message.is_modern)
                      : DeniedRequest(message.raw_id, decision));
}

void Gate::NotificationFromClient(const Message& message) {
  if (message.method == "notifications/cancelled") {
    const json::Value id = message.params.Find("requestId");
    std::string raw;
    if (id) json::AppendValue(id, &raw);
    // What is answered, or never got out, is not the server's to cancel.
    const auto waiting = pending_.find(mcp::IdentityOf(raw));
    if (waiting == pending_.end()) return;
    KeepLeases(waiting->first, std::move(waiting->second.leases), true);
    pending_.erase(waiting);
    return sink_->ToServer(message.text);
  }
  Decision decision;
  Receipt taken;
  if (message.info.target == Target::kNone ||
      Permit(message, &decision, &taken)) {
    sink_->ToServer(message.text);
    EndCall(LeasesOf(taken));  // nobody answers it
  }
}

void Gate::ResponseFromClient(const Message& message) {
  const auto asked = asked_.find(message.id);
  if (asked != asked_.end()) {
    sink_->ToServer(message.text);
    EndCall(asked->second);
    asked_.erase(asked);
    return;
  }
  EndCancelled(message.id, false);
  const Fault& fault = mcp::fault::kUnexpected;
  Record(&message,
         Denial(By::kMalformed,
                std::string(fault.name) + ": " + std::string(fault.text)),
         SteadyNanoseconds());
}

RequestView Gate::ViewOf(const Message& message) const {
  RequestView view;
  view.server = config_.server;
  view.method = message.method;
  const uint8_t revision = message.revision ? message.revision : negotiated_;
  view.defined = (message.info.revisions & revision) != 0;
  view.tool = message.tool;
  view.resource = message.resource;
  view.prompt = message.prompt;
  view.args = message.args;
  view.caller.grant = config_.grant;
  // Revisions that carry themselves in each message have no sessions.
  if (!message.is_modern) view.session = config_.session;
  return view;
}

WentOut Gate::GoOut(const Message& message, int64_t now) const {
  if (message.has_nul_arguments) {
    return {Denial(By::kMalformed, std::string(fault::kNul.name) + ": " +
                                       std::string(fault::kNul.text)),
            {},
            {}};
  }
  RequestView view = ViewOf(message);
  view.now = now;
  return runtime::GoOut(*engine_, store_, view);
}

bool Gate::Permit(const Message& message, Decision* decision, Receipt* taken) {
  const int64_t started = SteadyNanoseconds();
  const int64_t now = config_.now_ms() / 1000;
  WentOut out = GoOut(message, now);
  *decision = std::move(out.decision);
  Receipt receipt = std::move(out.taken);
  if (decision->effect == Effect::kAsk) DenyAsk(decision);
  const bool recorded = Record(&message, *decision, started);
  if (decision->effect != Effect::kAllow) return false;
  if (recorded) {
    leases_ += LeasesOf(receipt).size();
    *taken = std::move(receipt);
    return true;
  }
  sink_->Warn("the audit log can't be written: " + audit_->problem());
  if (!receipt.empty()) store_->Refund(receipt);
  *decision = Denial(By::kError, "the audit log can't be written");
  return false;
}

bool Gate::Record(const Message* message, const Decision& decision,
                  int64_t started_ns) {
  AuditRecord record;
  record.time_ms = config_.now_ms();
  record.grant = config_.grant;
  record.client_name = client_name_;
  record.client_version = client_version_;
  record.server = config_.server;
  if (message) FillTarget(*message, &record);
  record.decision = EffectName(decision.effect);
  record.by = ByName(decision.by);
  record.rule = decision.rule;
  record.reason = decision.reason;
  for (const Charge& charge : decision.charges) {
    AuditCharge& out = record.charges.emplace_back();
    out.limit = charge.limit->name;
    out.amount = charge.amount;
    for (const ChargeKey& key : charge.key) {
      out.key.emplace_back(std::string(key.name), AuditKeyValue(key));
    }
  }
  for (const Marking& marking : decision.marks) {
    record.marks.push_back(marking.mark->name);
  }
  record.policy = engine_->manifest().digest;
  record.latency_ns = SteadyNanoseconds() - started_ns;
  return audit_->Append(record);
}

/// What the client says of itself: for the audit only.
void Gate::NoteClient(const Message& message) {
  json::Value info;
  if (message.method == "initialize") {
    info = message.params.Find("clientInfo");
  } else if (message.is_modern) {
    info =
        message.params.Find("_meta").Find("io.modelcontextprotocol/clientInfo");
  }
  if (!info.is_object()) return;
  const json::Value name = info.Find("name");
  const json::Value version = info.Find("version");
  if (name.is_string()) client_name_ = name.text();
  if (version.is_string()) client_version_ = version.text();
}

}  // namespace polc::runtime::shim
