// One bucket of the tables' index, read as conditions: for each of its entries,
// the requests that have it among their candidates. `stop_at` and the matcher's
// bound on dimensions make candidates more, never fewer, so what is required
// here is that all dimensions together keep an entry.
#ifndef POLC_VERIFIER_NATIVE_INDEX_H_
#define POLC_VERIFIER_NATIVE_INDEX_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "verifier/native/decode.h"
#include "verifier/native/grams.h"
#include "verifier/native/strings.h"
#include "verifier/native/values.h"

namespace polc::verifier::native {

class Bucket {
 public:
  /// All must outlive it.
  Bucket(const Tables& tables, uint32_t at, const Decoder& decoder);

  /// What is wrong with it, if it cannot be walked as it is meant to.
  const std::optional<std::string>& problem() const { return problem_; }
  /// In the order tried.
  std::span<const runtime::TableEntry> entries() const { return entries_; }

  using Fields = std::map<ir::FieldId, Values>;
  /// True if every request whose fields hold `fields` keeps the entry. A field
  /// that is not named may hold anything.
  bool Keeps(uint32_t entry, const Fields& fields);
  /// The condition, never true and an error where it should be true, that the
  /// entry is kept; nothing if it takes too much to say.
  std::optional<ir::CondId> Kept(uint32_t entry, Canonical* canonical) const;

 private:
  struct Dim {
    runtime::TableDim table;
    ir::FieldId field;
    std::span<const double> cuts;
    std::span<const uint32_t> numbers;  // rows
    std::unique_ptr<Sorter> sorter;     // null: strings have one row
    std::unique_ptr<Grams> grams;       // null: no literals
    // By strings: the rows that they have.
    std::map<const automata::Dfa*, std::vector<uint32_t>> rows = {};
  };

  bool IsIn(uint32_t row, uint32_t entry) const;
  bool KeepsNumbers(const Dim& dim, uint32_t entry,
                    const std::vector<ir::Interval>& numbers) const;
  bool KeepsStrings(Dim* dim, uint32_t entry, const Values& values) const;
  bool KeepsAlong(Dim* dim, uint32_t entry, const Values& values) const;
  std::optional<ir::CondId> KeptAlong(const Dim& dim, uint32_t entry,
                                      Canonical* canonical) const;

  const Tables& tables_;
  std::optional<std::string> problem_;
  std::span<const runtime::TableEntry> entries_;
  std::vector<Dim> dims_;
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_INDEX_H_
