// Minimal DFAs by partition refinement, and their canonical numbering.
//
// Small differences are found by distances and rows. For the rest, Valmari's
// algorithm refines two partitions in turn: of states, and of transitions
// ("cords": same label, same block of targets). Transitions into the dead state
// are left out, which makes the common case, long literals and many byte
// classes, linear in what the language needs.
#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/flat_hash.h"

namespace polc::automata {
namespace {

// A partition of 0..n-1 that is refined by marking elements and splitting
// each set into its marked and its unmarked part.
class Partition {
 public:
  // One set for each run of equal keys; `key` is by element, below `keys`.
  Partition(const std::vector<uint32_t>& key, size_t keys)
      : elements_(key.size()), where_(key.size()), set_of_(key.size()) {
    std::vector<uint32_t> at(keys + 1, 0);
    for (const uint32_t k : key) ++at[k + 1];
    for (size_t k = 0; k < keys; ++k) at[k + 1] += at[k];
    std::vector<uint32_t> number(keys, 0);
    for (size_t k = 0; k < keys; ++k) {
      if (at[k] == at[k + 1]) continue;
      number[k] = static_cast<uint32_t>(first_.size());
      first_.push_back(at[k]);
      past_.push_back(at[k + 1]);
      marked_.push_back(0);
    }
    for (uint32_t e = 0; e < key.size(); ++e) {
      set_of_[e] = number[key[e]];
      where_[e] = at[key[e]]++;
      elements_[where_[e]] = e;
    }
  }

  size_t size() const { return first_.size(); }
  uint32_t set_of(uint32_t e) const { return set_of_[e]; }
  uint32_t first(uint32_t set) const { return first_[set]; }
  uint32_t past(uint32_t set) const { return past_[set]; }
  uint32_t element(uint32_t i) const { return elements_[i]; }

  void Mark(uint32_t e) {
    const uint32_t set = set_of_[e];
    const uint32_t from = where_[e];
    const uint32_t to = first_[set] + marked_[set];
    if (from < to) return;  // marked already
    if (marked_[set]++ == 0) touched_.push_back(set);
    elements_[from] = elements_[to];
    where_[elements_[from]] = from;
    elements_[to] = e;
    where_[e] = to;
  }

  // The smaller part becomes the new set: that bounds the total work.
  void Split() {
    for (const uint32_t set : touched_) {
      const uint32_t cut = first_[set] + std::exchange(marked_[set], 0);
      if (cut == past_[set]) continue;
      const auto fresh = static_cast<uint32_t>(first_.size());
      if (cut - first_[set] <= past_[set] - cut) {
        first_.push_back(first_[set]);
        past_.push_back(cut);
        first_[set] = cut;
      } else {
        first_.push_back(cut);
        past_.push_back(past_[set]);
        past_[set] = cut;
      }
      marked_.push_back(0);
      for (uint32_t i = first_[fresh]; i < past_[fresh]; ++i) {
        set_of_[elements_[i]] = fresh;
      }
    }
    touched_.clear();
  }

