#include "runtime/text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace polc::runtime {
namespace {

constexpr size_t kShownCodePoints = 120;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the valid sequence at the start of `text`, 0 if there is
/// none; `*code_point` is what it encodes.
size_t Decode(std::string_view text, uint32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) {
    *code_point = first;
    return 1;
  }
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  uint32_t c = first & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    c = (c << 6) | (byte(i) & 0x3F);
  }
  constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (c < kLeast[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
    return 0;
  }
  *code_point = c;
  return length;
}

// Controls, and what reorders, joins or hides the text around it
// (CVE-2021-42574 is why).
bool IsUnprintable(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

/// Digits of `text` at `*at`, exactly `count`, moving past them; -1 if not.
int Digits(std::string_view text, size_t* at, size_t count) {
  if (*at + count > text.size()) return -1;
  int n = 0;
  for (size_t end = *at + count; *at < end; ++*at) {
    if (text[*at] < '0' || text[*at] > '9') return -1;
    n = n * 10 + (text[*at] - '0');
  }
  return n;
}

bool Skip(std::string_view text, size_t* at, char c) {
  if (*at >= text.size() || text[*at] != c) return false;
  ++*at;
  return true;
}

/// Seconds east of UTC of "Z" or "+hh:mm", which must be all of `text`.
std::optional<int64_t> Offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  size_t at = 1;
  const int hours = Digits(text, &at, 2);
  if (!Skip(text, &at, ':')) return std::nullopt;
  const int minutes = Digits(text, &at, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const int64_t seconds = hours * 3600 + minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::string NumberText(double number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number + 0.0);
  return {buffer, end.ptr};
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (size_t shown = 0; !text.empty(); ++shown) {
    if (shown == kShownCodePoints) return out.append(kEllipsis);
    uint32_t c = 0;
    const size_t length = Decode(text, &c);
    if (length == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    if (c == '\\') {
      out += "\\\\";
    } else if (IsUnprintable(c)) {
      char buffer[16];
      std::snprintf(buffer, sizeof buffer, "\\u{%x}", static_cast<unsigned>(c));
      out += buffer;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  while (!text.empty()) {
    uint32_t c = 0;
    const size_t length = Decode(text, &c);
    if (length == 0) {
      *out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += static_cast<char>(c);
    } else if (c == '\n') {
      *out += "\\n";
    } else if (c < 0x20 || c == 0x7F) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
      *out += buffer;
    } else {
      *out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  *out += '"';
}

std::optional<int64_t> ParseTime(std::string_view text) {
  size_t at = 0;
  const int year = Digits(text, &at, 4);
  if (!Skip(text, &at, '-')) return std::nullopt;
  const int month = Digits(text, &at, 2);
  if (!Skip(text, &at, '-')) return std::nullopt;
  const int day = Digits(text, &at, 2);
  if (!Skip(text, &at, 'T')) return std::nullopt;
  const int hour = Digits(text, &at, 2);
  if (!Skip(text, &at, ':')) return std::nullopt;
  const int minute = Digits(text, &at, 2);
  if (!Skip(text, &at, ':')) return std::nullopt;
  const int second = Digits(text, &at, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 59) {
    return std::nullopt;
  }
  if (Skip(text, &at, '.')) {
    const size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    if (at == first) return std::nullopt;
  }
  const auto offset = Offset(text.substr(at));
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!offset || !date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return int64_t{days} * 86'400 + int64_t{hour} * 3600 + int64_t{minute} * 60 +
         second - *offset;
}

std::string TimeText(int64_t unix_milliseconds) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::milliseconds> instant{
      std::chrono::milliseconds(unix_milliseconds)};
  const auto midnight = floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(midnight);
  const auto rest = (instant - midnight).count();
  char buffer[64];
  std::snprintf(
      buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(rest / 3'600'000),
      static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1000 % 60),
      static_cast<int>(rest % 1000));
  return buffer;
}

}  // namespace polc::runtime
