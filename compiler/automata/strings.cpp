// Finite sets of strings: Daciuk, Mihov, Watson and Watson's algorithm for
// sorted input. Only the path of the last string is unsettled; what leaves it
// is replaced by an equal settled state if there is one, so the automaton is
// minimal at every moment and memory follows the result, not the input.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/flat_hash.h"
#include "compiler/support/utf8.h"

namespace polc::automata {
namespace {

// Entries of a table: half a gigabyte.
constexpr size_t kMaxTableEntries = size_t{1} << 27;

struct Edge {
  uint8_t byte;
  uint32_t to;
  bool operator==(const Edge&) const = default;
};

class StringSetBuilder {
 public:
  explicit StringSetBuilder(size_t max_states) : max_states_(max_states) {}

  // In ascending order, without duplicates. False past the bound.
  bool Add(std::string_view text) {
    size_t common = 0;
    const size_t limit = std::min(text.size(), last_.size());
    while (common < limit && text[common] == last_[common]) ++common;
    SettleBelow(common);
    last_ = text;
    if (path_.size() <= text.size()) path_.resize(text.size() + 1);
    for (size_t i = common; i < text.size(); ++i) {
      path_[i].edges.push_back({static_cast<uint8_t>(text[i]), kPending});
      path_[i + 1].edges.clear();
      path_[i + 1].accept = false;
    }
    path_[text.size()].accept = true;
    return nodes_.size() + text.size() < max_states_;
  }

  Result<Dfa> Finish() {
    SettleBelow(0);
    const uint32_t root = Settle(path_[0]);
    // One more state, dead, and one class for the bytes never used.
    std::array<uint8_t, 256> byte_class = {};
    std::vector<bool> used(256, false);
    for (const Edge& e : edges_) used[e.byte] = true;
    uint32_t classes = 0;
    const bool rest = std::find(used.begin(), used.end(), false) != used.end();
    if (rest) classes = 1;
    for (unsigned byte = 0; byte < 256; ++byte) {
      byte_class[byte] =
          used[byte] ? static_cast<uint8_t>(classes++) : uint8_t{0};
    }
    const auto dead = static_cast<uint32_t>(nodes_.size());
    if ((dead + size_t{1}) * classes > kMaxTableEntries ||
        dead >= max_states_) {
      return Error{"set of strings needs too many states"};
    }
    Dfa raw;
    raw.start = root;
    raw.num_classes = classes;
    raw.byte_class = byte_class;
    raw.next.assign((dead + size_t{1}) * classes, dead);
    raw.accept.assign(dead + size_t{1}, 0);
    for (uint32_t q = 0; q < dead; ++q) {
      raw.accept[q] = nodes_[q].accept;
      for (const Edge& e : EdgesOf(q)) {
        raw.next[size_t{q} * classes + byte_class[e.byte]] = e.to;
      }
    }
    return Canonicalize(raw);
  }

 private:
  static constexpr uint32_t kPending = UINT32_MAX;

  struct Open {
    std::vector<Edge> edges;
    bool accept = false;
  };
  struct Node {
    uint32_t first_edge;
    uint16_t num_edges;
    bool accept;
  };

  std::span<const Edge> EdgesOf(uint32_t node) const {
    return {edges_.data() + nodes_[node].first_edge, nodes_[node].num_edges};
  }

  void SettleBelow(size_t depth) {
    for (size_t i = last_.size(); i > depth; --i) {
      path_[i - 1].edges.back().to = Settle(path_[i]);
    }
    last_.resize(depth);
  }

  uint32_t Settle(const Open& open) {
    uint64_t hash = open.accept ? 1 : 0;
    for (const Edge& e : open.edges) {
      hash = MixHash(hash, e.byte | uint64_t{e.to} << 8);
    }
    hash = MixHash(hash, 1);
    const uint32_t found = settled_.Find(hash, [&](uint32_t node) {
      const std::span<const Edge> edges = EdgesOf(node);
      return nodes_[node].accept == open.accept &&
             std::equal(edges.begin(), edges.end(), open.edges.begin(),
                        open.edges.end());
    });
    if (found != FlatHash::kNone) return found;
    const auto node = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back({static_cast<uint32_t>(edges_.size()),
                      static_cast<uint16_t>(open.edges.size()), open.accept});
    edges_.insert(edges_.end(), open.edges.begin(), open.edges.end());
    settled_.Insert(hash, node);
    return node;
  }

  const size_t max_states_;
  std::string last_;
  std::vector<Open> path_ = std::vector<Open>(1);
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  FlatHash settled_;
};

}  // namespace

Result<Dfa> FromStrings(std::span<const std::string> strings,
                        size_t max_states) {
  if (strings.empty()) return Nothing();
  std::vector<std::string_view> sorted(strings.begin(), strings.end());
  for (const std::string_view text : sorted) {
    if (FindInvalidUtf8(text) != std::string_view::npos) {
      return Error{"text is not valid UTF-8"};
    }
  }
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  StringSetBuilder builder(max_states);
  for (const std::string_view text : sorted) {
    if (!builder.Add(text)) {
      return Error{"set of strings needs more than " +
                   std::to_string(max_states) + " states"};
    }
  }
  return builder.Finish();
}

Result<Dfa> FromLiteral(std::string_view text, size_t max_states) {
  const std::string one[] = {std::string(text)};
  return FromStrings(one, max_states);
}

}  // namespace polc::automata
