// A dimension of a bucket by literals: an entry is kept if it needs none, or if
// the string has one of its literals, ASCII letters of either case alike.
#ifndef POLC_VERIFIER_NATIVE_GRAMS_H_
#define POLC_VERIFIER_NATIVE_GRAMS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "compiler/automata/dfa.h"
#include "verifier/native/tables.h"

namespace polc::verifier::native {

class Grams {
 public:
  /// Of the TableGrams at `at`, in a bucket of so many entries.
  Grams(const Tables& tables, uint32_t at, uint32_t entries);

  /// Every string of `strings`, which this keeps a pointer to, keeps the entry.
  bool Keeps(uint32_t entry, const automata::Dfa* strings);
  /// The strings that keep the entry; nothing if these are too many to tell
  /// apart.
  const std::optional<automata::Dfa>& Kept(uint32_t entry);

 private:
  void AddPlaces(const runtime::TableGrams& grams);
  bool IsFound(const runtime::TableGrams& grams, uint32_t place) const;
  void Add(const runtime::TableGrams& grams, uint32_t gram,
           const runtime::TableLiteral& literal);

  const Tables& tables_;
  std::set<uint32_t> free_;
  /// What a look-up finds, as its bytes are compared.
  std::map<uint32_t, std::set<std::string>> literals_;
  std::map<std::set<std::string>, std::optional<automata::Dfa>> kept_;
  std::map<std::pair<const std::set<std::string>*, const automata::Dfa*>, bool>
      keeps_;
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_GRAMS_H_
