// The lexer: words (with dots), numbers, strings, punctuation; `#` comments to
// the end of the line. It never copies but for strings.
#include "compiler/ir/reader.h"

#include <charconv>
#include <cmath>

#include "compiler/support/utf8.h"

namespace polc::ir {
namespace {

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c) || c == '.'; }

// Whole-token numbers only: "1x" is none.
template <typename T>
bool Convert(std::string_view text, T* out) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *out);
  return result.ec == std::errc() && result.ptr == end;
}

}  // namespace

bool Reader::Fail(std::string message) {
  if (!error_) error_ = "line " + std::to_string(token_line_) + ": " + message;
  kind_ = Kind::kEnd;
  return false;
}

void Reader::SkipBlank() {
  for (; pos_ < text_.size(); ++pos_) {
    const char c = text_[pos_];
    if (c == '\n') {
      ++line_;
    } else if (c == '#') {
      while (pos_ + 1 < text_.size() && text_[pos_ + 1] != '\n') ++pos_;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

void Reader::Advance() {
  SkipBlank();
  const size_t begin = pos_;
  token_line_ = line_;
  token_ = {};
  if (failed() || pos_ == text_.size()) {
    kind_ = Kind::kEnd;
    return;
  }
  const char c = text_[pos_];
  if (c == '"') {
    LexString();
    return;
  }
  ++pos_;
  if (IsWordStart(c)) {
    kind_ = Kind::kWord;
    while (pos_ < text_.size() && IsWordPart(text_[pos_])) ++pos_;
  } else if (IsDigit(c) || c == '-') {
    kind_ = Kind::kNumber;
    while (pos_ < text_.size() && (IsWordPart(text_[pos_]) ||
                                   text_[pos_] == '-' || text_[pos_] == '+')) {
      ++pos_;
    }
  } else {
    kind_ = Kind::kPunctuation;
  }
  token_ = text_.substr(begin, pos_ - begin);
}

void Reader::LexString() {
  string_.clear();
  for (size_t pos = pos_ + 1; pos < text_.size(); ++pos) {
    const char c = text_[pos];
    if (c == '"') {
      pos_ = pos + 1;
      kind_ = Kind::kString;
      return;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      Fail("a control character in a string must be escaped");
      return;
    }
    if (c != '\\') {
      string_ += c;
    } else if (!LexEscape(&pos)) {
      Fail("bad escape in a string");
      return;
    }
  }
  Fail("a string does not end");
}

// Reads the escape at the backslash `*pos`; leaves `*pos` at its last byte.
bool Reader::LexEscape(size_t* pos) {
  const std::string_view rest = text_.substr(*pos + 1);
  if (rest.empty()) return false;
  static constexpr std::string_view kLetters = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (const size_t i = kLetters.find(rest[0]); i != std::string_view::npos) {
    string_ += kMeanings[i];
    *pos += 1;
    return true;
  }
  uint32_t code = 0;
  if (rest[0] != 'u' || rest.size() < 5) return false;
  const char* hex = rest.data() + 1;
  const auto result = std::from_chars(hex, hex + 4, code, 16);
  // Surrogate pairs are not needed: text is UTF-8.
  if (result.ptr != hex + 4 || (code >= 0xD800 && code < 0xE000)) return false;
  AppendUtf8(code, &string_);
  *pos += 5;
  return true;
}

bool Reader::At(std::string_view token) const {
  return kind_ != Kind::kString && kind_ != Kind::kEnd && token_ == token;
}

bool Reader::Take(std::string_view token) {
  if (!At(token)) return false;
  Advance();
  return !failed();
}

bool Reader::Expect(std::string_view token) {
  return Take(token) || Fail("expected `" + std::string(token) + "`");
}

bool Reader::String(std::string* out) {
  if (kind_ != Kind::kString) return Fail("expected a string");
  *out = std::move(string_);
  Advance();
  return !failed();
}

bool Reader::Strings(std::vector<std::string>* out) {
  return Braces(out, [&](std::string* text) { return String(text); });
}

bool Reader::Integer(int64_t lo, int64_t hi, int64_t* out) {
  if (kind_ != Kind::kNumber || !Convert(token_, out) || *out < lo ||
      *out > hi) {
    return Fail("expected an integer in range");
  }
  Advance();
  return !failed();
}

bool Reader::Unsigned(uint64_t* out) {
  if (kind_ != Kind::kNumber || !Convert(token_, out)) {
    return Fail("expected an unsigned integer");
  }
  Advance();
  return !failed();
}

bool Reader::Double(double* out) {
  if (!Convert(token_, out) || std::isnan(*out)) {
    return Fail("expected a number");
  }
  Advance();
  return !failed();
}

bool Reader::DecimalNumber(Decimal* out) {
  std::string_view rest = token_;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (negative) rest.remove_prefix(1);
  const size_t point = rest.find('.');
  const std::string_view whole = rest.substr(0, point);
  std::string digits(whole);
  size_t places = 0;
  if (point != std::string_view::npos) {
    places = rest.size() - point - 1;
    digits += rest.substr(point + 1);
  }
  const bool is_number =
      !whole.empty() && whole.size() <= 15 && places <= Decimal::kPlaces &&
      digits.find_first_not_of("0123456789") == std::string::npos;
  if (kind_ != Kind::kNumber || !is_number) {
    return Fail("expected a decimal number");
  }
  digits.append(Decimal::kPlaces - places, '0');
  Decimal::Units units = 0;
  for (const char c : digits) units = units * 10 + (c - '0');
  *out = *Decimal::OfUnits(negative ? -units : units);
  Advance();
  return !failed();
}

bool Reader::AtId(char letter) const {
  return kind_ == Kind::kWord && token_.size() > 1 && token_[0] == letter &&
         IsDigit(token_[1]);
}

bool Reader::IdText(char letter, int32_t* out) {
  if (!AtId(letter) || !Convert(token_.substr(1), out)) {
    return Fail(std::string("expected an id `") + letter + "...`");
  }
  Advance();
  return !failed();
}

}  // namespace polc::ir
