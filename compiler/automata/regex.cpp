// Builders of pattern trees, and the glob parser: it needs little more.
#include "compiler/automata/regex.h"

#include <utility>

#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

Regex OneCodePoint(uint32_t c, CaseMode mode) {
  CodePointSet set = {{c, c}};
  if (mode == CaseMode::kIgnoreCase) set = CloseUnderCase(set);
  return ClassOf(std::move(set));
}

}  // namespace

Regex ClassOf(CodePointSet set) {
  Regex out;
  out.kind = set.empty() ? Regex::Kind::kNothing : Regex::Kind::kClass;
  out.set = std::move(set);
  return out;
}

Regex Concat(std::vector<Regex> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  Regex out;
  if (parts.empty()) return out;
  out.kind = Regex::Kind::kConcat;
  out.children = std::move(parts);
  return out;
}

Regex Alternate(std::vector<Regex> choices) {
  if (choices.size() == 1) return std::move(choices[0]);
  Regex out;
  out.kind = choices.empty() ? Regex::Kind::kNothing : Regex::Kind::kAlternate;
  out.children = std::move(choices);
  return out;
}

Regex Repeat(Regex what, uint32_t min, uint32_t max) {
  Regex out;
  out.kind = Regex::Kind::kRepeat;
  out.min = min;
  out.max = max;
  out.children.push_back(std::move(what));
  return out;
}

Regex AnyText() {
  return Repeat(ClassOf(AllCodePoints()), 0, Regex::kUnbounded);
}

Regex LiteralRegex(std::string_view text, CaseMode mode) {
  std::vector<Regex> parts;
  for (size_t pos = 0; pos < text.size();) {
    parts.push_back(OneCodePoint(DecodeUtf8(text, &pos), mode));
  }
  return Concat(std::move(parts));
}

std::optional<Regex> ParseGlob(std::string_view pattern, CaseMode mode,
                               PatternError* error) {
  const auto fail = [&](std::string message, size_t at) {
    *error = {std::move(message), at};
    return std::nullopt;
  };
  if (pattern.size() > kMaxPatternBytes) {
    return fail("pattern is longer than 65536 bytes", kMaxPatternBytes);
  }
  const size_t bad = FindInvalidUtf8(pattern);
  if (bad != std::string_view::npos) return fail("invalid UTF-8", bad);

  std::vector<Regex> parts;
  bool after_star = false;  // `**` is `*`
  for (size_t pos = 0; pos < pattern.size();) {
    const size_t at = pos;
    uint32_t c = DecodeUtf8(pattern, &pos);
    if (c == '*') {
      if (!after_star) parts.push_back(AnyText());
      after_star = true;
      continue;
    }
    after_star = false;
    if (c == '?') {
      parts.push_back(ClassOf(AllCodePoints()));
      continue;
    }
    if (c == '\\') {
      if (pos == pattern.size()) return fail("`\\` at the end", at);
      c = DecodeUtf8(pattern, &pos);
      if (c != '*' && c != '?' && c != '\\') {
        return fail("`\\` escapes only `*`, `?` and `\\`", at);
      }
    }
    parts.push_back(OneCodePoint(c, mode));
  }
  return Concat(std::move(parts));
}

std::string LiteralStart(const Regex& regex) {
  std::string text;
  const auto add = [&](const Regex& part) {
    const bool is_one = part.kind == Regex::Kind::kClass &&
                        part.set.size() == 1 &&
                        part.set[0].lo == part.set[0].hi;
    if (is_one) AppendUtf8(part.set[0].lo, &text);
    return is_one;
  };
  if (regex.kind != Regex::Kind::kConcat) {
    add(regex);
    return text;
  }
  for (const Regex& part : regex.children) {
    if (!add(part)) break;
  }
  return text;
}

}  // namespace polc::automata
