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
#include "compiler/automata/pair_table.h"

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
    pairs_.Number(a_.start, b_.start);
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const auto [p, q] = pairs_[i];
      out.output.push_back(Output(a_.output[p], b_.output[q], &out));
      for (const auto& [ca, cb] : classes_.parts) {
        out.next.push_back(
            pairs_.Number(a_.next[size_t{p} * a_.num_classes + ca],
                          b_.next[size_t{q} * b_.num_classes + cb]));
      }
      if (pairs_.size() > max_states_) return std::nullopt;
    }
    return out;
  }

 private:
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
  PairTable pairs_;
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

struct Group {
  Product product;
  bool full = false;  // a join failed in which it was the larger part
};

// Joins open groups pairwise, in order. Each failure closes a group, so all
// rounds together fail at most once a group. False when one open group or
// none is left.
bool JoinRound(std::vector<Group>* groups, size_t max_states) {
  std::vector<Group> out;
  std::optional<Group> open;
  size_t still_open = 0;
  for (Group& group : *groups) {
    if (group.full || !open) {
      if (group.full) {
        out.push_back(std::move(group));
      } else {
        open = std::move(group);
      }
      continue;
    }
    if (auto both = Join(open->product, group.product, max_states)) {
      out.push_back({*std::move(both)});
      open.reset();
      ++still_open;
      continue;
    }
    if (open->product.num_states() > group.product.num_states()) {
      std::swap(*open, group);
    }
    group.full = true;
    out.push_back(std::move(group));
  }
  if (open) {
    out.push_back(*std::move(open));
    ++still_open;
  }
  *groups = std::move(out);
  return still_open > 1;
}

}  // namespace

Result<std::vector<Product>> PackProducts(std::span<const Dfa* const> dfas,
                                          size_t max_states) {
  std::vector<Group> groups;
  for (size_t i = 0; i < dfas.size(); ++i) {
    if (dfas[i]->num_states() > max_states) {
      return Error{"pattern needs more than " + std::to_string(max_states) +
                   " states"};
    }
    groups.push_back({Single(*dfas[i], static_cast<uint32_t>(i))});
  }
  while (JoinRound(&groups, max_states)) {
  }
  std::vector<Product> out;
  for (Group& group : groups) out.push_back(std::move(group.product));
  return out;
}

}  // namespace polc::automata
