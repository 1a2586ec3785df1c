#include "compiler/import/pol_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "compiler/support/json_string.h"
#include "compiler/support/limits.h"
#include "compiler/support/utf8.h"
#include "compiler/syntax/characters.h"

namespace polc::import {
namespace {

// docs/language.md, "Reserved".
constexpr std::string_view kReserved[] = {
    "all",     "allow",     "and",     "any",      "as",       "ask",
    "assert",  "by",        "catalog", "charge",   "class",    "contains",
    "default", "deny",      "else",    "ends",     "except",   "false",
    "finds",   "for",       "has",     "ignoring", "import",   "in",
    "is",      "like",      "limit",   "mark",     "matches",  "method",
    "module",  "not",       "now",     "null",     "only",     "or",
    "policy",  "predicate", "prompt",  "redact",   "resource", "set",
    "starts",  "test",      "tool",    "true",     "under",    "when",
    "within",  "zone"};

bool IsReserved(std::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) !=
         std::end(kReserved);
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

bool IsName(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         text.size() <= kLimits.name_bytes &&
         std::all_of(text.begin(), text.end(), IsNameByte);
}

// Letters that policies may not hold as they stand, as escapes.
std::string Escaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const uint32_t point = DecodeUtf8(text, &at);
    if (point >= 0x80 && syntax::IsForbidden(point)) {
      out += fmt::format("\\u{:04x}", point);
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

}  // namespace

std::string Quoted(std::string_view text) { return Escaped(JsonString(text)); }

std::string QuotedReason(std::string_view text) {
  std::string doubled;
  for (const char c : text) {
    if (c == '{' || c == '}') doubled += c;
    doubled += c;
  }
  return Quoted(doubled);
}

std::string RawOrQuoted(std::string_view text) {
  const std::string quoted = Quoted(text);
  const bool plain = quoted.size() == text.size() + 2;
  const bool raw = text.find('"') == std::string_view::npos &&
                   Escaped(text) == text &&
                   std::none_of(text.begin(), text.end(), [](char c) {
                     return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                   });
  return plain || !raw ? quoted : fmt::format("r\"{}\"", text);
}

std::string ToolName(std::string_view text) {
  if (IsName(text) && !IsReserved(text)) return std::string(text);
  std::string pattern;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return Quoted(pattern);
}

std::string PathText(const std::vector<std::string>& keys) {
  std::string out = "args";
  for (const std::string& key : keys) {
    out += IsName(key) ? "." + key : "[" + Quoted(key) + "]";
  }
  return out;
}

std::string NumberText(double number) {
  std::string out = fmt::format("{}", number == 0 ? 0.0 : number);
  // Digits alone are a whole number that all readers must agree on.
  if (std::fabs(number) > 9007199254740991.0 &&
      out.find_first_of(".e") == std::string::npos) {
    out += ".0";
  }
  return out;
}

std::string CommentText(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const uint32_t point = DecodeUtf8(text, &at);
    if (point == '\n' || point == '\t') {
      out += ' ';
    } else if (syntax::IsForbidden(point)) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::vector<std::string> Wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (text.size() > width) {
    size_t cut = text.rfind(' ', width);
    if (cut == std::string_view::npos) cut = text.find(' ');
    if (cut == std::string_view::npos) break;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut + 1);
  }
  if (!text.empty()) lines.emplace_back(text);
  return lines;
}

std::string Names::Make(std::string_view wanted, std::string_view spare) {
  std::string base;
  for (const char c : wanted.substr(0, kLimits.name_bytes / 2)) {
    const char kept = IsNameByte(c) ? c : '_';
    if (kept != '_' || !base.ends_with('_')) base += kept;
  }
  while (base.starts_with('_')) base.erase(0, 1);
  while (base.ends_with('_')) base.pop_back();
  if (base.empty()) base = spare;
  if (base[0] >= '0' && base[0] <= '9')
    base = fmt::format("{}_{}", spare, base);
  if (IsReserved(base)) base = fmt::format("{}_{}", spare, base);
  std::string name = base;
  for (int n = 2; !taken_.insert(name).second; ++n) {
    name = fmt::format("{}_{}", base, n);
  }
  return name;
}

}  // namespace polc::import
