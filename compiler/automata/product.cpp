// Two products whose members differ have a minimal product already: states
// that differ in one part differ in its outputs. So joining is exploring, and
// the bound can be held while doing it.
#include "compiler/automata/product.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "compiler/automata/byte_classes.h"
#include "compiler/automata/flat_hash.h"

namespace polc::automata {
namespace {

Product Single(const Dfa& dfa, uint32_t index) {
  Product out;
  out.start = dfa.start;
  out.num_classes = dfa.num_classes;
  out.byte_class = dfa.byte_class;
  out.next = dfa.next;
  out.output.assign(dfa.accept.begin(), dfa.accept.end());
  out.accept_sets = {{}, {0}};
  out.members = {index};
  return out;
}

// The product of two; nullopt past the bound.
class Joiner {
 public:
  Joiner(const Product& a, const Product& b, size_t max_states)
      : a_(a),
        b_(b),
        max_states_(max_states),
        classes_(JoinClasses(a.byte_class, b.byte_class)) {}

  std::optional<Product> Run() {
    Product out;
    out.num_classes = static_cast<uint32_t>(classes_.parts.size());
    out.byte_class = classes_.byte_class;
    out.members = a_.members;
    out.members.insert(out.members.end(), b_.members.begin(), b_.members.end());
    Number(a_.start, b_.start);
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const auto [p, q] = pairs_[i];
      out.output.push_back(Output(a_.output[p], b_.output[q], &out));
      for (const auto& [ca, cb] : classes_.parts) {
        out.next.push_back(Number(a_.next[size_t{p} * a_.num_classes + ca],
                                  b_.next[size_t{q} * b_.num_classes + cb]));
      }
      if (pairs_.size() > max_states_) return std::nullopt;
    }
    return out;
  }

 private:
  uint32_t Number(uint32_t p, uint32_t q) {
    const uint64_t hash = MixHash(MixHash(p, q), q);
    const uint32_t found = table_.Find(
        hash, [&](uint32_t id) { return pairs_[id] == std::pair(p, q); });
    if (found != FlatHash::kNone) return found;
    const auto id = static_cast<uint32_t>(pairs_.size());
    table_.Insert(hash, id);
    pairs_.push_back({p, q});
    return id;
  }

  // The number of the joined accept set.
  uint32_t Output(uint32_t in_a, uint32_t in_b, Product* out) {
    const auto [it, fresh] = outputs_.try_emplace(
        {in_a, in_b}, static_cast<uint32_t>(out->accept_sets.size()));
    if (fresh) {
      std::vector<uint32_t> set = a_.accept_sets[in_a];
      const auto shift = static_cast<uint32_t>(a_.members.size());
      for (const uint32_t m : b_.accept_sets[in_b]) set.push_back(m + shift);
      out->accept_sets.push_back(std::move(set));
    }
    return it->second;
  }

  const Product& a_;
  const Product& b_;
  const size_t max_states_;
  JoinedClasses classes_;
  FlatHash table_;
  std::vector<std::pair<uint32_t, uint32_t>> pairs_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> outputs_;
};

std::optional<Product> Join(const Product& a, const Product& b,
                            size_t max_states) {
  // A product has at least the states of each part.
  if (std::max(a.num_states(), b.num_states()) > max_states) {
    return std::nullopt;
  }
  return Joiner(a, b, max_states).Run();
}

// Joins neighbours pairwise. False if nothing fitted.
bool JoinNeighbours(std::vector<Product>* all, size_t max_states) {
  std::vector<Product> out;
  bool joined = false;
  for (size_t i = 0; i < all->size();) {
    if (i + 1 < all->size()) {
      if (auto both = Join((*all)[i], (*all)[i + 1], max_states)) {
        out.push_back(*std::move(both));
        i += 2;
        joined = true;
        continue;
      }
    }
    out.push_back(std::move((*all)[i++]));
  }
  *all = std::move(out);
  return joined;
}

// First fit for the small leftovers, each tried against few others: attempts
// that fail cost as much as those that fit.
void JoinLeftovers(std::vector<Product>* all, size_t max_states) {
  constexpr size_t kTries = 4;
  const auto key = [](const Product& p) {
    return std::pair(p.num_states(), p.members[0]);
  };
  std::sort(all->begin(), all->end(), [&](const Product& a, const Product& b) {
    return key(a) < key(b);
  });
  for (size_t i = 0; i < all->size(); ++i) {
    size_t tries = kTries;
    for (size_t j = i + 1; j < all->size() && tries > 0; --tries) {
      auto both = Join((*all)[i], (*all)[j], max_states);
      if (!both) {
        ++j;
        continue;
      }
      (*all)[i] = *std::move(both);
      all->erase(all->begin() + static_cast<ptrdiff_t>(j));
    }
  }
}

}  // namespace

Result<std::vector<Product>> PackProducts(std::span<const Dfa* const> dfas,
                                          size_t max_states) {
  std::vector<Product> all;
  for (size_t i = 0; i < dfas.size(); ++i) {
    if (dfas[i]->num_states() > max_states) {
      return Error{"pattern needs more than " + std::to_string(max_states) +
                   " states"};
    }
    all.push_back(Single(*dfas[i], static_cast<uint32_t>(i)));
  }
  while (JoinNeighbours(&all, max_states)) {
  }
  JoinLeftovers(&all, max_states);
  return all;
}

}  // namespace polc::automata
