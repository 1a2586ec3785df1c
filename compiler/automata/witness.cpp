// Breadth-first searches. Bytes are tried in order of legibility and the queue
// keeps that order, so the first hit is the first of its length.
#include "compiler/automata/witness.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/automata/byte_classes.h"
#include "compiler/automata/flat_hash.h"

namespace polc::automata {
namespace {

constexpr uint32_t kNoState = UINT32_MAX;

// All bytes, the most legible first.
const std::array<uint8_t, 256>& ByteOrder() {
  static const std::array<uint8_t, 256> order = [] {
    const auto rank = [](unsigned b) {
      if (b >= 'a' && b <= 'z') return 0;
      if (b >= '0' && b <= '9') return 1;
      if (b >= 'A' && b <= 'Z') return 2;
      if (b > ' ' && b < 0x7F) return 3;
      if (b == ' ') return 4;
      return b >= 0x80 ? 5 : 6;
    };
    std::array<uint8_t, 256> out;
    for (unsigned b = 0; b < 256; ++b) out[b] = static_cast<uint8_t>(b);
    std::sort(out.begin(), out.end(), [&](uint8_t a, uint8_t b) {
      return std::pair(rank(a), a) < std::pair(rank(b), b);
    });
    return out;
  }();
  return order;
}

// The most legible byte of each class, in order of legibility.
std::vector<uint8_t> Representatives(
    const std::array<uint8_t, 256>& byte_class) {
  std::array<bool, 256> seen = {};
  std::vector<uint8_t> out;
  for (const uint8_t byte : ByteOrder()) {
    if (!std::exchange(seen[byte_class[byte]], true)) out.push_back(byte);
  }
  return out;
}

// How a search came to each of its nodes.
struct Trail {
  struct Step {
    uint32_t from;
    uint8_t byte;
  };
  std::vector<Step> steps;  // by node; the first node has none

  std::string TextTo(uint32_t node) const {
    std::string out;
    for (; node != 0; node = steps[node].from) {
      out.push_back(static_cast<char>(steps[node].byte));
    }
    std::reverse(out.begin(), out.end());
    return out;
  }
};

// The state from which every valid string is accepted, kNoState if none.
uint32_t UniversalState(const Dfa& dfa) {
  const Dfa& any = AnyString();
  const uint32_t any_dead = *DeadState(any);
  const auto universal = [&](uint32_t candidate) {
    std::vector<std::pair<uint32_t, uint32_t>> pairs = {{candidate, any.start}};
    for (size_t i = 0; i < pairs.size(); ++i) {
      const auto [q, u] = pairs[i];
      if (any.accept[u] && !dfa.accept[q]) return false;
      for (unsigned byte = 0; byte < 256; ++byte) {
        const auto b = static_cast<uint8_t>(byte);
        const std::pair to(dfa.Step(q, b), any.Step(u, b));
        if (to.second == any_dead) continue;
        if (any.accept[to.second] && to.first != candidate) return false;
        if (std::find(pairs.begin(), pairs.end(), to) == pairs.end()) {
          pairs.push_back(to);
        }
      }
    }
    return true;
  };
  for (uint32_t q = 0; q < dfa.num_states(); ++q) {
    // In a minimal automaton it is its own successor by any ASCII byte.
    if (dfa.accept[q] && dfa.Step(q, 'a') == q && dfa.Step(q, '/') == q &&
        dfa.Step(q, 0) == q && universal(q)) {
      return q;
    }
  }
  return kNoState;
}

// One automaton of a WitnessOf search.
struct Part {
  const Dfa* dfa;
  bool include;
  uint32_t dead;
  uint32_t universal;
};

class WitnessSearch {
 public:
  WitnessSearch(std::span<const Dfa* const> include,
                std::span<const Dfa* const> exclude, size_t max_states)
      : max_states_(max_states) {
    // The first part keeps the search inside UTF-8 when others are dropped.
    parts_.push_back({&AnyString(), true, *DeadState(AnyString()), kNoState});
    for (const Dfa* dfa : include) AddPart(dfa, true);
    for (const Dfa* dfa : exclude) AddPart(dfa, false);
    std::array<uint8_t, 256> joined = {};
    for (const Part& part : parts_) {
      joined = JoinClasses(joined, part.dfa->byte_class).byte_class;
    }
    bytes_ = Representatives(joined);
  }

  WitnessResult Run() {
    using Status = WitnessResult::Status;
    tuple_.clear();
    for (uint32_t p = 0; p < parts_.size(); ++p) {
      if (!Push(p, parts_[p].dfa->start)) return {Status::kEmpty, ""};
    }
    if (Intern(0, 0)) return {Status::kFound, ""};
    for (uint32_t node = 0; node + 1 < offsets_.size(); ++node) {
      for (const uint8_t byte : bytes_) {
        if (!Step(node, byte)) continue;
        if (const auto found = Intern(node, byte)) {
          return {Status::kFound, trail_.TextTo(*found)};
        }
      }
      if (offsets_.size() > max_states_ || steps_ > 2000 * max_states_) {
        return {Status::kBound, ""};
      }
    }
    return {Status::kEmpty, ""};
  }

 private:
  void AddPart(const Dfa* dfa, bool include) {
    for (const Part& part : parts_) {
      if (part.dfa == dfa && part.include == include) return;
    }
    parts_.push_back({dfa, include, DeadState(*dfa).value_or(kNoState),
                      UniversalState(*dfa)});
  }

  // Adds a part's state to tuple_ unless it can't say no any more. False if
  // nothing below the tuple can be a witness.
  bool Push(uint32_t p, uint32_t state) {
    const Part& part = parts_[p];
    const uint32_t stop = part.include ? part.dead : part.universal;
    const uint32_t drop = part.include ? part.universal : part.dead;
    if (state == stop) return false;
    if (state == drop) return true;
    tuple_.push_back(p);
    tuple_.push_back(state);
    return true;
  }

