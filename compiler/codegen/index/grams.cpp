#include "compiler/codegen/index/grams.h"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>
#include <utility>

namespace polc::codegen {
namespace {

constexpr uint32_t kLong = 4;
constexpr uint32_t kShort = 2;

uint64_t KeyOf(const std::string& literal, size_t at, uint32_t bytes) {
  return uint64_t{bytes} << 32 | runtime::GramAt(literal.data() + at, bytes);
}

// Calls `use` for every gram of the longest size that the literals have.
template <typename F>
void EachGram(const Wanted& wanted, F use) {
  const bool has_long =
      std::any_of(wanted.literals.begin(), wanted.literals.end(),
                  [](const std::string& s) { return s.size() >= kLong; });
  const uint32_t bytes = has_long ? kLong : kShort;
  for (const std::string& literal : wanted.literals) {
    for (size_t at = 0; at + bytes <= literal.size(); ++at) {
      use(literal, at, bytes);
    }
  }
}

}  // namespace

std::vector<Gram> ChooseGrams(const std::vector<Wanted>& wanted) {
  std::unordered_map<uint64_t, uint32_t> uses;
  for (const Wanted& one : wanted) {
    EachGram(one, [&](const std::string& literal, size_t at, uint32_t bytes) {
      ++uses[KeyOf(literal, at, bytes)];
    });
  }
  std::vector<Gram> grams;
  for (const Wanted& one : wanted) {
    Gram& best = grams.emplace_back();
    uint32_t fewest = ~0u;
    EachGram(one, [&](const std::string& literal, size_t at, uint32_t bytes) {
      const uint32_t here = uses[KeyOf(literal, at, bytes)];
      if (here >= fewest) return;
      fewest = here;
      best = {bytes, runtime::GramAt(literal.data() + at, bytes),
              static_cast<uint32_t>(at), literal};
    });
  }
  return grams;
}

uint32_t AddGrams(const std::vector<Wanted>& wanted,
                  const std::vector<Gram>& grams, uint32_t bytes, uint32_t free,
                  Blob* blob) {
  std::map<uint32_t, std::vector<runtime::TableLiteral>> by_gram;
  for (size_t i = 0; i < grams.size(); ++i) {
    const Gram& gram = grams[i];
    if (gram.bytes != bytes) continue;
    runtime::TableLiteral literal;
    literal.text = blob->Add(std::string_view(gram.literal));
    literal.length = static_cast<uint32_t>(gram.literal.size());
    literal.before = gram.before;
    Words entries;
    entries.Add(wanted[i].entries);
    literal.entries = {blob->Add(entries),
                       static_cast<uint32_t>(wanted[i].entries.size())};
    by_gram[gram.value].push_back(literal);
  }
  if (by_gram.empty()) return 0;
  runtime::TableGrams table;
  table.bytes = bytes;
  table.free = free;
  // One in sixteen bits, so that few grams that are not there are looked up.
  const auto count = static_cast<uint32_t>(by_gram.size());
  const uint32_t bit_count = std::bit_ceil(std::max(512u, 16 * count));
  const uint32_t place_count = std::bit_ceil(2 * count);
  table.bit_shift = 32 - static_cast<uint32_t>(std::countr_zero(bit_count));
  table.place_shift = 32 - static_cast<uint32_t>(std::countr_zero(place_count));
  std::vector<uint64_t> bits(bit_count / 64);
  std::vector<runtime::TableGram> places(place_count);
  for (const auto& [gram, literals] : by_gram) {
    const uint32_t hash = runtime::HashGram(gram);
    const uint32_t bit = hash >> table.bit_shift;
    bits[bit / 64] |= uint64_t{1} << (bit % 64);
    uint32_t at = hash >> table.place_shift;
    while (places[at].literals.count != 0) at = (at + 1) & (place_count - 1);
    places[at] = {gram, blob->AddSpan(literals)};
  }
  table.bits = blob->Add(bits);
  table.places = blob->AddSpan(places);
  return blob->Add(table);
}

}  // namespace polc::codegen
