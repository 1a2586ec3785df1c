// The pipes of the shim: one thread, poll(2), bounded buffers. It moves lines
// between client, gate and server, and sees that the server ends when the
// client does, and the other way round.
#ifndef POLC_RUNTIME_SHIM_PROXY_H_
#define POLC_RUNTIME_SHIM_PROXY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/mcp/client/child.h"
#include "runtime/mcp/framing.h"
#include "runtime/shim/gate.h"

namespace polc::runtime::shim {

/// Bytes on their way to a file that takes them as it can.
class OutQueue {
 public:
  void Push(std::string_view line);
  size_t size() const { return bytes_.size() - at_; }
  bool empty() const { return size() == 0; }
  /// Writes what `fd` takes now; false if it is closed.
  bool Flush(int fd);
  void Clear();

 private:
  std::string bytes_;
  size_t at_ = 0;
};

class Proxy : public Sink {
 public:
  struct Ends {
    int client_in = 0;
    int client_out = 1;
    int signals = -1;   // a signalfd
    int reloaded = -1;  // readable when `take_policy` has one; -1: never
  };
  struct Hooks {
    std::function<void()> start_reload;  // on SIGHUP
    std::function<std::shared_ptr<const Engine>()> take_policy;
    std::function<void(std::string_view)> warn;
  };

  Proxy(Ends ends, mcp::Child child, Hooks hooks);

  /// Moves messages until one side ends; the exit status for the program.
  int Run(Gate* gate);

  void ToServer(std::string_view line) override;
  void ToClient(std::string_view line) override;
  void Warn(std::string_view text) override;
  bool IsServerBusy() const override;

 private:
  // In the order of an orderly end.
  enum class Phase : uint8_t {
    kServing,
    kDraining,  // no more from the client; answers still come
    kClosing,   // the server's input is closed
    kTerminating,
    kKilling,
  };

  void Step();
  void RenewLeases();
  int Timeout() const;
  void ReadClient();
  void ReadServer();
  void ReadSignals();
  void HandleClientLines();
  void HandleServerLines();
  void Flush();
  void Advance();
  void EnterPhase(Phase phase, int64_t milliseconds);
  void EndOfClient();
  int ExitStatus(int status) const;

  Ends ends_;
  mcp::Child child_;
  Hooks hooks_;
  Gate* gate_ = nullptr;
  mcp::LineReader client_lines_;
  mcp::LineReader server_lines_;
  OutQueue to_client_;
  OutQueue to_server_;
  Phase phase_ = Phase::kServing;
  int64_t deadline_ = 0;  // of the phase, on the steady clock
  int64_t renew_at_ = 0;  // leases, on the steady clock
  bool client_reads_ = true;
  bool we_ended_it_ = false;
};

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_PROXY_H_
