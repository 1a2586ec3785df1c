#include "compiler/import/pol_text.h"

#include <fmt/format.h>

#include "compiler/support/json_string.h"

namespace polc::import {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

bool IsName(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (const char c : text) {
    if (!IsNameByte(c)) return false;
  }
  return true;
}

}  // namespace

std::string Quoted(std::string_view text) { return JsonString(text); }

std::string QuotedLiteralPattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return Quoted(pattern);
}

std::string PathText(std::string_view dotted) {
  if (!dotted.starts_with("args.")) return {};
  std::string out = "args";
  std::string_view rest = dotted.substr(5);
  while (true) {
    const size_t dot = rest.find('.');
    const std::string_view step = rest.substr(0, dot);
    if (step.empty()) return {};
    out += IsName(step) ? "." + std::string(step) : "[" + Quoted(step) + "]";
    if (dot == std::string_view::npos) return out;
    rest.remove_prefix(dot + 1);
  }
}

std::string Names::Make(std::string_view prefix, std::string_view wanted) {
  std::string base(prefix);
  for (const char c : wanted) base += IsNameByte(c) ? c : '_';
  std::string name = base;
  for (int n = 2; !taken_.insert(name).second; ++n) {
    name = fmt::format("{}_{}", base, n);
  }
  return name;
}

}  // namespace polc::import
