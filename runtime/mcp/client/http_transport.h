// A server behind a URL: Streamable HTTP of all revisions that have it, one
// POST a message, answers as JSON or as a stream of events.
#ifndef POLC_RUNTIME_MCP_CLIENT_HTTP_TRANSPORT_H_
#define POLC_RUNTIME_MCP_CLIENT_HTTP_TRANSPORT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/mcp/client/http_connection.h"
#include "runtime/mcp/client/inbox.h"
#include "runtime/mcp/client/transport.h"
#include "runtime/mcp/client/url.h"

namespace polc::runtime::mcp {

class HttpTransport : public Transport {
 public:
  /// `headers` go with every request (credentials).
  HttpTransport(Url url,
                std::vector<std::pair<std::string, std::string>> headers);
  /// Ends the session, if there is one.
  ~HttpTransport() override;

  Reply Ask(const Request& request, Deadline deadline) override;
  std::string Tell(std::string_view method, std::string_view text,
                   Deadline deadline) override;
  void Speak(Spoken spoken) override { spoken_ = std::move(spoken); }
  std::string Restart() override;

 private:
  class Body;
  HttpRequest Post(std::string_view method, std::string_view text) const;
  Reply Judge(const HttpHead& head, Body* body, std::string problem, bool late);

  Url url_;
  std::vector<std::pair<std::string, std::string>> headers_;
  Spoken spoken_;
  std::string session_;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_HTTP_TRANSPORT_H_
