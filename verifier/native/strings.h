// What tables say of strings: automata, and how a dimension of a bucket sorts
// them.
#ifndef POLC_VERIFIER_NATIVE_STRINGS_H_
#define POLC_VERIFIER_NATIVE_STRINGS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/automata/dfa.h"
#include "verifier/native/tables.h"

namespace polc::verifier::native {

/// The strings that the TableAutomaton at `at` accepts; nothing if it leaves
/// the tables.
std::optional<automata::Dfa> ReadAutomaton(const Tables& tables, uint32_t at);

/// The strings that are `text` and then one of `rest`.
automata::Dfa Behind(std::string_view text, const automata::Dfa& rest);

/// The strings that have `text`, which is not empty, and behind the first place
/// where they have it one of `rest`.
automata::Dfa Found(std::string_view text, const automata::Dfa& rest);
/// Every string of bytes, the rest of those that `text` alone decides.
automata::Dfa Whatever();

/// How one TableDim sorts strings: a walk byte by byte, and at its end a row.
class Sorter {
 public:
  /// The dimension has a trie or a product.
  Sorter(const Tables& tables, const runtime::TableDim& dim);

  /// Where a walk is: at a node, or `depth` bytes into the label that leads
  /// on to `child`, or off the trie; or at a state of the product.
  struct Place {
    uint32_t at = 0;
    uint32_t child = 0;
    uint32_t depth = 0;
    bool is_off = false;
    auto operator<=>(const Place&) const = default;
  };
  Place start() const;
  Place Step(Place from, uint8_t byte) const;
  /// The row of a string that ends here, a TableRow's offset or 0.
  uint32_t RowAt(Place place) const;
  /// Nothing that follows changes the row.
  bool IsSettled(Place place) const;

  /// The rows that members of `strings` have, each once.
  std::vector<uint32_t> RowsOf(const automata::Dfa& strings) const;
  /// The strings with a row that `holds`, or nothing: too many places.
  template <typename F>
  std::optional<automata::Dfa> Where(const F& holds) const {
    std::vector<uint32_t> rows;
    automata::Dfa dfa;
    if (!Walk(&dfa, &rows)) return std::nullopt;
    for (const uint32_t row : rows) dfa.accept.push_back(holds(row) ? 1 : 0);
    return automata::Minimize(dfa);
  }

 private:
  struct Node {
    runtime::TableNode head;
    std::span<const uint32_t> children;
    std::span<const uint8_t> label, bytes;
  };
  Node NodeAt(uint32_t at) const;
  bool Walk(automata::Dfa* dfa, std::vector<uint32_t>* rows) const;

  const Tables& tables_;
  const runtime::TableDim& dim_;
  std::optional<runtime::TableProduct> product_;
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_STRINGS_H_
