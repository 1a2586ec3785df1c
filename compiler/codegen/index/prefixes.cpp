#include "compiler/codegen/index/prefixes.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace polc::codegen {
namespace {

using automata::Dfa;

void SortUnique(std::vector<Prefix>* prefixes) {
  std::sort(prefixes->begin(), prefixes->end());
  prefixes->erase(std::unique(prefixes->begin(), prefixes->end()),
                  prefixes->end());
}

std::vector<Prefix> CutTo(const std::vector<std::string>& texts,
                          size_t length) {
  std::vector<Prefix> out;
  for (const std::string& text : texts) {
    out.push_back({text.substr(0, length), text.size() > length});
  }
  SortUnique(&out);
  return out;
}

std::vector<Prefix> OfTexts(const std::vector<std::string>& texts,
                            size_t max_count, size_t max_length) {
  std::vector<Prefix> out = CutTo(texts, max_length);
  for (size_t length = max_length; out.size() > max_count && length > 0;) {
    length /= 2;
    out = CutTo(texts, length);
  }
  return out;
}

// A state of the automaton and the text that led there.
struct Front {
  uint32_t state;
  std::string text;
};

uint32_t To(const Dfa& dfa, uint32_t state, uint32_t byte_class) {
  return dfa.next[state * size_t{dfa.num_classes} + byte_class];
}

// The bytes of each class.
class BytesOf {
 public:
  explicit BytesOf(const Dfa& dfa) {
    std::array<uint16_t, 257> next = {};
    for (const uint8_t k : dfa.byte_class) ++next[k + 1u];
    std::partial_sum(next.begin(), next.end(), next.begin());
    first_ = next;
    for (unsigned byte = 0; byte < 256; ++byte) {
      bytes_[next[dfa.byte_class[byte]]++] = static_cast<uint8_t>(byte);
    }
  }
  std::span<const uint8_t> operator[](uint32_t k) const {
    return std::span(bytes_).subspan(first_[k], size(k));
  }
  size_t size(uint32_t k) const { return first_[k + 1] - first_[k]; }

 private:
  std::array<uint16_t, 257> first_;
  std::array<uint8_t, 256> bytes_;
};

// All texts of one length that something accepted begins with, a byte longer
// in each round while they are few enough.
std::vector<Prefix> OfDfa(const Dfa& dfa, size_t max_count, size_t max_length) {
  const std::optional<uint32_t> dead = automata::DeadState(dfa);
  const BytesOf bytes(dfa);
  std::vector<Prefix> out;
  std::vector<Front> front;
  if (dead != dfa.start) front.push_back({dfa.start, ""});
  while (!front.empty()) {
    size_t count = out.size();
    uint32_t only = 0;  // a class that leads on
    for (const Front& one : front) {
      count += dfa.accept[one.state];
      for (uint32_t k = 0; k < dfa.num_classes; ++k) {
        if (To(dfa, one.state, k) == dead) continue;
        count += bytes.size(k);
        only = k;
      }
    }
    if (count > max_count || front[0].text.size() == max_length) {
      for (Front& one : front) out.push_back({std::move(one.text), true});
      break;
    }
    if (front.size() == 1 && count == out.size() + 1 &&
        !dfa.accept[front[0].state]) {
      front[0].text += static_cast<char>(bytes[only][0]);
      front[0].state = To(dfa, front[0].state, only);
      continue;
    }
    std::vector<Front> next;
    for (const auto& [state, text] : front) {
      if (dfa.accept[state]) out.push_back({text, false});
      for (uint32_t k = 0; k < dfa.num_classes; ++k) {
        const uint32_t to = To(dfa, state, k);
        if (to == dead) continue;
        for (const uint8_t byte : bytes[k]) {
          next.push_back({to, text + static_cast<char>(byte)});
        }
      }
    }
    front = std::move(next);
  }
  SortUnique(&out);
  return out;
}

}  // namespace

std::vector<Prefix> PrefixesOf(const StringSet& set, size_t max_count,
                               size_t max_length) {
  // Where a pattern leaves a byte open, a few spellings of what comes before
  // tell as much as all of what comes after, for much less.
  constexpr size_t kMaxOfPattern = 12;
  return set.is_listed()
             ? OfTexts(set.texts(), max_count, max_length)
             : OfDfa(set.dfa(), std::min(max_count, kMaxOfPattern), max_length);
}

}  // namespace polc::codegen
