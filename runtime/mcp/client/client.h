// A client of one server, in either era of the protocol: 2026-07-28 and later
// without a handshake, before that with `initialize`. It finds out which by
// asking as the specification says, and never acts on a server's requests.
#ifndef POLC_RUNTIME_MCP_CLIENT_CLIENT_H_
#define POLC_RUNTIME_MCP_CLIENT_CLIENT_H_

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mcp/client/transport.h"

namespace polc::runtime::mcp {

struct ClientOptions {
  std::string name = "polc";  // as a client says of itself
  std::string version;
  std::chrono::milliseconds total{60'000};    // for everything
  std::chrono::milliseconds request{30'000};  // for one answer
  std::chrono::milliseconds probe{5'000};     // for knowing the newer era
};

/// What a server says of itself; nothing here is verified.
struct ServerClaims {
  std::string name;
  std::string version;
  std::string instructions;
  std::string revision;  // of the protocol, as agreed
  bool is_modern = false;
  bool has_tools = false;
  bool has_resources = false;
  bool has_prompts = false;
};

/// What a request came to: a strictly read result, or an error.
struct Outcome {
  bool ok = false;
  std::string text;     // the whole response
  std::string problem;  // for a person, if not ok
  int code = 0;         // of a JSON-RPC error; 0: it was none
};

class Client {
 public:
  Client(Transport* transport, ClientOptions options);

  /// Empty, or why no conversation came about.
  std::string Connect();
  const ServerClaims& claims() const { return claims_; }

  /// `params`: the members of the parameters, as JSON without braces.
  Outcome Ask(std::string_view method, std::string_view params);

  /// All pages of a list, each entry as the server wrote it. `member` is where
  /// a page holds them ("tools"). Empty, or what went wrong.
  std::string List(std::string_view method, std::string_view member,
                   std::vector<std::string>* entries);

 private:
  Outcome AskFor(std::string_view method, std::string_view params,
                 std::chrono::milliseconds patience);
  Deadline DeadlineIn(std::chrono::milliseconds patience) const;
  bool Discover(Ending* ending);
  std::string Initialize();
  void ReadClaims(std::string_view response);

  Transport* transport_;
  ClientOptions options_;
  Deadline end_;
  ServerClaims claims_;
  int next_id_ = 1;
  size_t listed_bytes_ = 0;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_CLIENT_H_
