#include "compiler/scan/hidden.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "compiler/support/utf8.h"

namespace polc::scan {
namespace {

struct Block {
  uint32_t first;
  uint32_t last;
  const char* what;  // of several
};

constexpr const char* kControl = "control characters";
constexpr const char* kZeroWidth = "zero-width characters";
constexpr const char* kBidi = "marks that turn text around";
constexpr const char* kTags = "invisible tag characters";
constexpr const char* kSelectors = "variation selectors";
constexpr const char* kBlank = "characters without a shape";
constexpr const char* kPrivate = "private characters";

// Unicode 15, sorted. ESC is counted apart.
constexpr std::array kBlocks = {
    Block{0x0000, 0x0008, kControl},
    Block{0x000B, 0x001F, kControl},
    Block{0x007F, 0x009F, kControl},
    Block{0x00AD, 0x00AD, kZeroWidth},  // soft hyphen
    Block{0x034F, 0x034F, kZeroWidth},  // combining grapheme joiner
    Block{0x061C, 0x061C, kBidi},
    Block{0x115F, 0x1160, kBlank},  // Hangul fillers
    Block{0x17B4, 0x17B5, kBlank},
    Block{0x180B, 0x180F, kZeroWidth},
    Block{0x200B, 0x200D, kZeroWidth},
    Block{0x200E, 0x200F, kBidi},
    Block{0x2028, 0x2029, kControl},  // line and paragraph separators
    Block{0x202A, 0x202E, kBidi},
    Block{0x2060, 0x2064, kZeroWidth},
    Block{0x2066, 0x2069, kBidi},
    Block{0x206A, 0x206F, kZeroWidth},
    Block{0x2800, 0x2800, kBlank},  // an empty Braille cell
    Block{0x3164, 0x3164, kBlank},
    Block{0xE000, 0xF8FF, kPrivate},
    Block{0xFE00, 0xFE0F, kSelectors},
    Block{0xFEFF, 0xFEFF, kZeroWidth},
    Block{0xFFA0, 0xFFA0, kBlank},
    Block{0xFFF9, 0xFFFB, kControl},
    Block{0x1D173, 0x1D17A, kZeroWidth},
    Block{0xE0000, 0xE007F, kTags},
    Block{0xE0100, 0xE01EF, kSelectors},
    Block{0xF0000, 0x10FFFF, kPrivate},
};

constexpr uint32_t kEscape = 0x1B;
constexpr uint32_t kJoiner = 0x200D;
constexpr uint32_t kEmojiSelector = 0xFE0F;
// Blank space of this length moves what follows out of sight.
constexpr size_t kManySpaces = 60;
constexpr size_t kManyLines = 12;

const Block* BlockOf(uint32_t c) {
  const auto* at =
      std::lower_bound(kBlocks.begin(), kBlocks.end(), c,
                       [](const Block& b, uint32_t x) { return b.last < x; });
  return at != kBlocks.end() && at->first <= c ? at : nullptr;
}

bool IsEmoji(uint32_t c) {
  return (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x2190 && c <= 0x2BFF) ||
         c == 0x00A9 || c == 0x00AE || c == 0x203C || c == 0x2049 ||
         c == 0x2122 || c == 0x2139 || c == 0x3030 || c == 0x303D ||
         c == kEmojiSelector || (c >= '0' && c <= '9') || c == '#' || c == '*';
}

bool IsPartOfEmoji(uint32_t c, uint32_t before) {
  return (c == kEmojiSelector || c == kJoiner) && IsEmoji(before);
}

void AddBlankRun(std::string_view text, std::vector<std::string>* out) {
  size_t spaces = 0;
  size_t lines = 0;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank && (spaces >= kManySpaces || lines >= kManyLines)) {
      out->emplace_back("blank space that pushes text out of sight");
      return;
    }
    spaces = blank ? spaces + 1 : 0;
    lines = !blank ? 0 : c == '\n' ? lines + 1 : lines;
  }
}

// Lower case, one space for any blank run, nothing hidden.
std::string Plain(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const uint32_t c = DecodeUtf8(text, &at);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0) {
      if (!out.ends_with(' ')) out += ' ';
    } else if (c == 0x2019) {
      out += '\'';
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 0xE0020 && c <= 0xE007E) {
      // Tag characters spell ASCII.
      out += static_cast<char>(c - 0xE0000);
    } else if (BlockOf(c) == nullptr) {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

constexpr std::array kPhrases = {
#define POLC_PHRASE(text) std::string_view(text),
#include "compiler/scan/phrases.def"
#undef POLC_PHRASE
};

}  // namespace

bool IsHidden(uint32_t code_point) { return BlockOf(code_point) != nullptr; }

std::vector<std::string> FindHidden(std::string_view text) {
  struct Found {
    size_t count = 0;
    uint32_t first = 0;
  };
  std::map<std::string, Found> found;
  uint32_t before = 0;
  for (size_t at = 0; at < text.size();) {
    const uint32_t c = DecodeUtf8(text, &at);
    const Block* block = BlockOf(c);
    // A `\r` before a line feed is an old line end, not a trick.
    const bool is_line_end = c == '\r' && text.substr(at).starts_with('\n');
    if (block != nullptr && !IsPartOfEmoji(c, before) && !is_line_end) {
      Found& one = found[c == kEscape ? "terminal escapes" : block->what];
      if (one.count++ == 0) one.first = c;
    }
    before = c;
  }
  std::vector<std::string> out;
  for (const auto& [what, one] : found) {
    out.push_back(
        fmt::format("{} ({}, first U+{:04X})", what, one.count, one.first));
  }
  if (text.find("<!--") != std::string_view::npos) {
    out.emplace_back("an HTML comment");
  }
  AddBlankRun(text, &out);
  return out;
}

std::string Visible(std::string_view text) {
  if (FindInvalidUtf8(text) != std::string_view::npos) return "(not UTF-8)";
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const uint32_t c = DecodeUtf8(text, &at);
    if (IsHidden(c)) {
      out += fmt::format("<U+{:04X}>", c);
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

std::vector<std::string> FindPhrases(std::string_view text) {
  const std::string plain = Plain(text);
  std::vector<std::string> out;
  for (const std::string_view phrase : kPhrases) {
    if (plain.find(phrase) != std::string::npos) out.emplace_back(phrase);
  }
  return out;
}

}  // namespace polc::scan
