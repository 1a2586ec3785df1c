// Products of two DFAs: explored pair by pair, so questions stop at the first
// answer and operations see only what is reachable.
#include <array>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "compiler/automata/byte_classes.h"
#include "compiler/automata/dfa.h"
#include "compiler/automata/pair_table.h"

namespace polc::automata {
namespace {

constexpr uint32_t kNoState = UINT32_MAX;

// A product may go through this many times the states of its result.
constexpr size_t kPairFactor = 16;

enum class Op { kAnd, kOr, kMinus };

class PairExplorer {
 public:
  PairExplorer(const Dfa& a, const Dfa& b)
      : a_(a),
        b_(b),
        dead_a_(DeadState(a).value_or(kNoState)),
        dead_b_(DeadState(b).value_or(kNoState)),
        classes_(JoinClasses(a.byte_class, b.byte_class)) {
    pairs_.Number(a.start, b.start);
  }

  // Visits reachable pairs until `visit(a state, b state)` says no; pairs for
  // which `descend` says no are visited, not left. False if stopped.
  template <typename Visit, typename Descend>
  bool VisitAll(const Visit& visit, const Descend& descend) {
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const auto [p, q] = pairs_[i];
      if (!visit(p, q)) return false;
      if (!descend(p, q)) continue;
      for (const auto& [ca, cb] : classes_.parts) {
        pairs_.Number(NextA(p, ca), NextB(q, cb));
      }
    }
    return true;
  }

  // The product itself; nullopt past `max_pairs`.
  std::optional<Dfa> Build(Op op, size_t max_pairs) {
    Dfa out;
    out.num_classes = static_cast<uint32_t>(classes_.parts.size());
    out.byte_class = classes_.byte_class;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const auto [p, q] = pairs_[i];
      const bool in_a = p != kNoState && a_.accept[p];
      const bool in_b = q != kNoState && b_.accept[q];
      out.accept.push_back(op == Op::kAnd  ? in_a && in_b
                           : op == Op::kOr ? in_a || in_b
                                           : in_a && !in_b);
      for (const auto& [ca, cb] : classes_.parts) {
        uint32_t to_a = NextA(p, ca);
        uint32_t to_b = NextB(q, cb);
        // Nothing can be accepted any more: one pair for all of these.
        if (op != Op::kOr && to_a == kNoState) to_b = kNoState;
        if (op == Op::kAnd && to_b == kNoState) to_a = kNoState;
        out.next.push_back(pairs_.Number(to_a, to_b));
      }
      if (pairs_.size() > max_pairs) return std::nullopt;
    }
    return out;
  }

  bool live_a(uint32_t p) const { return p != kNoState && p != dead_a_; }
  bool live_b(uint32_t q) const { return q != kNoState && q != dead_b_; }

 private:
  uint32_t NextA(uint32_t p, uint32_t c) const {
    if (p == kNoState) return kNoState;
    const uint32_t to = a_.next[size_t{p} * a_.num_classes + c];
    return to == dead_a_ ? kNoState : to;
  }
  uint32_t NextB(uint32_t q, uint32_t c) const {
    if (q == kNoState) return kNoState;
    const uint32_t to = b_.next[size_t{q} * b_.num_classes + c];
    return to == dead_b_ ? kNoState : to;
  }

  const Dfa& a_;
  const Dfa& b_;
  const uint32_t dead_a_;
  const uint32_t dead_b_;
  JoinedClasses classes_;
  PairTable pairs_;
};

Result<Dfa> Product(Op op, const Dfa& a, const Dfa& b, size_t max_states) {
  const std::optional<Dfa> raw =
      PairExplorer(a, b).Build(op, kPairFactor * max_states);
  if (raw) {
    Dfa out = Minimize(*raw);
    if (out.num_states() <= max_states) return out;
  }
  return Error{"combined patterns need more than " +
               std::to_string(max_states) + " states"};
}

}  // namespace

JoinedClasses JoinClasses(const std::array<uint8_t, 256>& a,
                          const std::array<uint8_t, 256>& b) {
  JoinedClasses out;
  std::array<int16_t, 256> first_of_a;  // a class -> latest joined class of it
  first_of_a.fill(-1);
  std::array<int16_t, 256> chain;  // joined class -> earlier one, same a class
  chain.fill(-1);
  for (unsigned byte = 0; byte < 256; ++byte) {
    int16_t c = first_of_a[a[byte]];
    while (c >= 0 && out.parts[static_cast<size_t>(c)].second != b[byte]) {
      c = chain[static_cast<size_t>(c)];
    }
    if (c < 0) {
      c = static_cast<int16_t>(out.parts.size());
      out.parts.push_back({a[byte], b[byte]});
      chain[static_cast<size_t>(c)] = std::exchange(first_of_a[a[byte]], c);
    }
    out.byte_class[byte] = static_cast<uint8_t>(c);
  }
  return out;
}

Result<Dfa> Intersect(const Dfa& a, const Dfa& b, size_t max_states) {
  return Product(Op::kAnd, a, b, max_states);
}

Result<Dfa> Union(const Dfa& a, const Dfa& b, size_t max_states) {
  return Product(Op::kOr, a, b, max_states);
}

Result<Dfa> Difference(const Dfa& a, const Dfa& b, size_t max_states) {
  return Product(Op::kMinus, a, b, max_states);
}

Result<Dfa> UnionAll(std::span<const Dfa* const> all, size_t max_states) {
  if (all.empty()) return Nothing();
  std::deque<Dfa> round;
  for (const Dfa* dfa : all) round.push_back(*dfa);
  while (round.size() > 1) {
    Result<Dfa> sum = Union(round[0], round[1], max_states);
    if (!sum) return sum;
    round.pop_front();
    round.pop_front();
    round.push_back(std::move(*sum));
  }
  return std::move(round[0]);
}

Dfa Complement(const Dfa& a) {
  std::optional<Dfa> raw =
      PairExplorer(AnyString(), a).Build(Op::kMinus, SIZE_MAX);
  return Minimize(*raw);
}

bool IsSubset(const Dfa& a, const Dfa& b) {
  PairExplorer pairs(a, b);
  return pairs.VisitAll(
      [&](uint32_t p, uint32_t q) {
        if (!pairs.live_a(p)) return true;
        return pairs.live_b(q) && (!a.accept[p] || b.accept[q]);
      },
      [&](uint32_t p, uint32_t) { return pairs.live_a(p); });
}

bool AreDisjoint(const Dfa& a, const Dfa& b) {
  PairExplorer pairs(a, b);
  const auto both = [&](uint32_t p, uint32_t q) {
    return pairs.live_a(p) && pairs.live_b(q);
  };
  return pairs.VisitAll(
      [&](uint32_t p, uint32_t q) {
        return !both(p, q) || !a.accept[p] || !b.accept[q];
      },
      both);
}

}  // namespace polc::automata
