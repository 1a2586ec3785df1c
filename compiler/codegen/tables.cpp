// Constants of tests: automata and intervals.
#include <algorithm>
#include <array>

#include "compiler/automata/dfa.h"
#include "compiler/codegen/emitter.h"

namespace polc::codegen {
namespace {

using automata::Dfa;

// One byte of each pair of classes.
std::vector<uint8_t> BytesToTry(const Dfa& a, const Dfa& b) {
  std::vector<bool> seen(size_t{a.num_classes} * b.num_classes);
  std::vector<uint8_t> bytes;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const size_t pair =
        a.byte_class[byte] * size_t{b.num_classes} + b.byte_class[byte];
    if (!seen[pair]) bytes.push_back(static_cast<uint8_t>(byte));
    seen[pair] = true;
  }
  return bytes;
}

// True if every string without U+0000 leads from `state` to acceptance: the
// pairs with AnyString()'s states all agree.
bool AcceptsAll(const Dfa& dfa, uint32_t state) {
  if (!dfa.accept[state]) return false;
  const Dfa& any = automata::AnyString();
  const std::vector<uint8_t> bytes = BytesToTry(dfa, any);
  std::vector<std::pair<uint32_t, uint32_t>> pairs = {{state, any.start}};
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto [a, b] = pairs[i];
    if (any.accept[b] && !dfa.accept[a]) return false;
    // More pairs than states of AnyString(): `a` stands for several states.
    if (pairs.size() > any.num_states()) return false;
    for (const uint8_t byte : bytes) {
      const std::pair<uint32_t, uint32_t> next = {dfa.Step(a, byte),
                                                  any.Step(b, byte)};
      if (std::find(pairs.begin(), pairs.end(), next) == pairs.end()) {
        pairs.push_back(next);
      }
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

// What is accepted from `state` on.
Dfa From(const Dfa& dfa, uint32_t state) {
  Dfa out;
  out.num_classes = dfa.num_classes;
  out.byte_class = dfa.byte_class;
  constexpr uint32_t kUnset = UINT32_MAX;
  std::vector<uint32_t> number(dfa.num_states(), kUnset);
  std::vector<uint32_t> order = {state};
  number[state] = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    out.accept.push_back(dfa.accept[order[i]]);
    for (uint32_t k = 0; k < dfa.num_classes; ++k) {
      const uint32_t to = dfa.next[order[i] * size_t{dfa.num_classes} + k];
      if (number[to] == kUnset) {
        number[to] = static_cast<uint32_t>(order.size());
        order.push_back(to);
      }
      out.next.push_back(number[to]);
    }
  }
  return automata::Canonicalize(out);
}

// At each place of a string so much is compared at most: a request's sender may
// write what nearly matches everywhere.
constexpr size_t kLookedFor = 32;

// With what a match begins that is looked for anywhere in a string, or the
// begin of it; empty, or two bytes or more. If the string has it where a match
// is, then what follows the first place where it has it leads to acceptance
// too: before a match there may be anything.
std::string FirstOf(const ir::Lang& lang) {
  if (lang.fold) return {};
  std::string text;
  if (lang.kind == ir::LangKind::kContains) text = lang.texts[0];
  if (lang.kind == ir::LangKind::kFinds) {
    automata::PatternError error;
    const auto regex =
        automata::ParseRegex(lang.texts[0], automata::CaseMode::kExact, &error);
    if (regex) text = automata::LiteralStart(*regex);
  }
  if (text.size() < 2) text.clear();
  text.resize(std::min(text.size(), kLookedFor));
  return text;
}

// The state behind the longest text that all strings begin with.
uint32_t Descend(const Dfa& dfa, std::string* text) {
  const std::optional<uint32_t> dead = automata::DeadState(dfa);
  std::vector<uint32_t> bytes(dfa.num_classes);
  std::vector<char> last(dfa.num_classes);
  for (unsigned byte = 0; byte < 256; ++byte) {
    ++bytes[dfa.byte_class[byte]];
    last[dfa.byte_class[byte]] = static_cast<char>(byte);
  }
  uint32_t state = dfa.start;
  while (dead && state != *dead && !dfa.accept[state]) {
    const uint32_t* row = &dfa.next[state * size_t{dfa.num_classes}];
    std::optional<uint32_t> only;
    uint32_t live = 0;
    for (uint32_t k = 0; k < dfa.num_classes; ++k) {
      if (row[k] == *dead) continue;
      live += bytes[k];
      only = k;
    }
    if (live != 1) break;
    text->push_back(last[*only]);
    state = row[*only];
  }
  return state;
}

}  // namespace

const Emitter::Tail& Emitter::TailOf(ir::LangId id) {
  const auto [at, is_new] = tails_.try_emplace(id);
  Tail& tail = at->second;
  if (!is_new) return tail;
  const Dfa& dfa = langs_.dfa(id);
  tail.text = FirstOf(ir_.lang(id));
  tail.is_anywhere = !tail.text.empty();
  uint32_t state = dfa.start;
  if (tail.is_anywhere) {
    for (const char c : tail.text) {
      state = dfa.Step(state, static_cast<uint8_t>(c));
    }
  } else {
    state = Descend(dfa, &tail.text);
  }
  if (!tail.text.empty() && !AcceptsAll(dfa, state)) {
    tail.rest = AddAutomaton(From(dfa, state));
  }
  return tail;
}

uint32_t Emitter::Automaton(ir::LangId id) {
  uint32_t& at = automata_[id.value()];
  if (at == 0) at = AddAutomaton(langs_.dfa(id));
  return at;
}

uint32_t Emitter::AddAutomaton(const Dfa& dfa) {
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
  return blob_->Add(bytes, alignof(runtime::TableAutomaton));
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
