#include "verifier/native/strings.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace polc::verifier::native {
namespace {

using automata::Dfa;
using runtime::TableNode;
using runtime::TableProduct;

// More places than an automaton is made of: one has 256 cells a place.
constexpr size_t kManyPlaces = 20'000;

}  // namespace

// As runtime/match/guard.h walks it: a state from `always` on ends the walk,
// and accepts unless it is one from `never` on.
std::optional<Dfa> ReadAutomaton(const Tables& tables, uint32_t at) {
  const auto head = tables.One<runtime::TableAutomaton>(at);
  const uint64_t first = uint64_t{at} + sizeof head;
  const auto step = [&](uint32_t state, uint32_t byte_class) {
    const uint64_t cell = uint64_t{state} + byte_class;
    return head.is_wide != 0
               ? tables.One<uint32_t>(first + cell * sizeof(uint32_t))
               : uint32_t{
                     tables.One<uint16_t>(first + cell * sizeof(uint16_t))};
  };
  Dfa dfa;
  dfa.byte_class = head.byte_class;
  dfa.num_classes = uint32_t{*std::max_element(head.byte_class.begin(),
                                               head.byte_class.end())} +
                    1;
  std::unordered_map<uint32_t, uint32_t> numbers = {{head.start, 0}};
  std::vector<uint32_t> states = {head.start};
  for (size_t i = 0; i < states.size(); ++i) {
    if (tables.failed() || states.size() > tables.code().tables_size) {
      return std::nullopt;
    }
    const uint32_t state = states[i];
    dfa.accept.push_back(state >= head.accepting && state < head.never ? 1 : 0);
    for (uint32_t k = 0; k < dfa.num_classes; ++k) {
      const uint32_t to = state >= head.always ? state : step(state, k);
      const auto [known, is_new] =
          numbers.try_emplace(to, static_cast<uint32_t>(states.size()));
      if (is_new) states.push_back(to);
      dfa.next.push_back(known->second);
    }
  }
  if (tables.failed()) return std::nullopt;
  return automata::Minimize(dfa);
}

Dfa Behind(std::string_view text, const Dfa& rest) {
  Dfa dfa;
  dfa.num_classes = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    dfa.byte_class[byte] = static_cast<uint8_t>(byte);
  }
  // A state for each byte of the text, one for what has left it, the rest's.
  const auto off = static_cast<uint32_t>(text.size());
  const uint32_t first = off + 1;
  for (uint32_t state = 0; state <= off; ++state) {
    const size_t row = dfa.next.size();
    dfa.next.resize(row + 256, off);
    dfa.accept.push_back(0);
    if (state == off) continue;
    dfa.next[row + static_cast<uint8_t>(text[state])] =
        state + 1 == off ? first + rest.start : state + 1;
  }
  for (uint32_t state = 0; state < rest.num_states(); ++state) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      dfa.next.push_back(first + rest.Step(state, static_cast<uint8_t>(byte)));
    }
    dfa.accept.push_back(rest.accept[state]);
  }
  if (text.empty()) dfa.start = first + rest.start;
  return automata::Minimize(dfa);
}

// A state for each number of the text's bytes that the last bytes read are. On
// a byte that does not go on with the text it goes where `same`, the state of
// the same bytes but the first, would.
Dfa Found(std::string_view text, const Dfa& rest) {
  Dfa dfa;
  dfa.num_classes = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    dfa.byte_class[byte] = static_cast<uint8_t>(byte);
  }
  const auto first = static_cast<uint32_t>(text.size());
  size_t same = 0;
  for (uint32_t state = 0; state < first; ++state) {
    const auto letter = static_cast<uint8_t>(text[state]);
    const size_t row = dfa.next.size();
    dfa.next.resize(row + 256, 0);
    if (state != 0) {
      std::copy_n(dfa.next.begin() + static_cast<ptrdiff_t>(same * 256), 256,
                  dfa.next.begin() + static_cast<ptrdiff_t>(row));
      same = dfa.next[same * 256 + letter];
    }
    dfa.next[row + letter] =
        state + 1 == first ? first + rest.start : state + 1;
    dfa.accept.push_back(0);
  }
  for (uint32_t state = 0; state < rest.num_states(); ++state) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      dfa.next.push_back(first + rest.Step(state, static_cast<uint8_t>(byte)));
    }
    dfa.accept.push_back(rest.accept[state]);
  }
  return automata::Minimize(dfa);
}

Dfa Whatever() {
  Dfa dfa;
  dfa.next = {0};
  dfa.accept = {1};
  return dfa;
}