  // The successor of `node` in tuple_; false if it is hopeless.
  bool Step(uint32_t node, uint8_t byte) {
    tuple_.clear();
    for (size_t i = offsets_[node]; i < offsets_[node + 1]; i += 2) {
      ++steps_;
      const uint32_t p = pool_[i];
      if (!Push(p, parts_[p].dfa->Step(pool_[i + 1], byte))) return false;
    }
    return true;
  }

  // Makes a node for tuple_ if it is new; its number if it is a witness.
  std::optional<uint32_t> Intern(uint32_t from, uint8_t byte) {
    const uint64_t hash = HashWords(tuple_);
    const uint32_t known = table_.Find(hash, [&](uint32_t id) {
      return std::equal(
          pool_.begin() + static_cast<ptrdiff_t>(offsets_[id]),
          pool_.begin() + static_cast<ptrdiff_t>(offsets_[id + 1]),
          tuple_.begin(), tuple_.end());
    });
    if (known != FlatHash::kNone) return std::nullopt;
    const auto id = static_cast<uint32_t>(offsets_.size() - 1);
    table_.Insert(hash, id);
    pool_.insert(pool_.end(), tuple_.begin(), tuple_.end());
    offsets_.push_back(pool_.size());
    trail_.steps.push_back({from, byte});
    for (size_t i = 0; i < tuple_.size(); i += 2) {
      const Part& part = parts_[tuple_[i]];
      if ((part.dfa->accept[tuple_[i + 1]] != 0) != part.include) {
        return std::nullopt;
      }
    }
    return id;
  }

  const size_t max_states_;
  std::vector<Part> parts_;
  std::vector<uint8_t> bytes_;
  std::vector<uint32_t> tuple_;  // (part, state) of each part still open
  std::vector<uint32_t> pool_;   // all tuples, one after another
  std::vector<size_t> offsets_ = {0};
  FlatHash table_;
  Trail trail_;
  size_t steps_ = 0;
};

// Members of one length at a time, depth first in byte order, entering only
// states that accept something at the length that is left.
class Enumerator {
 public:
  Enumerator(const Dfa& dfa, size_t n) : dfa_(dfa), n_(n) {
    reaches_.push_back({dfa.accept.begin(), dfa.accept.end()});
  }

  std::vector<std::string> Run() {
    // Two members of an infinite language are at most a cycle apart.
    size_t fruitless = 0;
    for (size_t length = 0; fruitless <= dfa_.num_states(); ++length) {
      const size_t before = out_.size();
      if (reaches_[length][dfa_.start]) Extend(length);
      if (out_.size() >= n_) break;
      fruitless = out_.size() == before ? fruitless + 1 : 0;
      AddLength();
    }
    return std::move(out_);
  }

 private:
  void AddLength() {
    const std::vector<uint8_t>& shorter = reaches_.back();
    std::vector<uint8_t> row(dfa_.num_states(), 0);
    for (size_t q = 0; q < row.size(); ++q) {
      for (uint32_t c = 0; c < dfa_.num_classes && !row[q]; ++c) {
        row[q] = shorter[dfa_.next[q * dfa_.num_classes + c]];
      }
    }
    reaches_.push_back(std::move(row));
  }

  void Extend(size_t length) {
    struct Frame {
      uint32_t state;
      size_t tried = 0;  // bytes of ByteOrder()
    };
    std::vector<Frame> stack = {{dfa_.start}};
    std::string text;
    while (!stack.empty() && out_.size() < n_) {
      const size_t left = length - text.size();
      if (left == 0) out_.push_back(text);
      Frame& top = stack.back();
      bool deeper = false;
      while (left > 0 && top.tried < 256) {
        const uint8_t byte = ByteOrder()[top.tried++];
        const uint32_t to = dfa_.Step(top.state, byte);
        if (!reaches_[left - 1][to]) continue;
        text.push_back(static_cast<char>(byte));
        stack.push_back({to});
        deeper = true;
        break;
      }
      if (deeper) continue;
      stack.pop_back();
      if (!text.empty()) text.pop_back();
    }
  }

  const Dfa& dfa_;
  const size_t n_;
  std::vector<std::vector<uint8_t>> reaches_;  // [bytes left][state]
  std::vector<std::string> out_;
};

}  // namespace

std::optional<std::string> ShortestWitness(const Dfa& dfa) {
  if (dfa.accept[dfa.start]) return "";
  const std::vector<uint8_t> bytes = Representatives(dfa.byte_class);
  Trail trail;
  std::vector<uint32_t> queue = {dfa.start};
  std::vector<uint8_t> seen(dfa.num_states(), 0);
  seen[dfa.start] = 1;
  trail.steps.push_back({0, 0});
  for (uint32_t node = 0; node < queue.size(); ++node) {
    for (const uint8_t byte : bytes) {
      const uint32_t to = dfa.Step(queue[node], byte);
      if (std::exchange(seen[to], 1)) continue;
      queue.push_back(to);
      trail.steps.push_back({node, byte});
      if (dfa.accept[to]) {
        return trail.TextTo(static_cast<uint32_t>(queue.size() - 1));
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> Witnesses(const Dfa& dfa, size_t n) {
  if (n == 0 || IsEmpty(dfa)) return {};
  return Enumerator(dfa, n).Run();
}

WitnessResult WitnessOf(std::span<const Dfa* const> include,
                        std::span<const Dfa* const> exclude,
                        size_t max_states) {
  return WitnessSearch(include, exclude, max_states).Run();
}

}  // namespace polc::automata
