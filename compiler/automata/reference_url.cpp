// Addresses and URLs, the slow way: read from the left, refuse what is left
// over. See reference.h.
#include <algorithm>
#include <charconv>

#include "compiler/automata/reference.h"

namespace polc::automata {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (IsUpper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

// A number in its only spelling: digits, no leading zeros, at most `max`.
std::optional<uint32_t> Number(std::string_view text, uint32_t max, int base) {
  uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end || value > max) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  return value;
}

std::optional<Ip> ParseIpv4(std::string_view text) {
  Ip out;
  const auto parts = SplitAt(text, '.');
  if (parts.size() != 4) return std::nullopt;
  for (size_t i = 0; i < 4; ++i) {
    const auto value = Number(parts[i], 255, 10);
    if (!value) return std::nullopt;
    out.bytes[i] = static_cast<uint8_t>(*value);
  }
  return out;
}

// RFC 5952, section 4.
std::string PrintIpv6(const std::array<uint32_t, 8>& groups) {
  size_t best = 0;
  size_t best_length = 1;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) best = i, best_length = end - i;
  }
  std::string out;
  for (size_t i = 0; i < 8; ++i) {
    if (best_length > 1 && i == best) {
      out += "::";
      i += best_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    char digits[4];
    const auto end = std::to_chars(digits, digits + 4, groups[i], 16).ptr;
    out.append(digits, end);
  }
  return out;
}

// Reads any spelling without a dotted tail, then asks whether it is the
// canonical one.
std::optional<Ip> ParseIpv6(std::string_view text) {
  const size_t gap = text.find("::");
  const auto groups_of = [](std::string_view part, std::vector<uint32_t>* out) {
    if (part.empty()) return true;
    for (const std::string_view group : SplitAt(part, ':')) {
      const auto value = Number(group, 0xFFFF, 16);
      if (!value) return false;
      out->push_back(*value);
    }
    return true;
  };
  std::vector<uint32_t> before;
  std::vector<uint32_t> after;
  if (!groups_of(text.substr(0, gap), &before)) return std::nullopt;
  if (gap != std::string_view::npos &&
      !groups_of(text.substr(gap + 2), &after)) {
    return std::nullopt;
  }
  const size_t written = before.size() + after.size();
  if (written > 8 || (gap == std::string_view::npos && written != 8)) {
    return std::nullopt;
  }
  std::array<uint32_t, 8> groups = {};
  std::copy(before.begin(), before.end(), groups.begin());
  std::copy(after.rbegin(), after.rend(), groups.rbegin());
  if (PrintIpv6(groups) != text) return std::nullopt;
  const bool mapped = std::all_of(groups.begin(), groups.begin() + 5,
                                  [](uint32_t g) { return g == 0; }) &&
                      groups[5] == 0xFFFF;
  if (mapped) return std::nullopt;
  Ip out;
  out.is_v6 = true;
  for (size_t i = 0; i < 8; ++i) {
    out.bytes[2 * i] = static_cast<uint8_t>(groups[i] >> 8);
    out.bytes[2 * i + 1] = static_cast<uint8_t>(groups[i]);
  }
  return out;
}

bool IsName(std::string_view host) {
  const auto labels = SplitAt(host, '.');
  for (const std::string_view label : labels) {
    const bool ok = std::all_of(label.begin(), label.end(), [](char c) {
      return IsLower(c) || IsDigit(c) || c == '-' || c == '_';
    });
    if (label.empty() || !ok) return false;
  }
  std::string_view last = labels.back();
  if (std::all_of(last.begin(), last.end(), IsDigit)) return false;
  if (!last.starts_with("0x")) return true;
  last.remove_prefix(2);
  return !std::all_of(last.begin(), last.end(), IsHex);
}

// The canonical host of a written one.
std::optional<std::string> CanonicalHost(std::string_view written) {
  std::string host = Lower(written);
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 2) return std::nullopt;
    host = host.substr(1, host.size() - 2);
    if (!ParseIpv6(host)) return std::nullopt;
    return host;
  }
  if (ParseIpv4(host)) return host;
  if (host.ends_with('.')) host.pop_back();
  if (!IsName(host)) return std::nullopt;
  return host;
}