 private:
  std::vector<uint32_t> elements_;  // set by set
  std::vector<uint32_t> where_;     // element -> place in elements_
  std::vector<uint32_t> set_of_;
  std::vector<uint32_t> first_, past_, marked_;  // by set
  std::vector<uint32_t> touched_;
};

// Predecessor lists: those of q are list[begin[q]] to list[begin[q + 1]].
struct Incoming {
  std::vector<uint32_t> begin;
  std::vector<uint32_t> list;
};

template <typename Heads>
Incoming GroupByHead(size_t n, size_t m, const Heads& head) {
  Incoming out;
  out.begin.assign(n + 2, 0);
  for (uint32_t t = 0; t < m; ++t) ++out.begin[head(t) + 2];
  for (size_t q = 2; q < n + 2; ++q) out.begin[q] += out.begin[q - 1];
  out.list.resize(m);
  for (uint32_t t = 0; t < m; ++t) out.list[out.begin[head(t) + 1]++] = t;
  return out;
}

constexpr uint32_t kDead = UINT32_MAX;

// How many bytes it takes from each state to acceptance, at least; kDead: there
// is no way. States that accept the same have the same.
std::vector<uint32_t> Distances(const Dfa& dfa) {
  const size_t n = dfa.num_states();
  const uint32_t k = dfa.num_classes;
  // One entry a run of equal targets, not one a class.
  std::vector<uint32_t> head;
  std::vector<uint32_t> tail;
  for (uint32_t q = 0; q < n; ++q) {
    const uint32_t* row = &dfa.next[size_t{q} * k];
    for (uint32_t c = 0; c < k; ++c) {
      if (row[c] == q || (c > 0 && row[c] == row[c - 1])) continue;
      head.push_back(row[c]);
      tail.push_back(q);
    }
  }
  const Incoming in =
      GroupByHead(n, head.size(), [&](uint32_t t) { return head[t]; });
  std::vector<uint32_t> distance(n, kDead);
  std::vector<uint32_t> queue;
  for (uint32_t q = 0; q < n; ++q) {
    if (!dfa.accept[q]) continue;
    distance[q] = 0;
    queue.push_back(q);
  }
  for (size_t at = 0; at < queue.size(); ++at) {
    const uint32_t q = queue[at];
    for (uint32_t i = in.begin[q]; i < in.begin[q + 1]; ++i) {
      const uint32_t from = tail[in.list[i]];
      if (distance[from] != kDead) continue;
      distance[from] = distance[q] + 1;
      queue.push_back(from);
    }
  }
  return distance;
}

// Which states are equal, as the number of a set each.
struct Equals {
  std::vector<uint32_t> set_of;  // by state
  std::vector<uint32_t> first;   // by set: one of its states
};

// Most patterns are chains, in which hardly two states are as far from
// acceptance as one another: those that are, are told apart by where they lead,
// again and again until nothing changes (E. F. Moore, "Gedanken-experiments on
// sequential machines", 1956). Empty if they are many, or that takes many
// rounds.
std::optional<Equals> RefineDistances(const Dfa& dfa,
                                      const std::vector<uint32_t>& distance) {
  constexpr int kRounds = 6;
  const auto n = static_cast<uint32_t>(dfa.num_states());
  const uint32_t k = dfa.num_classes;
  Equals out;
  out.set_of.resize(n);
  // Set by set.
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return distance[a] != distance[b] ? distance[a] < distance[b] : a < b;
  });
  std::vector<std::pair<uint32_t, uint32_t>> open;  // their parts of `order`
  const auto add = [&](uint32_t from, uint32_t to) {
    const auto set = static_cast<uint32_t>(out.first.size());
    out.first.push_back(order[from]);
    for (uint32_t i = from; i < to; ++i) out.set_of[order[i]] = set;
    if (to - from > 1) open.emplace_back(from, to);
  };
  for (uint32_t from = 0, to = 0; from < n; from = to) {
    while (to < n && distance[order[to]] == distance[order[from]]) ++to;
    add(from, to);
  }
  size_t tied = 0;
  for (const auto& [from, to] : open) tied += to - from;
  if (tied > 64 + n / 8) return std::nullopt;
  const auto leads = [&](uint32_t q, uint32_t c) {
    return out.set_of[dfa.next[size_t{q} * k + c]];
  };
  const auto compare = [&](uint32_t a, uint32_t b) {
    for (uint32_t c = 0; c < k; ++c) {
      const uint32_t x = leads(a, c);
      const uint32_t y = leads(b, c);
      if (x != y) return x < y ? -1 : 1;
    }
    return 0;
  };
  for (int round = 0; round < kRounds; ++round) {
    bool has_changed = false;
    const auto before = std::move(open);
    open.clear();
    for (const auto& [from, to] : before) {
      const auto first = order.begin() + from;
      const auto last = order.begin() + to;
      const uint32_t one = *first;
      if (std::all_of(first + 1, last,
                      [&](uint32_t q) { return compare(one, q) == 0; })) {
        open.emplace_back(from, to);
        continue;
      }
      has_changed = true;
      std::sort(first, last, [&](uint32_t a, uint32_t b) {
        const int by_row = compare(a, b);
        return by_row != 0 ? by_row < 0 : a < b;
      });
      // The first part keeps the set's number; all are found before any is
      // made, for that changes what is compared.
      std::vector<uint32_t> cuts;
      for (uint32_t i = from + 1; i < to; ++i) {
        if (compare(order[i - 1], order[i]) != 0) cuts.push_back(i);
      }
      cuts.push_back(to);
      out.first[out.set_of[one]] = order[from];
      if (cuts[0] - from > 1) open.emplace_back(from, cuts[0]);
      for (size_t i = 0; i + 1 < cuts.size(); ++i) add(cuts[i], cuts[i + 1]);
    }
    if (!has_changed) return out;
  }
  return std::nullopt;
}

