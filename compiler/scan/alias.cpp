#include "compiler/scan/alias.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace polc::scan {
namespace {

constexpr std::array<std::string_view, 5> kSigns = {
    "deprecated", "alias of", "alias for", "same as", "replaced by"};

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// `name` as a word of its own, from `at` on.
bool Mentions(std::string_view text, std::string_view name, size_t at) {
  for (; (at = text.find(name, at)) != std::string_view::npos; ++at) {
    const size_t end = at + name.size();
    // A sentence may end behind it.
    const bool dot = end < text.size() && text[end] == '.' &&
                     (end + 1 == text.size() || !IsNameChar(text[end + 1]));
    const bool ends = end == text.size() || dot || !IsNameChar(text[end]);
    if (ends && (at == 0 || !IsNameChar(text[at - 1]))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> AliasOf(const Json& tool,
                                   const std::vector<std::string>& names) {
  const std::string text = tool.TextOf("description");
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  size_t sign = std::string::npos;
  for (const std::string_view each : kSigns) {
    sign = std::min(sign, lower.find(each));
  }
  if (sign == std::string::npos) return std::nullopt;
  const std::string own = tool.TextOf("name");
  for (const std::string& name : names) {
    if (name != own && Mentions(text, name, sign)) return name;
  }
  return std::nullopt;
}

}  // namespace polc::scan