// Characters of a path or query, with percent escapes complete.
bool IsPathText(std::string_view text, std::string_view more) {
  static constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) {
        return false;
      }
      i += 2;
      continue;
    }
    const bool ok = IsLower(c) || IsUpper(c) || IsDigit(c) ||
                    kMarks.find(c) != std::string_view::npos ||
                    more.find(c) != std::string_view::npos;
    if (!ok) return false;
  }
  return true;
}

bool IsDotSegment(std::string_view segment) {
  std::string plain = Lower(segment);
  for (size_t at; (at = plain.find("%2e")) != std::string::npos;) {
    plain.replace(at, 3, ".");
  }
  return plain == "." || plain == "..";
}

std::optional<uint32_t> DefaultPort(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  if (scheme == "ftp") return 21;
  return std::nullopt;
}

bool IsScheme(std::string_view scheme) {
  return !scheme.empty() && IsLower(scheme[0]) &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
         });
}

// host [":" port] into `out`.
bool ParseAuthority(std::string_view text, Url* out) {
  // The colons of an IPv6 address are inside brackets.
  const size_t from = text.starts_with('[') ? text.find(']') : 0;
  const size_t colon =
      from == std::string_view::npos ? from : text.find(':', from);
  const auto host = CanonicalHost(text.substr(0, colon));
  if (!host) return false;
  out->host = *host;
  out->port = DefaultPort(out->scheme);
  if (colon != std::string_view::npos) {
    out->port = Number(text.substr(colon + 1), 65535, 10);
    if (!out->port || *out->port == 0) return false;
  }
  return true;
}

}  // namespace

std::optional<Ip> ParseIp(std::string_view text) {
  const auto v4 = ParseIpv4(text);
  return v4 ? v4 : ParseIpv6(text);
}

std::optional<Cidr> ParseCidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto ip = ParseIp(text.substr(0, slash));
  if (!ip) return std::nullopt;
  const unsigned size = ip->is_v6 ? 128 : 32;
  const auto bits = Number(text.substr(slash + 1), size, 10);
  if (!bits) return std::nullopt;
  for (unsigned i = *bits; i < size; ++i) {
    if (ip->bytes[i / 8] >> (7 - i % 8) & 1) return std::nullopt;
  }
  return Cidr{*ip, *bits};
}

bool Contains(const Cidr& cidr, const Ip& ip) {
  if (cidr.network.is_v6 != ip.is_v6) return false;
  for (unsigned i = 0; i < cidr.bits; ++i) {
    if ((cidr.network.bytes[i / 8] ^ ip.bytes[i / 8]) >> (7 - i % 8) & 1) {
      return false;
    }
  }
  return true;
}

std::optional<Url> ParseUrl(std::string_view text) {
  Url out;
  const size_t end_of_scheme = text.find("://");
  if (end_of_scheme == std::string_view::npos) return std::nullopt;
  out.scheme = Lower(text.substr(0, end_of_scheme));
  if (!IsScheme(out.scheme)) return std::nullopt;
  text.remove_prefix(end_of_scheme + 3);

  const size_t end_of_host = std::min(text.find_first_of("/?"), text.size());
  if (!ParseAuthority(text.substr(0, end_of_host), &out)) return std::nullopt;
  text.remove_prefix(end_of_host);

  const size_t question = std::min(text.find('?'), text.size());
  out.path = text.substr(0, question);
  if (out.path.empty()) out.path = "/";
  if (!IsPathText(out.path, "/")) return std::nullopt;
  for (const std::string_view segment : SplitAt(out.path, '/')) {
    if (IsDotSegment(segment)) return std::nullopt;
  }
  text.remove_prefix(question);
  if (!text.empty()) out.query = text.substr(1);
  if (!IsPathText(out.query, "/?")) return std::nullopt;
  return out;
}

}  // namespace polc::automata