// The coarsest partition of the live states that the language allows.
Equals Refine(const Dfa& dfa, const std::vector<uint32_t>& distance) {
  const size_t n = dfa.num_states();
  const uint32_t k = dfa.num_classes;
  std::vector<uint32_t> key(n);
  for (size_t q = 0; q < n; ++q) {
    key[q] = distance[q] == kDead ? 0 : 1 + dfa.accept[q];
  }
  Partition blocks(key, 3);

  std::vector<uint32_t> tail, label, head;
  for (uint32_t q = 0; q < n; ++q) {
    if (distance[q] == kDead) continue;
    for (uint32_t c = 0; c < k; ++c) {
      const uint32_t to = dfa.next[size_t{q} * k + c];
      if (distance[to] == kDead) continue;
      tail.push_back(q);
      label.push_back(c);
      head.push_back(to);
    }
  }
  const Incoming in =
      GroupByHead(n, head.size(), [&](uint32_t t) { return head[t]; });
  Partition cords(label, k);

  // One block need not be split by: its cords are what the others leave.
  uint32_t block = 1;
  for (uint32_t cord = 0; cord < cords.size(); ++cord) {
    for (uint32_t i = cords.first(cord); i < cords.past(cord); ++i) {
      blocks.Mark(tail[cords.element(i)]);
    }
    blocks.Split();
    for (; block < blocks.size(); ++block) {
      for (uint32_t i = blocks.first(block); i < blocks.past(block); ++i) {
        const uint32_t q = blocks.element(i);
        for (uint32_t t = in.begin[q]; t < in.begin[q + 1]; ++t) {
          cords.Mark(in.list[t]);
        }
      }
      cords.Split();
    }
  }
  Equals out;
  out.set_of.reserve(n);
  for (uint32_t q = 0; q < n; ++q) out.set_of.push_back(blocks.set_of(q));
  for (uint32_t b = 0; b < blocks.size(); ++b) {
    out.first.push_back(blocks.element(blocks.first(b)));
  }
  return out;
}

// Old class -> new class, equal columns merged, numbered by first byte.
// Returns the representative old class of each new one.
std::vector<uint32_t> MergeColumns(const Dfa& dfa,
                                   std::array<uint8_t, 256>* merged) {
  const size_t n = dfa.num_states();
  const uint32_t k = dfa.num_classes;
  std::vector<uint64_t> hash(k, 0);
  for (size_t q = 0; q < n; ++q) {
    const uint32_t* row = &dfa.next[q * k];
    for (uint32_t c = 0; c < k; ++c) hash[c] = MixHash(hash[c], row[c]);
  }
  const auto equal = [&](uint32_t a, uint32_t b) {
    if (hash[a] != hash[b]) return false;
    for (size_t q = 0; q < n; ++q) {
      if (dfa.next[q * k + a] != dfa.next[q * k + b]) return false;
    }
    return true;
  };
  constexpr uint32_t kUnset = UINT32_MAX;
  std::vector<uint32_t> fresh(k, kUnset);
  std::vector<uint32_t> representatives;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const uint32_t c = dfa.byte_class[byte];
    for (uint32_t r = 0; r < representatives.size() && fresh[c] == kUnset;
         ++r) {
      if (equal(representatives[r], c)) fresh[c] = r;
    }
    if (fresh[c] == kUnset) {
      fresh[c] = static_cast<uint32_t>(representatives.size());
      representatives.push_back(c);
    }
    (*merged)[byte] = static_cast<uint8_t>(fresh[c]);
  }
  return representatives;
}

}  // namespace

Dfa Canonicalize(const Dfa& dfa) {
  Dfa out;
  const std::vector<uint32_t> columns = MergeColumns(dfa, &out.byte_class);
  out.num_classes = static_cast<uint32_t>(columns.size());
  constexpr uint32_t kUnset = UINT32_MAX;
  std::vector<uint32_t> number(dfa.num_states(), kUnset);
  std::vector<uint32_t> order = {dfa.start};
  number[dfa.start] = 0;
  out.next.reserve(dfa.num_states() * columns.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const size_t row = size_t{order[i]} * dfa.num_classes;
    for (const uint32_t c : columns) {
      const uint32_t to = dfa.next[row + c];
      if (number[to] == kUnset) {
        number[to] = static_cast<uint32_t>(order.size());
        order.push_back(to);
      }
      out.next.push_back(number[to]);
    }
  }
  for (const uint32_t q : order) out.accept.push_back(dfa.accept[q]);
  return out;
}

Dfa Minimize(const Dfa& dfa) {
  const std::vector<uint32_t> distance = Distances(dfa);
  std::optional<Equals> equals = RefineDistances(dfa, distance);
  if (!equals) equals = Refine(dfa, distance);
  // Canonicalize() makes the same of equal automata, whichever states stand for
  // the others.
  if (equals->first.size() == dfa.num_states()) return Canonicalize(dfa);
  const uint32_t k = dfa.num_classes;
  Dfa quotient;
  quotient.num_classes = k;
  quotient.byte_class = dfa.byte_class;
  quotient.start = equals->set_of[dfa.start];
  quotient.next.reserve(equals->first.size() * k);
  for (const uint32_t q : equals->first) {
    quotient.accept.push_back(dfa.accept[q]);
    for (uint32_t c = 0; c < k; ++c) {
      quotient.next.push_back(equals->set_of[dfa.next[size_t{q} * k + c]]);
    }
  }
  return Canonicalize(quotient);
}

}  // namespace polc::automata
