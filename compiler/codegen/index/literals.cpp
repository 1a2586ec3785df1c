// From the accepting states back: the bytes that can be the last one read, the
// one before, and so on for as many as the shortest string has. Where there is
// one byte to choose from, it is text.
#include "compiler/codegen/index/literals.h"

#include <algorithm>

#include "runtime/abi/tables.h"

namespace polc::codegen {
namespace {

using automata::Dfa;

// Longer ones tell no more, and take longer to find.
constexpr size_t kMaxLength = 64;

// A language's ways from the start to the first acceptance, gone back.
class Ways {
 public:
  explicit Ways(const Dfa& dfa)
      : from_(dfa.num_states()), one_byte_(dfa.num_classes, kNone) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      int& one = one_byte_[dfa.byte_class[byte]];
      const int folded = runtime::Unfold(static_cast<uint8_t>(byte));
      one = one == kNone || one == folded ? folded : kMany;
    }
    std::vector<bool> seen(dfa.num_states());
    std::vector<uint32_t> front = {dfa.start};
    seen[dfa.start] = true;
    for (size_t length = 0; !front.empty(); ++length) {
      std::vector<uint32_t> next;
      for (const uint32_t state : front) {
        if (dfa.accept[state] != 0) {
          if (ends_.empty()) shortest_ = length;
          ends_.push_back(state);
          continue;
        }
        const uint32_t* row = &dfa.next[state * size_t{dfa.num_classes}];
        for (uint32_t k = 0; k < dfa.num_classes; ++k) {
          Add(state, one_byte_[k], row[k]);
          if (!seen[row[k]]) next.push_back(row[k]);
          seen[row[k]] = true;
        }
      }
      front = std::move(next);
    }
  }

  // Where they end, and their least bytes.
  const std::vector<uint32_t>& ends() const { return ends_; }
  size_t shortest() const { return shortest_; }

  // The one byte that leads to `states`, which become those that it leads from;
  // kMany if there are several.
  int StepBack(std::vector<uint32_t>* states) const {
    int byte = kNone;
    std::vector<uint32_t> next;
    for (const uint32_t state : *states) {
      for (const Step& step : from_[state]) {
        byte = byte == kNone || byte == step.byte ? step.byte : kMany;
        next.push_back(step.state);
      }
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    *states = std::move(next);
    return byte;
  }

  static constexpr int kNone = -1;
  static constexpr int kMany = -2;

 private:
  struct Step {
    uint32_t state;
    int byte;
  };

  // All of one state's come together.
  void Add(uint32_t state, int byte, uint32_t to) {
    auto& from = from_[to];
    if (from.empty() || from.back().state != state) {
      from.push_back({state, byte});
    } else if (from.back().byte != byte) {
      from.back().byte = kMany;
    }
  }

  std::vector<std::vector<Step>> from_;
  std::vector<int> one_byte_;  // by class
  std::vector<uint32_t> ends_;
  size_t shortest_ = 0;
};

}  // namespace

std::vector<std::string> LiteralsIn(const Dfa& dfa) {
  const Ways ways(dfa);
  const size_t length = std::min(ways.shortest(), kMaxLength);
  std::vector<uint32_t> states = ways.ends();
  std::vector<std::string> found;
  std::string text;  // the last byte first
  for (size_t i = 0; i <= length; ++i) {
    const int byte = i < length ? ways.StepBack(&states) : Ways::kMany;
    if (byte >= 0) {
      text.push_back(static_cast<char>(byte));
      continue;
    }
    if (text.size() >= 2) found.emplace_back(text.rbegin(), text.rend());
    text.clear();
  }
  return found;
}

}  // namespace polc::codegen
