// The address of a server that is reached over HTTP.
#ifndef POLC_RUNTIME_MCP_CLIENT_URL_H_
#define POLC_RUNTIME_MCP_CLIENT_URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace polc::runtime::mcp {

struct Url {
  bool is_https = false;
  std::string host;       // without brackets, lower case
  std::string port;       // "443" or "80" when not written
  std::string target;     // path and query, "/" when empty
  std::string authority;  // for the Host header: as a URL spells it

  /// Whether the host is this machine by its own name or address.
  bool IsLoopback() const;
};

/// Reads `http://...` or `https://...`: no userinfo, no fragment, ASCII without
/// spaces. Empty with `*problem` set if it is anything else.
std::optional<Url> ParseUrl(std::string_view text, std::string* problem);

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_URL_H_
