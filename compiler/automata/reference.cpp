// Regexes, globs and paths, the slow way. See reference.h.
#include "compiler/automata/reference.h"

#include <algorithm>

#include "compiler/automata/path.h"
#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

// Positions in a text: [i] says whether i is one of them.
using Positions = std::vector<bool>;

// Where `re` can end if it starts at one of `from`: its meaning, case by case.
Positions Ends(const Regex& re, const std::vector<uint32_t>& text,
               const Positions& from) {
  const size_t n = text.size();
  Positions out(n + 1, false);
  switch (re.kind) {
    case Regex::Kind::kEmpty:
      return from;
    case Regex::Kind::kNothing:
      return out;
    case Regex::Kind::kClass:
      for (size_t i = 0; i < n; ++i) {
        if (from[i] && Contains(re.set, text[i])) out[i + 1] = true;
      }
      return out;
    case Regex::Kind::kConcat:
      out = from;
      for (const Regex& part : re.children) out = Ends(part, text, out);
      return out;
    case Regex::Kind::kAlternate:
      for (const Regex& choice : re.children) {
        const Positions ends = Ends(choice, text, from);
        for (size_t i = 0; i <= n; ++i) out[i] = out[i] || ends[i];
      }
      return out;
    case Regex::Kind::kRepeat: {
      Positions at = from;
      for (uint32_t i = 0; i < re.min; ++i) at = Ends(re.children[0], text, at);
      out = at;
      for (uint32_t i = re.min; i < re.max; ++i) {
        at = Ends(re.children[0], text, at);
        const Positions before = out;
        for (size_t p = 0; p <= n; ++p) out[p] = out[p] || at[p];
        // Ends() distributes over union, so a round that adds nothing is the
        // last one that could.
        if (out == before) break;
        at = out;
      }
      return out;
    }
    case Regex::Kind::kBegin:
      out[0] = from[0];
      return out;
    case Regex::Kind::kEnd:
      out[n] = from[n];
      return out;
  }
  return out;
}

}  // namespace

bool RegexMatches(const Regex& re, bool anywhere, std::string_view text) {
  const std::vector<uint32_t> points = CodePoints(text);
  Positions from(points.size() + 1, anywhere);
  from[0] = true;
  const Positions ends = Ends(re, points, from);
  return anywhere ? std::find(ends.begin(), ends.end(), true) != ends.end()
                  : ends[points.size()];
}

bool GlobMatches(std::string_view pattern, std::string_view text) {
  // Most names are no patterns, and most texts differ at once.
  if (pattern.find_first_of("*?\\") == std::string_view::npos) {
    return pattern == text;
  }
  const std::vector<uint32_t> want = CodePoints(pattern);
  const std::vector<uint32_t> have = CodePoints(text);
  // at[j]: the pattern read so far matches the first j code points.
  Positions at(have.size() + 1, false);
  at[0] = true;
  for (size_t i = 0; i < want.size(); ++i) {
    if (want[i] == '*') {
      for (size_t j = 1; j <= have.size(); ++j) at[j] = at[j] || at[j - 1];
      continue;
    }
    const bool any = want[i] == '?';
    if (want[i] == '\\') ++i;
    for (size_t j = have.size(); j > 0; --j) {
      at[j] = at[j - 1] && (any || have[j - 1] == want[i]);
    }
    at[0] = false;
  }
  return at[have.size()];
}

std::u32string FoldCase(std::string_view text) {
  std::u32string out;
  for (size_t pos = 0; pos < text.size();) {
    const uint32_t c = DecodeUtf8(text, &pos);
    out += static_cast<char32_t>(CloseUnderCase({{c, c}}).front().lo);
  }
  return out;
}

std::optional<std::vector<std::string>> ParsePath(std::string_view text) {
  if (text.size() > kMaxPathBytes || !text.starts_with('/')) {
    return std::nullopt;
  }
  for (const uint32_t c : CodePoints(text)) {
    if (c == '\\' || c == '%' || Contains(PathLookalikes(), c)) {
      return std::nullopt;
    }
  }
  std::vector<std::string> segments;
  while (!text.empty()) {
    text.remove_prefix(1);  // the slash
    const std::string_view segment = text.substr(0, text.find('/'));
    text.remove_prefix(segment.size());
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") return std::nullopt;
    const char drive = static_cast<char>(segment[0] | 0x20);
    if (segments.empty() && drive >= 'a' && drive <= 'z' &&
        segment.substr(1).starts_with(':')) {
      return std::nullopt;
    }
    segments.emplace_back(segment);
  }
  return segments;
}

bool IsPathSegment(std::string_view text) {
  const auto path = ParsePath("/" + std::string(text));
  return path && path->size() == 1 && (*path)[0] == text;
}

}  // namespace polc::automata
