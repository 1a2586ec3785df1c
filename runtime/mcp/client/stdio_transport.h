// A server that we start and speak to over its standard input and output.
#ifndef POLC_RUNTIME_MCP_CLIENT_STDIO_TRANSPORT_H_
#define POLC_RUNTIME_MCP_CLIENT_STDIO_TRANSPORT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mcp/client/child.h"
#include "runtime/mcp/client/inbox.h"
#include "runtime/mcp/client/transport.h"
#include "runtime/mcp/framing.h"

namespace polc::runtime::mcp {

struct StdioOptions {
  std::vector<std::string> command;      // not empty
  std::vector<std::string> environment;  // `NAME=value`, all that it gets
  /// Receives what the server writes on its standard error, in pieces.
  std::function<void(std::string_view)> on_errors;
};

/// The program must ignore SIGPIPE. The server is asked to end, then made to,
/// when the transport goes.
class StdioTransport : public Transport {
 public:
  explicit StdioTransport(StdioOptions options);
  ~StdioTransport() override;

  /// Starts the server; empty, or why it can't be.
  std::string Start();

  Reply Ask(const Request& request, Deadline deadline) override;
  std::string Tell(std::string_view method, std::string_view text,
                   Deadline deadline) override;
  void Speak(Spoken) override {}
  std::string Restart() override;

 private:
  void Stop();
  void Push(std::string_view text);
  /// Waits until something can be moved, and moves it; false if late.
  bool Move(Deadline deadline);
  void ReadOutput();
  void ReadErrors();
  void Flush();
  std::optional<Reply> HandleLines(Inbox* inbox);
  Reply Ended();

  StdioOptions options_;
  std::optional<Child> child_;
  LineReader lines_;
  std::string out_;  // not yet taken by the server
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_STDIO_TRANSPORT_H_
