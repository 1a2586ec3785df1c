#include "runtime/text.h"

#include <charconv>
#include <chrono>
#include <cstdio>

#include "runtime/utf8.h"

namespace polc::runtime {
namespace {

constexpr size_t kShownCodePoints = 120;
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

std::string_view NumberText(double number, NumberBuffer* buffer) {
  char* first = buffer->data();
  const auto end = std::to_chars(first, first + buffer->size(), number + 0.0);
  return {first, static_cast<size_t>(end.ptr - first)};
}

void AppendNumber(double number, std::string* out) {
  NumberBuffer buffer;
  out->append(NumberText(number, &buffer));
}

std::string NumberText(double number) {
  std::string out;
  AppendNumber(number, &out);
  return out;
}

void AppendEscaped(std::string_view text, std::string* to) {
  std::string& out = *to;
  for (size_t shown = 0; !text.empty(); ++shown) {
    if (shown == kShownCodePoints) {
      out.append(kEllipsis);
      return;
    }
    uint32_t c = 0;
    const size_t length = DecodeUtf8(text, &c);
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
}

std::string Escaped(std::string_view text) {
  std::string out;
  AppendEscaped(text, &out);
  return out;
}

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  while (!text.empty()) {
    uint32_t c = 0;
    const size_t length = DecodeUtf8(text, &c);
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
