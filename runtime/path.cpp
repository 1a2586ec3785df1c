#include "runtime/path.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace polc::runtime {
namespace {

constexpr size_t kMaxBytes = 4096;

// Whose compatibility form (NFKC, Unicode 14) holds a dot, a slash or a
// backslash: a server that normalises would see another path. In UTF-8.
constexpr std::string_view kLookalikes[] = {
    "\xE2\x80\xA4", "\xE2\x80\xA5",     "\xE2\x80\xA6", "\xE2\x84\x80",
    "\xE2\x84\x81", "\xE2\x84\x85",     "\xE2\x84\x86", "\xE3\x8F\x82",
    "\xE3\x8F\x87", "\xE3\x8F\x98",     "\xEF\xB8\x99", "\xEF\xB8\xB0",
    "\xEF\xB9\x92", "\xEF\xB9\xA8",     "\xEF\xBC\x8E", "\xEF\xBC\x8F",
    "\xEF\xBC\xBC", "\xF0\x9F\x84\x80",
};

/// U+2488 to U+249B: numbers with a full stop.
bool HasNumberWithStop(std::string_view text) {
  for (size_t at = text.find("\xE2\x92"); at != text.npos;
       at = text.find("\xE2\x92", at + 2)) {
    const auto last = static_cast<uint8_t>(text.substr(at + 2, 1)[0]);
    if (last >= 0x88 && last <= 0x9B) return true;
  }
  return false;
}

bool IsDrive(std::string_view segment) {
  const char letter = static_cast<char>(segment[0] | 0x20);
  return letter >= 'a' && letter <= 'z' && segment.substr(1).starts_with(':');
}

/// The segments of a path, one after another, without those that count for
/// nothing.
class Segments {
 public:
  explicit Segments(std::string_view path) : rest_(path) { Next(); }
  bool done() const { return segment_.empty(); }
  std::string_view segment() const { return segment_; }
  void Next() {
    segment_ = {};
    while (!rest_.empty() && (segment_.empty() || segment_ == ".")) {
      rest_.remove_prefix(1);  // the slash
      segment_ = rest_.substr(0, rest_.find('/'));
      rest_.remove_prefix(segment_.size());
    }
    if (segment_ == ".") segment_ = {};
  }

 private:
  std::string_view rest_;
  std::string_view segment_;
};

bool HasOddCharacters(std::string_view text) {
  return text.find_first_of(std::string_view("\\%\0", 3)) != text.npos ||
         HasNumberWithStop(text) ||
         std::any_of(
             std::begin(kLookalikes), std::end(kLookalikes),
             [&](std::string_view c) { return text.find(c) != text.npos; });
}

bool IsPath(std::string_view text) {
  if (text.size() > kMaxBytes || !text.starts_with('/') ||
      HasOddCharacters(text)) {
    return false;
  }
  Segments it(text);
  if (!it.done() && IsDrive(it.segment())) return false;
  for (; !it.done(); it.Next()) {
    if (it.segment() == "..") return false;
  }
  return true;
}

bool IsSegment(std::string_view text) {
  return !text.empty() && text.size() < kMaxBytes &&
         text.find('/') == text.npos && text != "." && text != ".." &&
         !IsDrive(text) && !HasOddCharacters(text);
}

}  // namespace

std::optional<bool> IsUnder(std::string_view path, std::string_view prefix,
                            std::string_view segment) {
  if (!IsPath(path) || !IsPath(prefix) || !IsSegment(segment)) {
    return std::nullopt;
  }
  Segments at(path);
  for (Segments wanted(prefix); !wanted.done(); wanted.Next(), at.Next()) {
    if (at.done() || at.segment() != wanted.segment()) return false;
  }
  return !at.done() && at.segment() == segment;
}

}  // namespace polc::runtime
