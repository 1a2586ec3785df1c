#include "verifier/native/grams.h"

#include <algorithm>
#include <vector>

namespace polc::verifier::native {
namespace {

using automata::Dfa;
using runtime::TableGram;
using runtime::TableGrams;
using runtime::TableLiteral;

// The strings that have the literal, where bytes are compared as they are
// looked up (D. Knuth, J. Morris, V. Pratt, "Fast pattern matching in strings",
// 1977).
Dfa Having(const std::string& literal) {
  Dfa dfa;
  dfa.num_classes = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    dfa.byte_class[byte] = static_cast<uint8_t>(byte);
  }
  const auto last = static_cast<uint32_t>(literal.size());
  uint32_t border = 0;  // where the automaton is after all but the first byte
  for (uint32_t state = 0; state <= last; ++state) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      uint32_t to = last;
      if (state < last) {
        const bool goes_on = runtime::Unfold(static_cast<uint8_t>(byte)) ==
                             static_cast<uint8_t>(literal[state]);
        to = goes_on      ? state + 1
             : state == 0 ? 0
                          : dfa.next[border * size_t{256} + byte];
      }
      dfa.next.push_back(to);
    }
    dfa.accept.push_back(state == last ? 1 : 0);
    if (state > 0 && state < last) {
      border =
          dfa.next[border * size_t{256} + static_cast<uint8_t>(literal[state])];
    }
  }
  return automata::Minimize(dfa);
}

}  // namespace

Grams::Grams(const Tables& tables, uint32_t at, uint32_t entries)
    : tables_(tables) {
  const auto grams = tables.One<TableGrams>(at);
  for (uint32_t entry = 0; entry < entries && grams.free != 0; ++entry) {
    const auto word =
        tables.One<uint64_t>(grams.free + uint64_t{entry} / 64 * 8);
    if ((word >> (entry % 64) & 1) != 0) free_.insert(entry);
  }
  if ((grams.bytes == 2 || grams.bytes == 4) && grams.bit_shift < 32 &&
      grams.place_shift < 32) {
    AddPlaces(grams);
  }
}

void Grams::AddPlaces(const TableGrams& grams) {
  const auto places = tables_.Items<TableGram>(grams.places);
  for (uint32_t i = 0; i < places.size(); ++i) {
    if (places[i].literals.count == 0 || !IsFound(grams, i)) continue;
    for (const TableLiteral& literal :
         tables_.Items<TableLiteral>(places[i].literals)) {
      Add(grams, places[i].gram, literal);
    }
  }
}

// As the matcher looks a gram up.
bool Grams::IsFound(const TableGrams& grams, uint32_t place) const {
  const auto places = tables_.Items<TableGram>(grams.places);
  const uint32_t gram = places[place].gram;
  const uint32_t hash = runtime::HashGram(gram);
  const uint32_t bit = hash >> grams.bit_shift;
  const auto word = tables_.One<uint64_t>(grams.bits + uint64_t{bit} / 64 * 8);
  if ((word >> (bit % 64) & 1) == 0) return false;
  uint32_t at = hash >> grams.place_shift;
  for (size_t i = 0; i < places.size() && at < places.size(); ++i) {
    if (places[at].literals.count == 0 || places[at].gram == gram) {
      return at == place;
    }
    at = (at + 1) & (static_cast<uint32_t>(places.size()) - 1);
  }
  return false;
}

// A literal that is not written as bytes are compared, or that does not have
// the gram where it says so, is found nowhere.
void Grams::Add(const TableGrams& grams, uint32_t gram,
                const TableLiteral& literal) {
  const std::string_view text = tables_.Text(literal.text, literal.length);
  if (uint64_t{literal.before} + grams.bytes > text.size() ||
      runtime::GramAt(text.data() + literal.before, grams.bytes) != gram ||
      !std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<uint8_t>(c);
        return runtime::Unfold(byte) == byte;
      })) {
    return;
  }
  for (const uint32_t entry : tables_.Items<uint32_t>(literal.entries)) {
    literals_[entry].emplace(text);
  }
}

const std::optional<Dfa>& Grams::Kept(uint32_t entry) {
  static const std::optional<Dfa> kAll = automata::NulFree();
  static const std::optional<Dfa> kNone = automata::Nothing();
  if (free_.contains(entry)) return kAll;
  const auto own = literals_.find(entry);
  if (own == literals_.end()) return kNone;
  const auto [at, is_new] = kept_.try_emplace(own->second);
  if (!is_new) return at->second;
  std::vector<Dfa> each;
  std::vector<const Dfa*> all;
  for (const std::string& literal : own->second) {
    each.push_back(Having(literal));
  }
  for (const Dfa& one : each) all.push_back(&one);
  const auto any = automata::UnionAll(all);
  if (!any) return at->second;
  const auto strings = automata::Intersect(*any, automata::NulFree());
  if (strings) at->second = *strings;
  return at->second;
}

bool Grams::Keeps(uint32_t entry, const Dfa* strings) {
  if (free_.contains(entry)) return true;
  const auto own = literals_.find(entry);
  if (own == literals_.end()) return automata::IsEmpty(*strings);
  const auto [at, is_new] = keeps_.try_emplace({&own->second, strings});
  if (is_new) {
    const std::optional<Dfa>& kept = Kept(entry);
    at->second = kept && automata::IsSubset(*strings, *kept);
  }
  return at->second;
}

}  // namespace polc::verifier::native