Sorter::Sorter(const Tables& tables, const runtime::TableDim& dim)
    : tables_(tables), dim_(dim) {
  if (dim.trie == 0) product_ = tables.One<TableProduct>(dim.product);
}

Sorter::Place Sorter::start() const {
  return {product_ ? product_->start : dim_.trie, 0, 0, false};
}

// As runtime/match/candidates.cpp walks them.
Sorter::Place Sorter::Step(Place from, uint8_t byte) const {
  if (IsSettled(from)) return from;
  if (product_) {
    const uint64_t cell =
        uint64_t{from.at} * product_->classes + product_->byte_class[byte];
    from.at = tables_.One<uint16_t>(product_->next + cell * sizeof(uint16_t));
    return from;
  }
  // A child's label begins with the byte that it was found by.
  if (from.child == 0) {
    const Node node = NodeAt(from.at);
    const auto found = std::find(node.bytes.begin(), node.bytes.end(), byte);
    if (found == node.bytes.end()) return {from.at, 0, 0, true};
    from.child = node.children[static_cast<size_t>(found - node.bytes.begin())];
  } else if (const Node child = NodeAt(from.child);
             from.depth >= child.label.size() ||
             child.label[from.depth] != byte) {
    return {from.at, 0, 0, true};
  }
  ++from.depth;
  if (from.depth == NodeAt(from.child).label.size()) {
    return {from.child, 0, 0, false};
  }
  return from;
}

Sorter::Node Sorter::NodeAt(uint32_t at) const {
  Node out;
  out.head = tables_.One<TableNode>(at);
  uint64_t behind = uint64_t{at} + sizeof out.head;
  out.children = tables_.Items<uint32_t>(behind, out.head.count);
  behind += uint64_t{4} * out.head.count;
  out.label = tables_.Items<uint8_t>(behind, out.head.length);
  out.bytes = tables_.Items<uint8_t>(behind + out.head.length, out.head.count);
  return out;
}

uint32_t Sorter::RowAt(Place place) const {
  if (product_) {
    const uint32_t output = tables_.One<uint16_t>(
        product_->outputs + uint64_t{place.at} * sizeof(uint16_t));
    const auto rows = tables_.Items<uint32_t>(dim_.outputs);
    return output < rows.size() ? rows[output] : 0;
  }
  const auto node = tables_.One<TableNode>(place.at);
  return place.is_off || place.child != 0 ? node.below : node.here;
}

bool Sorter::IsSettled(Place place) const {
  return product_ ? place.at >= product_->sinks : place.is_off;
}

std::vector<uint32_t> Sorter::RowsOf(const Dfa& strings) const {
  using Pair = std::pair<uint32_t, Place>;
  const auto dead = automata::DeadState(strings);
  std::set<uint32_t> rows;
  std::set<Pair> seen = {{strings.start, start()}};
  std::vector<Pair> todo(seen.begin(), seen.end());
  while (!todo.empty() && !tables_.failed()) {
    const auto [state, place] = todo.back();
    todo.pop_back();
    if (state == dead) continue;
    // From a state that is not dead some string is accepted.
    if (strings.accept[state] != 0 || IsSettled(place)) {
      rows.insert(RowAt(place));
    }
    if (IsSettled(place)) continue;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const uint32_t next = strings.Step(state, static_cast<uint8_t>(byte));
      if (next == dead) continue;
      const Pair to = {next, Step(place, static_cast<uint8_t>(byte))};
      if (seen.insert(to).second) todo.push_back(to);
    }
  }
  return {rows.begin(), rows.end()};
}

bool Sorter::Walk(Dfa* dfa, std::vector<uint32_t>* rows) const {
  dfa->num_classes = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    dfa->byte_class[byte] = static_cast<uint8_t>(byte);
  }
  std::map<Place, uint32_t> numbers = {{start(), 0}};
  std::vector<Place> places = {start()};
  for (size_t i = 0; i < places.size(); ++i) {
    if (tables_.failed() || places.size() > kManyPlaces) return false;
    const Place place = places[i];
    rows->push_back(RowAt(place));
    for (unsigned byte = 0; byte < 256; ++byte) {
      const Place to = Step(place, static_cast<uint8_t>(byte));
      const auto [known, is_new] =
          numbers.try_emplace(to, static_cast<uint32_t>(places.size()));
      if (is_new) places.push_back(to);
      dfa->next.push_back(known->second);
    }
  }
  return true;
}

}  // namespace polc::verifier::native
