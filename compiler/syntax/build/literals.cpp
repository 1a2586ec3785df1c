// Decoding of literals. The lexer has shown their shape: a string is closed
// and on one line, a number has JSON's form.
#include "compiler/syntax/build/literals.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "compiler/support/utf8.h"

namespace polc::syntax {
namespace {

using diag::Kind;

constexpr std::string_view kMaxInteger = "9007199254740991";

class StringDecoder {
 public:
  StringDecoder(const Context& context, source::Range range)
      : context_(context), pos_(range.begin + 1), end_(range.end - 1) {}

  std::string Run() {
    // Ends with the string: a search must not run through the whole file.
    const std::string_view text = context_.text().substr(0, end_);
    while (pos_ < end_) {
      const size_t escape = std::min(text.find('\\', pos_), end_);
      out_ += text.substr(pos_, escape - pos_);
      pos_ = escape;
      if (pos_ < end_) Escape();
    }
    return std::move(out_);
  }

 private:
  void Escape() {
    const size_t begin = pos_;
    const char c = context_.text()[pos_ + 1];
    pos_ += 2;
    if (c == 'u') return Unicode(begin);
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    if (const size_t at = kNames.find(c); at != std::string_view::npos) {
      out_ += kValues[at];
      return;
    }
    // The escaped character may be any of Unicode.
    while (pos_ < end_ &&
           (static_cast<uint8_t>(context_.text()[pos_]) & 0xC0) == 0x80) {
      ++pos_;
    }
    const source::Range range = context_.At(begin, pos_);
    context_
        .Report(Kind::kInvalidString, range,
                fmt::format("no escape `{}` in strings", context_.text(range)))
        .Help("write `\\\\` for a backslash, or a raw string `r\"...\"`");
  }

  // Four hexadecimal digits at `pos_`, or nothing.
  std::optional<uint32_t> Hex() {
    if (end_ - pos_ < 4) return std::nullopt;
    const char* first = context_.text().data() + pos_;
    uint32_t value = 0;
    const auto [last, error] = std::from_chars(first, first + 4, value, 16);
    if (error != std::errc() || last != first + 4) return std::nullopt;
    pos_ += 4;
    return value;
  }

  void Unicode(size_t begin) {
    const std::optional<uint32_t> unit = Hex();
    if (!unit) return Fail(begin, "`\\u` needs four hexadecimal digits");
    if (*unit == 0) return Fail(begin, "a string cannot hold U+0000");
    if (*unit < 0xD800 || *unit > 0xDFFF) return AppendUtf8(*unit, &out_);
    const bool paired =
        *unit < 0xDC00 && context_.text().substr(pos_, 2) == "\\u";
    if (paired) {
      pos_ += 2;
      const std::optional<uint32_t> low = Hex();
      if (low && *low >= 0xDC00 && *low <= 0xDFFF) {
        return AppendUtf8(0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00),
                          &out_);
      }
    }
    Fail(begin, "half a surrogate pair");
  }

  void Fail(size_t begin, const std::string& message) {
    context_.Report(Kind::kInvalidString, context_.At(begin, pos_), message);
  }

  const Context& context_;
  size_t pos_;
  size_t end_;
  std::string out_;
};

bool IsPlainInteger(std::string_view digits) {
  return digits.find_first_of(".eE") == std::string_view::npos;
}

// Without leading zeros, longer is larger and equal lengths compare as text.
bool FitsInteger(std::string_view digits) {
  return digits.size() < kMaxInteger.size() ||
         (digits.size() == kMaxInteger.size() && digits <= kMaxInteger);
}

// The first digits of a number that may have a million of them.
std::string Shown(std::string_view digits) {
  if (digits.size() <= 40) return std::string(digits);
  return std::string(digits.substr(0, 40)) + "...";
}

}  // namespace

std::string DecodeString(const Context& context, source::Range range) {
  const std::string_view text = context.text(range);
  if (text.front() == 'r') return std::string(text.substr(2, text.size() - 3));
  return StringDecoder(context, range).Run();
}

double DecodeNumber(const Context& context, source::Range range) {
  const std::string_view digits = context.text(range);
  if (IsPlainInteger(digits) && !FitsInteger(digits)) {
    context.Report(
        Kind::kInvalidNumber, range,
        fmt::format("integer `{}` is beyond {}", Shown(digits), kMaxInteger));
    return 0;
  }
  double value = 0;
  const auto [last, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc()) {
    context.Report(
        Kind::kInvalidNumber, range,
        fmt::format("`{}` is out of the range of numbers", Shown(digits)));
    return 0;
  }
  return value;
}

int64_t DecodeInteger(const Context& context, source::Range range, int64_t min,
                      int64_t max, const std::string& what) {
  const std::string_view digits = context.text(range);
  int64_t value = 0;
  if (IsPlainInteger(digits) && FitsInteger(digits)) {
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (value >= min && value <= max) return value;
  }
  context.Report(Kind::kInvalidNumber, range,
                 fmt::format("{} is an integer from {} to {}", what, min, max));
  return min;
}

}  // namespace polc::syntax
