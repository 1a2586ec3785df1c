#include "runtime/mcp/client/url.h"

#include <algorithm>
#include <charconv>

namespace polc::runtime::mcp {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

bool IsVisibleAscii(char c) { return c > 0x20 && c < 0x7F; }

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 &&
         port < 65536;
}

bool IsHost(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':';
  });
}

}  // namespace

bool Url::IsLoopback() const {
  const bool is_ipv4 =
      host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "::1" ||
         (is_ipv4 && host.starts_with("127."));
}

std::optional<Url> ParseUrl(std::string_view text, std::string* problem) {
  const auto fail = [&](const char* why) {
    *problem = "`" + std::string(text) + "` " + why;
    return std::nullopt;
  };
  if (!std::all_of(text.begin(), text.end(), IsVisibleAscii)) {
    *problem = "a URL is visible ASCII; percent-encode what is not";
    return std::nullopt;
  }
  Url url;
  url.is_https = text.starts_with(kHttps);
  if (!url.is_https && !text.starts_with(kHttp)) {
    return fail("begins with neither `http://` nor `https://`");
  }
  std::string_view rest =
      text.substr(url.is_https ? kHttps.size() : kHttp.size());
  if (rest.find('#') != std::string_view::npos) return fail("has a fragment");
  const size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, path);
  if (authority.find('@') != std::string_view::npos) {
    return fail("holds a name or password; use `--header`");
  }
  url.target = rest.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  url.authority = authority;
  const bool bracketed = authority.starts_with('[');
  const size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos) {
    return fail("has no host that can be read");
  }
  std::string_view host =
      authority.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  std::string_view port;
  if (end != std::string_view::npos) {
    port = authority.substr(bracketed ? end + 1 : end);
  }
  std::transform(host.begin(), host.end(), std::back_inserter(url.host), Lower);
  if (!IsHost(url.host) ||
      (bracketed != (url.host.find(':') != std::string::npos))) {
    return fail("has no host that can be read");
  }
  if (port.empty()) {
    url.port = url.is_https ? "443" : "80";
  } else if (port.starts_with(':') && IsPort(port.substr(1))) {
    url.port = port.substr(1);
  } else {
    return fail("has no port that can be read");
  }
  return url;
}

}  // namespace polc::runtime::mcp
