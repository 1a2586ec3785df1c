#include "compiler/scan/names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/scan/hidden.h"
#include "compiler/support/utf8.h"

namespace polc::scan {
namespace {

constexpr size_t kMaxName = 128;
constexpr size_t kMaxShown = 80;
// Shorter names differ by one letter by nature (`add`, `and`).
constexpr size_t kMinForDistance = 6;

// Lower-case letters of other scripts and what they look like; capitals that
// look like another letter than their small form. Unicode's confusables.txt
// has thousands; these are those that look the same in common fonts.
constexpr std::array<std::pair<uint32_t, char>, 72> kTwins = {{
    {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'},
    {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'l'}, {0x0457, 'l'},
    {0x0458, 'j'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'}, {0x0432, 'b'},
    {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'}, {0x0442, 't'}, {0x04BB, 'h'},
    {0x04CF, 'l'}, {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'}, {0x041A, 'k'},
    {0x041C, 'm'}, {0x041D, 'h'}, {0x041E, 'o'}, {0x0420, 'p'}, {0x0421, 'c'},
    {0x0422, 't'}, {0x0423, 'y'}, {0x0425, 'x'}, {0x0405, 's'}, {0x0406, 'l'},
    {0x0408, 'j'}, {0x03B1, 'a'}, {0x03B9, 'l'}, {0x03BA, 'k'}, {0x03BD, 'v'},
    {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C4, 't'}, {0x03C5, 'u'}, {0x03C7, 'x'},
    {0x03B3, 'y'}, {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0396, 'z'},
    {0x0397, 'h'}, {0x0399, 'l'}, {0x039A, 'k'}, {0x039C, 'm'}, {0x039D, 'n'},
    {0x039F, 'o'}, {0x03A1, 'p'}, {0x03A4, 't'}, {0x03A5, 'y'}, {0x03A7, 'x'},
    {0x0131, 'l'}, {0x0251, 'a'}, {0x0261, 'g'}, {0x026A, 'l'}, {0x0185, 'b'},
    {0x0581, 'g'}, {0x0585, 'o'}, {0x057D, 'u'}, {0x0578, 'n'}, {0x0570, 'h'},
    {0x0566, 'q'}, {0x054F, 's'},
}};

uint32_t LowerAscii(uint32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

void AppendTwin(uint32_t c, std::string* out) {
  if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + 0x21;  // fullwidth forms
  c = LowerAscii(c);
  if (IsHidden(c) || c == '_' || c == '-' || c == '.' || c == ' ') return;
  if (c == '0') c = 'o';
  if (c == '1' || c == 'i' || c == '|' || c == '!') c = 'l';
  if (c == '5') c = 's';
  for (const auto& [twin, letter] : kTwins) {
    if (twin == c) c = letter;
  }
  AppendUtf8(c, out);
}

void ReplaceAll(std::string_view from, std::string_view to, std::string* text) {
  for (size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

std::string LowerName(std::string_view name) {
  std::string out;
  for (const char c : name) {
    out += static_cast<char>(LowerAscii(static_cast<unsigned char>(c)));
  }
  return out;
}

// Whether one letter more, less, other, or two exchanged make a of b.
bool IsOneStepAway(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin());
  const std::string_view rest_a = a.substr(x - a.begin());
  const std::string_view rest_b = b.substr(y - b.begin());
  if (rest_b.empty()) return false;  // equal
  if (a.size() < b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() >= 2 && rest_a[0] == rest_b[1] &&
         rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
}

bool IsPlural(std::string_view a, std::string_view b) {
  return std::string(a) + "s" == b || std::string(b) + "s" == a;
}

// Digits count ("v1", "v2"): names that differ in one are siblings.
bool DifferInDigitOnly(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return x != a.end() && is_digit(*x) && is_digit(*y);
}

}  // namespace

bool IsCallable(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
         });
}

std::string Skeleton(std::string_view name) {
  std::string out;
  for (const uint32_t c : CodePoints(name)) AppendTwin(c, &out);
  ReplaceAll("rn", "m", &out);
  ReplaceAll("vv", "w", &out);
  return out;
}

void KnownNames::Add(const std::string& name) {
  names_.push_back(name);
  by_skeleton_.emplace(Skeleton(name), name);
}

std::optional<Lookalike> KnownNames::FindLookalike(const std::string& name,
                                                   bool is_new) const {
  const auto same = by_skeleton_.find(Skeleton(name));
  if (same != by_skeleton_.end() && same->second != name) {
    return Lookalike{same->second, LowerName(same->second) == LowerName(name)
                                       ? "differs from it only in case"
                                       : "looks the same"};
  }
  if (!is_new || name.size() < kMinForDistance) return std::nullopt;
  for (const std::string& other : names_) {
    if (IsOneStepAway(name, other) && !IsPlural(name, other) &&
        !DifferInDigitOnly(name, other)) {
      return Lookalike{other, "differs from it in one letter"};
    }
  }
  return std::nullopt;
}

std::string Shown(std::string_view name) {
  size_t at = 0;
  for (size_t n = 0; at < name.size() && n < kMaxShown; ++n) {
    DecodeUtf8(name, &at);
  }
  return std::string(name.substr(0, at)) + (at < name.size() ? "..." : "");
}

}  // namespace polc::scan
