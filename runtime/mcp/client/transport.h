// How a client's messages get to a server and the answers back, over stdio or
// Streamable HTTP. One request at a time; whatever a server does, an exchange
// ends by its deadline and holds a bounded number of bytes.
#ifndef POLC_RUNTIME_MCP_CLIENT_TRANSPORT_H_
#define POLC_RUNTIME_MCP_CLIENT_TRANSPORT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace polc::runtime::mcp {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

/// What one exchange may make us hold: all bytes and messages that come before
/// its answer, and the answer.
inline constexpr size_t kMaxExchangeBytes = size_t{16} << 20;
inline constexpr int kMaxExchangeMessages = 10'000;

struct Request {
  std::string_view method;
  std::string_view id;    // as written in `text`
  std::string_view text;  // one JSON-RPC message
};

enum class Ending : uint8_t {
  kAnswered,
  kLate,    // nothing by the deadline
  kClosed,  // the server ended, or the connection broke
  kBroken,  // it answered what can't be read, or too much
};

struct Reply {
  Ending ending = Ending::kClosed;
  std::string text;     // the strictly read response, if answered
  std::string problem;  // for a person, if not
  int status = 0;       // of HTTP, if there was one
};

/// The revision that was agreed on, as far as headers must say it.
struct Spoken {
  std::string revision;  // empty: not yet known
  bool is_modern = false;
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual Reply Ask(const Request& request, Deadline deadline) = 0;
  /// Sends a notification; empty, or what went wrong.
  virtual std::string Tell(std::string_view method, std::string_view text,
                           Deadline deadline) = 0;
  /// For requests from now on.
  virtual void Speak(Spoken spoken) = 0;
  /// A fresh server, if one can be had (that one ended when probed): empty, or
  /// what went wrong.
  virtual std::string Restart() = 0;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_TRANSPORT_H_
