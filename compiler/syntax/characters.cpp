// The tables of forbidden and of look-alike characters. The look-alikes are
// the letters of Cyrillic and Greek that common fonts draw as Latin ones, and
// the punctuation that word processors put in.
#include "compiler/syntax/characters.h"

#include <fmt/format.h>

#include <string>

namespace polc::syntax {
namespace {

struct LookAlike {
  uint32_t code_point;
  char ascii;
};

constexpr LookAlike kLookAlikes[] = {
    // Cyrillic
    {0x0405, 'S'},
    {0x0406, 'I'},
    {0x0408, 'J'},
    {0x0410, 'A'},
    {0x0412, 'B'},
    {0x0415, 'E'},
    {0x041A, 'K'},
    {0x041C, 'M'},
    {0x041D, 'H'},
    {0x041E, 'O'},
    {0x0420, 'P'},
    {0x0421, 'C'},
    {0x0422, 'T'},
    {0x0423, 'Y'},
    {0x0425, 'X'},
    {0x0430, 'a'},
    {0x0433, 'r'},
    {0x0435, 'e'},
    {0x043A, 'k'},
    {0x043E, 'o'},
    {0x043F, 'n'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0442, 't'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x04BB, 'h'},
    {0x0501, 'd'},
    {0x051B, 'q'},
    {0x051D, 'w'},
    // Greek
    {0x0391, 'A'},
    {0x0392, 'B'},
    {0x0395, 'E'},
    {0x0396, 'Z'},
    {0x0397, 'H'},
    {0x0399, 'I'},
    {0x039A, 'K'},
    {0x039C, 'M'},
    {0x039D, 'N'},
    {0x039F, 'O'},
    {0x03A1, 'P'},
    {0x03A4, 'T'},
    {0x03A5, 'Y'},
    {0x03A7, 'X'},
    {0x03B1, 'a'},
    {0x03B9, 'i'},
    {0x03BA, 'k'},
    {0x03BD, 'v'},
    {0x03BF, 'o'},
    {0x03C1, 'p'},
    {0x03C5, 'u'},
    {0x03F2, 'c'},
    // Latin letters that pass for others
    {0x0131, 'i'},
    {0x017F, 's'},
    {0x0251, 'a'},
    {0x0261, 'g'},
    {0x212A, 'K'},
    // Punctuation
    {0x00A0, ' '},
    {0x037E, ';'},
    {0x2010, '-'},
    {0x2011, '-'},
    {0x2012, '-'},
    {0x2013, '-'},
    {0x2014, '-'},
    {0x2018, '\''},
    {0x2019, '\''},
    {0x201C, '"'},
    {0x201D, '"'},
    {0x201E, '"'},
    {0x2024, '.'},
    {0x2212, '-'},
    {0x2215, '/'},
    {0x2216, '\\'},
    {0x2217, '*'},
    {0x2223, '|'},
    {0x2236, ':'},
    {0x2044, '/'},
    {0x3000, ' '},
};

// The ASCII character that `c` looks like, or 0.
char AsciiOf(uint32_t c) {
  // The full-width forms repeat ASCII in order.
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char>(c - 0xFF01 + '!');
  if (c >= 0x2000 && c <= 0x200A) return ' ';
  for (const LookAlike& row : kLookAlikes) {
    if (row.code_point == c) return row.ascii;
  }
  return 0;
}

bool IsBidi(uint32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x200E || c == 0x200F || c == 0x061C;
}

bool IsControl(uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

std::string Escape(uint32_t c) { return fmt::format("\\u{:04x}", c); }

}  // namespace

bool IsForbidden(uint32_t c) {
  if (c == '\t' || c == '\n') return false;
  return IsControl(c) || IsBidi(c) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

void ReportForbidden(const Context& context, size_t begin, size_t end,
                     uint32_t c) {
  using diag::Kind;
  const source::Range range = context.At(begin, end);
  if (c == '\r') {
    context.Report(Kind::kInvalidCharacter, range,
                   "carriage return without a line feed");
  } else if (IsControl(c)) {
    auto report = context.Report(Kind::kInvalidCharacter, range,
                                 fmt::format("control character U+{:04X}", c));
    if (c != 0) report.Help("in a string write it as `" + Escape(c) + "`");
  } else if (IsBidi(c)) {
    context
        .Report(Kind::kInvalidCharacter, range,
                fmt::format(
                    "U+{:04X} changes the direction in which text is shown", c))
        .Help("in a string write it as `" + Escape(c) + "`");
  } else {
    context
        .Report(Kind::kInvalidCharacter, range,
                fmt::format("invisible character U+{:04X}", c))
        .Help("in a string write it as `" + Escape(c) + "`");
  }
}

void ReportNonAscii(const Context& context, size_t begin, size_t end,
                    uint32_t c) {
  const source::Range range = context.At(begin, end);
  auto report = context.Report(
      diag::Kind::kInvalidCharacter, range,
      fmt::format("`{}` (U+{:04X}) outside a string or a comment",
                  context.text(range), c));
  if (const char ascii = AsciiOf(c); ascii != 0) {
    report
        .Help(ascii == ' ' ? std::string("it looks like a space (U+0020)")
                           : fmt::format("it looks like `{}` (U+{:04X})", ascii,
                                         static_cast<int>(ascii)))
        .FixIt(range, std::string(1, ascii));
  } else {
    report.Help("a name that is not ASCII letters, digits and `_` is quoted");
  }
}

}  // namespace polc::syntax
