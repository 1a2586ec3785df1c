// Constants of tests: automata and intervals.
#include <algorithm>
#include <array>
#include <set>

#include "compiler/automata/dfa.h"
#include "compiler/codegen/emitter.h"

namespace polc::codegen {
namespace {

using automata::Dfa;

// True if every string without U+0000 leads from `state` to acceptance: the
// pairs with AnyString()'s states all agree.
bool AcceptsAll(const Dfa& dfa, uint32_t state) {
  if (!dfa.accept[state]) return false;
  const Dfa& any = automata::AnyString();
  std::set<std::pair<uint32_t, uint32_t>> seen = {{state, any.start}};
  std::vector<std::pair<uint32_t, uint32_t>> todo = {{state, any.start}};
  while (!todo.empty()) {
    const auto [a, b] = todo.back();
    todo.pop_back();
    if (any.accept[b] && !dfa.accept[a]) return false;
    // More pairs than states of AnyString(): `a` stands for several states.
    if (seen.size() > any.num_states()) return false;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const std::pair<uint32_t, uint32_t> next = {
          dfa.Step(a, static_cast<uint8_t>(byte)),
          any.Step(b, static_cast<uint8_t>(byte))};
      if (seen.insert(next).second) todo.push_back(next);
    }
  }
  return true;
}

// States in the order that the tables have them, and where each group begins.
struct Order {
  std::vector<uint32_t> old_state;  // by new number
  uint32_t accepting = 0;
  uint32_t always = 0;
  uint32_t never = 0;
};

Order OrderStates(const Dfa& dfa) {
  const std::optional<uint32_t> dead = automata::DeadState(dfa);
  // In a minimal automaton at most one state accepts everything; it loops on
  // every ASCII byte.
  std::optional<uint32_t> all;
  for (uint32_t state = 0; state < dfa.num_states() && !all; ++state) {
    if (dfa.accept[state] && dfa.Step(state, 'a') == state &&
        dfa.Step(state, '/') == state && AcceptsAll(dfa, state)) {
      all = state;
    }
  }
  Order order;
  auto add = [&](bool accepting) {
    for (uint32_t state = 0; state < dfa.num_states(); ++state) {
      if (state != dead && state != all &&
          (dfa.accept[state] != 0) == accepting) {
        order.old_state.push_back(state);
      }
    }
    return static_cast<uint32_t>(order.old_state.size());
  };
  order.accepting = add(false);
  order.always = add(true);
  if (all) order.old_state.push_back(*all);
  order.never = static_cast<uint32_t>(order.old_state.size());
  if (dead) order.old_state.push_back(*dead);
  return order;
}

template <typename T>
void AppendRows(const Dfa& dfa, const Order& order, std::string* out) {
  std::vector<uint32_t> row(dfa.num_states());
  for (uint32_t i = 0; i < order.old_state.size(); ++i) {
    row[order.old_state[i]] = i * dfa.num_classes;
  }
  std::vector<T> next;
  next.reserve(dfa.next.size());
  for (const uint32_t state : order.old_state) {
    for (uint32_t k = 0; k < dfa.num_classes; ++k) {
      next.push_back(
          static_cast<T>(row[dfa.next[state * size_t{dfa.num_classes} + k]]));
    }
  }
  out->append(reinterpret_cast<const char*>(next.data()),
              next.size() * sizeof(T));
}

}  // namespace

uint32_t Emitter::Automaton(ir::LangId id) {
  uint32_t& at = automata_[id.value()];
  if (at != 0) return at;
  const Dfa& dfa = langs_.dfa(id);
  const Order order = OrderStates(dfa);
  uint32_t start = 0;
  while (order.old_state[start] != dfa.start) ++start;
  runtime::TableAutomaton head;
  head.start = start * dfa.num_classes;
  head.accepting = order.accepting * dfa.num_classes;
  head.always = order.always * dfa.num_classes;
  head.never = order.never * dfa.num_classes;
  head.is_wide = dfa.next.size() > 0xFFFF ? 1 : 0;
  head.cells = static_cast<uint32_t>(dfa.next.size());
  head.byte_class = dfa.byte_class;
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  if (head.is_wide != 0) {
    AppendRows<uint32_t>(dfa, order, &bytes);
  } else {
    AppendRows<uint16_t>(dfa, order, &bytes);
  }
  at = blob_->Add(bytes, alignof(runtime::TableAutomaton));
  return at;
}

uint32_t Emitter::Intervals(const std::vector<ir::Interval>& closed) {
  std::vector<double> ends;
  for (const ir::Interval& interval : closed) {
    ends.push_back(interval.lo);
    ends.push_back(interval.hi);
  }
  return blob_->Add(ends);
}

}  // namespace polc::codegen
