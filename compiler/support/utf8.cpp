#include "compiler/support/utf8.h"

namespace polc {
namespace {

// The length of the valid sequence at `pos`, or 0. Table 3-7 of the Unicode
// Standard: the second byte's range depends on the first.
size_t SequenceLength(std::string_view text, size_t pos) {
  auto byte = [&](size_t i) -> uint8_t {
    return pos + i < text.size() ? static_cast<uint8_t>(text[pos + i]) : 0;
  };
  auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return continues(1) ? 2 : 0;
  if (first < 0xF0) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first < 0xF5) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

size_t FindInvalidUtf8(std::string_view text) {
  size_t pos = 0;
  while (pos < text.size()) {
    const size_t length = SequenceLength(text, pos);
    if (length == 0) return pos;
    pos += length;
  }
  return std::string_view::npos;
}

uint32_t DecodeUtf8(std::string_view text, size_t* pos) {
  auto next = [&] { return static_cast<uint8_t>(text[(*pos)++]); };
  const uint32_t first = next();
  if (first < 0x80) return first;
  if (first < 0xE0) return (first & 0x1F) << 6 | (next() & 0x3Fu);
  if (first < 0xF0) {
    const uint32_t second = next() & 0x3Fu;
    return (first & 0x0F) << 12 | second << 6 | (next() & 0x3Fu);
  }
  const uint32_t second = next() & 0x3Fu;
  const uint32_t third = next() & 0x3Fu;
  return (first & 0x07) << 18 | second << 12 | third << 6 | (next() & 0x3Fu);
}

std::vector<uint32_t> CodePoints(std::string_view text) {
  std::vector<uint32_t> out;
  for (size_t pos = 0; pos < text.size();) {
    out.push_back(DecodeUtf8(text, &pos));
  }
  return out;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  return count;
}

void AppendUtf8(uint32_t c, std::string* out) {
  auto put = [&](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

}  // namespace polc
