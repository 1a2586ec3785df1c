// See regex_classes.h. What RE2 takes and we refuse gets its own message: the
// writer has to know that it was understood and is not supported.
#include "compiler/automata/regex_classes.h"

#include <utility>

#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

const CodePointSet& Digits() {
  static const CodePointSet set = {{'0', '9'}};
  return set;
}

const CodePointSet& Spaces() {  // RE2's: without \v
  static const CodePointSet set = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
  return set;
}

const CodePointSet& Words() {
  static const CodePointSet set = {
      {'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// After `\x`: two hex digits, or any number of them in braces.
bool ParseHex(std::string_view text, uint32_t* value, size_t* used) {
  const bool braces = text.size() > 2 && text[2] == '{';
  size_t pos = braces ? 3 : 2;
  const size_t first = pos;
  uint32_t out = 0;
  while (pos < text.size() && HexValue(text[pos]) >= 0) {
    if (!braces && pos == first + 2) break;
    out = out * 16 + static_cast<uint32_t>(HexValue(text[pos++]));
    if (out > kMaxCodePoint) return false;
  }
  if (braces ? pos == first : pos != first + 2) return false;
  if (braces) {
    if (pos >= text.size() || text[pos] != '}') return false;
    ++pos;
  }
  if (out >= 0xD800 && out <= 0xDFFF) return false;
  *value = out;
  *used = pos;
  return true;
}

std::string RefusalOf(char c) {
  if (c >= '1' && c <= '9') return "backreferences are not supported";
  switch (c) {
    case '0':
      return "octal escapes are not supported: write `\\xHH`";
    case 'b':
    case 'B':
      return "word boundaries are not supported";
    case 'A':
      return "`\\A` is not supported: write `^`";
    case 'z':
    case 'Z':
      return "`\\z` is not supported: write `$`";
    case 'p':
    case 'P':
      return "Unicode classes are not supported";
    case 'Q':
    case 'E':
      return "`\\Q` and `\\E` are not supported";
    case 'C':
      return "`\\C` is not supported: patterns read characters, not bytes";
    default:
      return "unknown escape";
  }
}

// The code point of a one-letter control escape, 0 if it is none.
uint32_t ControlEscape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return 0;
  }
}

}  // namespace

bool ParseEscape(std::string_view text, CodePointSet* set, size_t* used,
                 std::string* message) {
  *used = 2;
  if (text.size() < 2) {
    *message = "`\\` at the end";
    return false;
  }
  const char c = text[1];
  const auto one = [&](uint32_t code_point) {
    *set = {{code_point, code_point}};
    return true;
  };
  if (const uint32_t control = ControlEscape(c)) return one(control);
  switch (c) {
    case 'd':
      return *set = Digits(), true;
    case 'D':
      return *set = Negate(Digits()), true;
    case 's':
      return *set = Spaces(), true;
    case 'S':
      return *set = Negate(Spaces()), true;
    case 'w':
      return *set = Words(), true;
    case 'W':
      return *set = Negate(Words()), true;
    case 'x': {
      uint32_t value = 0;
      if (ParseHex(text, &value, used)) return one(value);
      *message = "`\\x` takes two hex digits, or a code point in braces";
      return false;
    }
    default:
      break;
  }
  const auto byte = static_cast<uint8_t>(c);
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z');
  if (byte < 0x80 && !alphanumeric) return one(byte);
  *message = RefusalOf(c);
  return false;
}

size_t ParsePosixClass(std::string_view text, CodePointSet* set) {
  static const std::pair<std::string_view, CodePointSet> kClasses[] = {
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7F}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {"digit", {{'0', '9'}}},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
  };
  if (!text.starts_with("[:")) return 0;
  const size_t close = text.find(":]", 2);
  if (close == std::string_view::npos) return 0;
  std::string_view name = text.substr(2, close - 2);
  const bool negated = name.starts_with('^');
  if (negated) name.remove_prefix(1);
  for (const auto& [known, members] : kClasses) {
    if (known != name) continue;
    *set = negated ? Negate(members) : members;
    return close + 2;
  }
  return 0;
}

}  // namespace polc::automata
