#include "runtime/json/scan.h"

#include <algorithm>
#include <cstring>

#include "runtime/json/reader.h"

namespace polc::runtime::json {
namespace {

constexpr std::string_view kSpace = " \t\n\r";
constexpr size_t kNone = std::string_view::npos;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The position after the string that begins at `at`.
size_t SkipString(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return kNone;
}

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The code unit of `\uXXXX` at `at`, or -1.
int CodeUnit(std::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
    return -1;
  }
  int unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = HexDigit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

// Texts are full of quotes and line ends that are escaped: they are gone
// through by blocks, without a branch for each.
constexpr size_t kBlock = 64;
constexpr size_t kSpelling = 6;  // of a code unit

/// Whether an escape that may be U+0000 or half a pair begins in the block, the
/// last bytes of which are `kSpelling` behind its end.
bool MayHoldFault(const char* block) {
  uint8_t any = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const char* at = block + i;
    const auto is = [&](size_t k, char c) { return uint8_t{at[k] == c}; };
    const uint8_t nul = is(2, '0') & is(3, '0') & is(4, '0') & is(5, '0');
    const uint8_t half = (is(2, 'd') | is(2, 'D')) & uint8_t{at[3] > '7'};
    any |= is(0, '\\') & is(1, 'u') & (nul | half);
  }
  return any != 0;
}

/// Whether a backslash before `at` makes what is there part of an escape.
bool IsEscaped(std::string_view text, size_t at) {
  size_t before = at;
  while (before > 0 && text[before - 1] == '\\') --before;
  return (at - before) % 2 != 0;
}

/// Looks at the escapes that begin from `at` on and before `end`. Returns where
/// to go on.
size_t ReadEscapes(std::string_view text, size_t at, size_t end,
                   EscapeFaults* found) {
  for (at = text.find('\\', at); at < end; at = text.find('\\', at)) {
    const int unit = CodeUnit(text, at);
    if (unit < 0) {
      at += 2;  // another escape
      continue;
    }
    at += kSpelling;
    if (unit == 0) found->nul = true;
    if (unit >= 0xDC00 && unit < 0xE000) found->surrogate = true;
    if (unit >= 0xD800 && unit < 0xDC00) {
      const int low = CodeUnit(text, at);
      if (low < 0xDC00 || low >= 0xE000) {
        found->surrogate = true;
      } else {
        at += kSpelling;
      }
    }
  }
  return at;
}

/// The length of JSON's number at the start of `text`, 0 if there is none.
size_t NumberLength(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  auto digits = [&] {
    const size_t first = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > first;
  };
  const bool zero = at < text.size() && text[at] == '0';
  if (!digits() || (zero && text[at - 1] != '0')) return 0;
  if (zero && at > (text[0] == '-' ? 2u : 1u)) return 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return 0;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return 0;
  }
  return at;
}

/// Whether every number of `text` is spelled as JSON spells numbers.
bool NumbersWellSpelled(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = SkipString(text, at);
      if (at == kNone) return false;
    } else if (text[at] == '-' || IsDigit(text[at])) {
      const size_t length = NumberLength(text.substr(at));
      at += length;
      const bool ends =
          at >= text.size() || std::strchr(",]} \t\n\r", text[at]) != nullptr;
      if (length == 0 || !ends) return false;
    } else {
      ++at;
    }
  }
  return true;
}

}  // namespace

const Fault* CheckBounds(std::string_view text, size_t max_depth,
                         size_t max_values) {
  // Every value but the first of a container follows a comma.
  size_t values = 1;
  size_t depth = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = SkipString(text, at);
      if (at == kNone) return nullptr;
      continue;
    }
    ++at;
    if (c == ',') {
      ++values;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) return &fault::kDepth;
      const size_t next = text.find_first_not_of(kSpace, at);
      if (next != kNone && text[next] != ']' && text[next] != '}') ++values;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
    }
    if (values > max_values) return &fault::kTooMany;
  }
  return nullptr;
}

[[gnu::hot]] EscapeFaults FindEscapes(std::string_view text) {
  EscapeFaults found;
  size_t at = std::min(text.find('\\'), text.size());
  while (at < text.size()) {
    const size_t from = at;
    while (at + kBlock + kSpelling <= text.size() &&
           !MayHoldFault(text.data() + at)) {
      at += kBlock;
    }
    if (at != from && IsEscaped(text, at)) ++at;
    at = ReadEscapes(text, at, std::min(at + kBlock, text.size()), &found);
  }
  return found;
}

[[gnu::hot]] size_t SkipValue(std::string_view text) {
  if (text.empty()) return kNone;
  if (text[0] == '"') return SkipString(text, 0);
  if (text[0] != '{' && text[0] != '[') {
    const size_t end = text.find_first_of(",]} \t\n\r");
    return end == kNone ? text.size() : end;
  }
  size_t depth = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = SkipString(text, at);
      if (at == kNone) return kNone;
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return kNone;
}

const Fault* ClassifySyntax(std::string_view text, bool at_number) {
  const size_t start = text.find_first_not_of(kSpace);
  if (start == kNone) return &fault::kSyntax;
  const std::string_view rest = text.substr(start);
  if (rest[0] == '{' || rest[0] == '[') {
    const size_t end = SkipValue(rest);
    if (end != kNone && rest.find_first_not_of(kSpace, end) != kNone) {
      Reader first;
      const Fault* fault = first.ReadLeavingNul(rest.substr(0, end));
      // A first message that would be refused anyhow says why itself.
      return fault ? fault : &fault::kTrailing;
    }
  }
  if (CheckBounds(text, kMaxDepth, kNone)) return &fault::kDepth;
  if (FindEscapes(text).surrogate) return &fault::kSurrogate;
  // simdjson has one error for a bad spelling and for a number out of range.
  return at_number && NumbersWellSpelled(text) ? &fault::kNumber
                                               : &fault::kSyntax;
}

[[gnu::hot]] RawItems::RawItems(std::string_view text)
    : rest_(text.substr(text.find_first_of("{["))), object_(rest_[0] == '{') {
  Next();
}

[[gnu::hot]] void RawItems::Next() {
  value_ = {};
  // Past the bracket or the comma.
  rest_.remove_prefix(1);
  const size_t start = rest_.find_first_not_of(kSpace);
  if (start == kNone || rest_[start] == '}' || rest_[start] == ']') return;
  rest_.remove_prefix(start);
  size_t value = 0;
  if (object_) {
    const size_t colon = rest_.find_first_not_of(kSpace, SkipString(rest_, 0));
    value = rest_.find_first_not_of(kSpace, colon + 1);
  }
  const size_t length = SkipValue(rest_.substr(value));
  member_ = rest_.substr(0, value + length);
  value_ = rest_.substr(value, length);
  rest_.remove_prefix(value + length);
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
}

}  // namespace polc::runtime::json
