// The shim without its pipes: each message of either side goes through here,
// and what comes out is what the other side may see.
//
// INVARIANT: bytes go to the server only if they are one message that was read
// strictly, decided by the policy in force, charged, and recorded in the audit
// log, in this order; every request that gets in is answered exactly once.
#ifndef POLC_RUNTIME_SHIM_GATE_H_
#define POLC_RUNTIME_SHIM_GATE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/audit/audit.h"
#include "runtime/engine.h"
#include "runtime/going_out.h"
#include "runtime/limits/store.h"
#include "runtime/mcp/list_filter.h"
#include "runtime/mcp/message.h"

namespace polc::runtime::shim {

/// Longest message of a server that is passed on; SDKs have the same bound.
inline constexpr size_t kMaxServerBytes = size_t{10} << 20;
/// Requests of the client that may wait for the server.
inline constexpr size_t kMaxPending = 1024;

/// Where messages go: lines without their ends.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void ToServer(std::string_view line) = 0;
  virtual void ToClient(std::string_view line) = 0;
  /// For the operator.
  virtual void Warn(std::string_view text) = 0;
  /// The server takes no more for now.
  virtual bool IsServerBusy() const = 0;
};

class Gate {
 public:
  struct Config {
    std::string server;
    std::string grant;
    std::string session;              // of this connection
    std::function<int64_t()> now_ms;  // Unix milliseconds
  };

  /// `store`, `audit` and `sink` must outlive the gate.
  Gate(Config config, std::shared_ptr<const Engine> engine, Store* store,
       AuditLog* audit, Sink* sink);

  /// Between two messages: what comes next is decided by `engine`.
  void SetEngine(std::shared_ptr<const Engine> engine);

  void FromClient(std::string_view line);
  void FromServer(std::string_view line);
  /// A line that was longer than its side may send; `raw_id` as far as known.
  void TooLongFromClient(std::string_view raw_id);
  void TooLongFromServer(std::string_view raw_id);

  /// Answers every request that still waits: the server is gone.
  void ServerGone();

  size_t pending() const { return pending_.size(); }

  /// Whether Renew has to be called every kRenewSeconds.
  bool has_leases() const { return leases_ > 0; }
  void Renew();

 private:
  struct Pending {
    std::string raw_id;
    std::string method;
    bool is_modern = false;
    Receipt refundable;  // if the server answers with an error
    Receipt leases;      // that end with the answer
  };

  void RequestFromClient(const mcp::Message& message);
  void NotificationFromClient(const mcp::Message& message);
  void ResponseFromClient(const mcp::Message& message);
  void Refuse(const mcp::Message* message, std::string_view raw_id,
              const Fault& fault);
  void Forward(const mcp::Message& message, const Decision& decision,
               const Receipt& taken);
  void AnswerDenied(const mcp::Message& message, const Decision& decision);
  /// Decides, charges and records; true if the message may go out. `decision`
  /// is what was decided, `taken` what was charged for it.
  bool Permit(const mcp::Message& message, Decision* decision, Receipt* taken);
  RequestView ViewOf(const mcp::Message& message) const;
  WentOut GoOut(const mcp::Message& message, int64_t now) const;
  bool Record(const mcp::Message* message, const Decision& decision,
              int64_t started_ns);
  void NoteClient(const mcp::Message& message);

  void RequestFromServer(const mcp::Message& message);
  void NotificationFromServer(const mcp::Message& message);
  void ResponseFromServer(const mcp::Message& message);
  void FaultFromServer(std::string_view line, const Fault& fault);
  void FailAnswer(std::string_view id, const Fault& fault);
  /// Gives back the leases of a call that has come to its end.
  void EndCall(const Receipt& leases);
  /// A call that was cancelled may run on: its leases wait for the answer that
  /// nobody else waits for.
  void KeepLeases(const std::string& id, Receipt leases, bool is_clients);
  bool EndCancelled(const std::string& id, bool is_clients);
  void RefundAfterError(const Pending& request, json::Value result);
  /// Why the server's result may not be passed on: it asks the client for
  /// something that no policy allows.
  std::optional<Decision> DeniedInputRequest(json::Value result);
  bool IsVisible(const mcp::ListShape& shape, std::string_view name) const;

  Config config_;
  std::shared_ptr<const Engine> engine_;
  Store* store_;
  AuditLog* audit_;
  Sink* sink_;
  mcp::MessageReader client_reader_;
  mcp::MessageReader server_reader_;
  std::unordered_map<std::string, Pending> pending_;  // of the client
  // By the server, with the leases that end with the client's answer.
  std::unordered_map<std::string, Receipt> asked_;
  // By the id of a cancelled request, of the client and of the server.
  std::unordered_multimap<std::string, Receipt> cancelled_, unasked_;
  size_t leases_ = 0;
  uint8_t negotiated_ = kAnyRevision;
  std::string client_name_;
  std::string client_version_;
};

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_GATE_H_
