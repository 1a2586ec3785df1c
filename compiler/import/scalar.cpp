#include "compiler/import/scalar.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <system_error>

namespace polc::import {
namespace {

using Type = Scalar::Type;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `12`, `-0x1f`, `0o17`, `017`, `0b1`; underscores are left out before.
std::optional<double> Integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = text[1];
    base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(IsDigit(letter) ? 1 : 2);
  }
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, base);
  constexpr uint64_t kLowest = uint64_t{1} << 63;
  if (text.empty() || read.ec != std::errc() || read.ptr != end ||
      (negative && value > kLowest)) {
    return std::nullopt;
  }
  const auto number = static_cast<double>(value);
  return negative ? -number : number;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool IsFloat(std::string_view text) {
  size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at - begin;
  };
  const size_t whole = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0 && whole == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::optional<double> SpecialFloat(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (lower == ".nan") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = lower.starts_with('-');
  if (negative || lower.starts_with('+')) lower.erase(0, 1);
  if (lower != ".inf") return std::nullopt;
  const double infinity = std::numeric_limits<double>::infinity();
  return negative ? -infinity : infinity;
}

// YYYY-M-D, alone or before a time of day.
bool IsTime(std::string_view text) {
  size_t at = 0;
  const auto digits = [&](size_t least, size_t most) {
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at - begin >= least && at - begin <= most;
  };
  const auto dash = [&] { return at < text.size() && text[at++] == '-'; };
  if (!digits(4, 4) || !dash() || !digits(1, 2) || !dash() || !digits(1, 2)) {
    return false;
  }
  if (at == text.size()) return true;
  const char next = text[at];
  return (next == 'T' || next == 't' || next == ' ') &&
         text.find(':', at) != std::string_view::npos;
}

void Resolve(const std::string& text, Scalar* out) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" ||
      text == "NULL") {
    out->type = Type::kNull;
    return;
  }
  const bool yes = text == "true" || text == "True" || text == "TRUE";
  if (yes || text == "false" || text == "False" || text == "FALSE") {
    out->type = Type::kBool;
    out->boolean = yes;
    return;
  }
  if (const auto special = SpecialFloat(text)) {
    out->type = Type::kFloat;
    out->number = *special;
    return;
  }
  if (IsTime(text)) {
    out->type = Type::kTime;
    return;
  }
  std::string plain = text;
  if (IsDigit(text[0]) || text[0] == '-' || text[0] == '+') {
    std::erase(plain, '_');
  }
  if (const auto integer = Integer(plain)) {
    out->type = Type::kInt;
    out->number = *integer;
    out->too_large = *integer >= 9223372036854775808.0;
  } else if (IsFloat(plain)) {
    out->type = Type::kFloat;
    out->number = std::strtod(plain.c_str(), nullptr);
  }
}

}  // namespace

Scalar ReadScalar(const Node& node) {
  Scalar out;
  out.range = node.range;
  out.text = node.text;
  if (!node.is_scalar()) {
    out.type = Type::kOther;
  } else if (!node.quoted) {
    Resolve(node.text, &out);
  }
  return out;
}

Scalar::Type LooksLike(const std::string& text) {
  Scalar out;
  Resolve(text, &out);
  return out.type;
}

}  // namespace polc::import
