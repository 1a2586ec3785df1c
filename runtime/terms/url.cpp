// One pass over the text, part by part. What has two readings is refused.
#include "runtime/terms/url.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace polc::runtime {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsLower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return Lower(a) == b; });
}

/// In its only spelling; empty if it is another, or above `most`.
std::optional<uint32_t> Number(std::string_view digits, uint32_t most,
                               int base) {
  uint32_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  const bool padded = digits.size() > 1 && digits[0] == '0';
  if (error != std::errc() || stop != end || value > most || padded) {
    return std::nullopt;
  }
  return value;
}

/// Calls `part` for what lies between separators; false once it is.
template <typename F>
bool EachPart(std::string_view text, char separator, F part) {
  for (;;) {
    const size_t at = text.find(separator);
    if (!part(text.substr(0, at))) return false;
    if (at == std::string_view::npos) return true;
    text.remove_prefix(at + 1);
  }
}

bool IsIpv4(std::string_view text) {
  int parts = 0;
  return EachPart(text, '.',
                  [&](std::string_view part) {
                    ++parts;
                    return Number(part, 255, 10).has_value();
                  }) &&
         parts == 4;
}

/// Hexadecimal groups with colons between; at most eight.
bool ReadGroups(std::string_view text, std::array<uint32_t, 8>* groups,
                size_t* count) {
  if (text.empty()) return true;
  return EachPart(text, ':', [&](std::string_view part) {
    const auto value = Number(part, 0xFFFF, 16);
    if (!value || *count == groups->size()) return false;
    (*groups)[(*count)++] = *value;
    return true;
  });
}

/// In RFC 5952's spelling but for the case of letters, and no IPv4 in disguise.
bool IsIpv6(std::string_view text) {
  const size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  std::array<uint32_t, 8> before = {};
  std::array<uint32_t, 8> after = {};
  size_t n = 0;
  size_t m = 0;
  if (!ReadGroups(text.substr(0, gap), &before, &n)) return false;
  if (has_gap && !ReadGroups(text.substr(gap + 2), &after, &m)) return false;
  if (n + m > 8 || (!has_gap && n != 8)) return false;
  std::array<uint32_t, 8> groups = before;
  std::copy_n(after.begin(), m, groups.end() - static_cast<long>(m));
  // The gap is the first of the longest runs of two zeros or more.
  size_t best = 0;
  size_t length = 0;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > length) best = i, length = end - i;
  }
  if (has_gap ? (length != 8 - n - m || best != n) : length != 0) return false;
  return !(std::all_of(groups.begin(), groups.begin() + 5,
                       [](uint32_t g) { return g == 0; }) &&
           groups[5] == 0xFFFF);
}

bool IsName(std::string_view host) {
  std::string_view last;
  const bool labels = EachPart(host, '.', [&](std::string_view label) {
    last = label;
    return !label.empty() &&
           std::all_of(label.begin(), label.end(), [](char c) {
             return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_';
           });
  });
  if (!labels || std::all_of(last.begin(), last.end(), IsDigit)) return false;
  const bool based = last.size() >= 2 && EqualsLower(last.substr(0, 2), "0x");
  return !based || !std::all_of(last.begin() + 2, last.end(), IsHex);
}

bool ReadHost(std::string_view text, std::string_view* host) {
  *host = text;
  if (text.starts_with('[')) {
    if (text.size() < 2 || !text.ends_with(']')) return false;
    *host = text.substr(1, text.size() - 2);
    return IsIpv6(*host);
  }
  if (IsIpv4(text)) return true;
  if (text.ends_with('.')) host->remove_suffix(1);
  return IsName(*host);
}

/// host [":" port]
bool ReadAuthority(std::string_view text, Url* out) {
  const size_t from = text.starts_with('[') ? text.find(']') : 0;
  const size_t colon =
      from == std::string_view::npos ? from : text.find(':', from);
  if (!ReadHost(text.substr(0, colon), &out->host)) return false;
  if (colon == std::string_view::npos) return true;
  out->port = Number(text.substr(colon + 1), 65535, 10).value_or(0);
  return out->port != 0;
}

bool IsText(std::string_view text, std::string_view more) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!IsAlpha(c) && !IsDigit(c) &&
               kMarks.find(c) == std::string_view::npos &&
               more.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

/// "." or "..", each dot perhaps as "%2e".
bool IsDots(std::string_view segment) {
  int dots = 0;
  while (!segment.empty()) {
    if (segment[0] == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 &&
               EqualsLower(segment.substr(0, 3), "%2e")) {
      segment.remove_prefix(3);
    } else {
      return false;
    }
    ++dots;
  }
  return dots == 1 || dots == 2;
}

uint32_t PortOf(std::string_view scheme) {
  struct Known {
    std::string_view scheme;
    uint32_t port;
  };
  constexpr std::array<Known, 5> kKnown = {
      {{"http", 80}, {"ws", 80}, {"https", 443}, {"wss", 443}, {"ftp", 21}}};
  for (const Known& known : kKnown) {
    if (EqualsLower(scheme, known.scheme)) return known.port;
  }
  return 0;
}

}  // namespace

std::optional<Url> ParseUrl(std::string_view text) {
  Url out;
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  out.scheme = text.substr(0, colon);
  const bool scheme =
      IsAlpha(out.scheme[0]) &&
      std::all_of(out.scheme.begin(), out.scheme.end(), [](char c) {
        return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
      });
  if (!scheme) return std::nullopt;
  out.port = PortOf(out.scheme);
  text.remove_prefix(colon + 3);
  const size_t end = std::min(text.find_first_of("/?"), text.size());
  if (!ReadAuthority(text.substr(0, end), &out)) return std::nullopt;
  text.remove_prefix(end);
  const size_t question = std::min(text.find('?'), text.size());
  out.path = text.substr(0, question);
  if (out.path.empty()) out.path = "/";
  if (question < text.size()) out.query = text.substr(question + 1);
  const bool fine = IsText(out.path, "/") && IsText(out.query, "/?") &&
                    EachPart(out.path, '/', [](std::string_view segment) {
                      return !IsDots(segment);
                    });
  if (!fine) return std::nullopt;
  return out;
}

}  // namespace polc::runtime
