// One HTTP/1.1 request on a connection of its own, over TCP or TLS, with a
// deadline and bounds. Redirects and encodings are not followed: what they
// lead to was not asked for.
#ifndef POLC_RUNTIME_MCP_CLIENT_HTTP_CONNECTION_H_
#define POLC_RUNTIME_MCP_CLIENT_HTTP_CONNECTION_H_

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/mcp/client/transport.h"
#include "runtime/mcp/client/url.h"

namespace polc::runtime::mcp {

struct HttpRequest {
  std::string_view verb;  // "POST", "DELETE"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;
};

struct HttpHead {
  int status = 0;
  std::string content_type;  // lower case, without parameters
  std::string session;       // Mcp-Session-Id
  std::string location;
  std::string encoding;
};

/// Sees the body as it comes; false: that was enough, close.
using BodySink =
    std::function<bool(const HttpHead& head, std::string_view piece)>;

/// The head, filled once it has come. `*problem` says what went wrong, if
/// anything did; `*late` whether that was the deadline.
HttpHead Fetch(const Url& url, const HttpRequest& request, Deadline deadline,
               const BodySink& sink, std::string* problem, bool* late);

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_HTTP_CONNECTION_H_
