// From tables back to conditions: what a guard's tests, its shapes' constants
// and the manifest's calculations say, in canonical form. The layouts are those
// of runtime/abi; how they are read is told after runtime/match, whose
// code is not used.
#ifndef POLC_VERIFIER_NATIVE_DECODE_H_
#define POLC_VERIFIER_NATIVE_DECODE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/support/result.h"
#include "runtime/abi/manifest.h"
#include "verifier/native/canonical.h"
#include "verifier/native/tables.h"

namespace polc::verifier::native {

class Decoder {
 public:
  /// All must outlive it.
  Decoder(const Tables& tables, const runtime::Manifest& manifest,
          Canonical* canonical);

  /// What the guard at `at` says. The error says what is wrong with it.
  Result<ir::CondId> Guard(uint32_t at);
  /// The field of a request's slot; invalid: there is none.
  ir::FieldId FieldOf(uint32_t slot) const;
  /// A number or text of the manifest: operands before their operator.
  Result<ir::TermId> Program(const std::vector<runtime::ManifestTerm>& program,
                             int32_t quantifier);

 private:
  /// A byte that remembers a condition's verdict.
  using Cell = std::pair<uint32_t, ir::CondId>;
  struct Decoded {
    ir::CondId cond;
    std::vector<Cell> cells;          // of the frame's memo
    std::vector<Cell> element_cells;  // behind the element's slots
  };
  /// Constants, read in order.
  struct Words {
    const Tables& tables;
    uint64_t at;
    uint32_t Next() {
      at += sizeof(uint32_t);
      return tables.Word(at - sizeof(uint32_t));
    }
    uint64_t NextWide() {
      const uint64_t low = Next();
      return low | uint64_t{Next()} << 32;
    }
  };
  /// A shape's words and constants, and where both are.
  struct Cursor {
    std::string_view text;
    Words words;
    int32_t quantifier;
    bool Take(std::string_view word) {
      if (!text.starts_with(word)) return false;
      text.remove_prefix(word.size());
      return true;
    }
    bool TakeNumber(uint32_t* out);
  };
  struct FieldUse {
    ir::FieldId field;
    bool is_known = true;  // in abstract frames
  };

  Result<Decoded> Shape(uint32_t shape, uint32_t constants, int32_t quantifier);
  Result<Decoded> ReadShape(uint32_t shape, uint32_t constants,
                            int32_t quantifier);
  Result<Decoded> Root(Cursor* cursor);
  Result<Decoded> Operand(Cursor* cursor);
  Result<Decoded> Connective(Cursor* cursor, ir::CondKind kind);
  Result<Decoded> Generic(Cursor* cursor, ir::CondKind kind);
  Result<Decoded> All(Cursor* cursor);
  Result<ir::CondId> Compare(Cursor* cursor);
  Result<ir::CondId> Calculate(Cursor* cursor);
  Decoded Join(ir::CondKind kind, std::vector<Decoded> operands);

  /// A test by the TableSite at `at`, and one of `field`; then what it looks
  /// for.
  Result<ir::CondId> TestAt(uint32_t look, uint32_t at, Words* words);
  Result<ir::CondId> Test(uint32_t look, ir::FieldId field, uint32_t outcomes,
                          Words* words);
  Result<ir::Test> Look(uint32_t look, Words* words);
  Result<ir::LangId> Automaton(uint32_t at);
  Result<ir::Outcomes> OutcomesOf(uint32_t packed, uint32_t looked_at) const;
  /// Of a shape: a letter, then the slot and the error's name.
  Result<FieldUse> Field(Cursor* cursor);
  Result<void> CheckError(ir::FieldId field, int64_t error) const;
  Result<void> CheckCells(std::vector<Cell> cells, uint64_t from,
                          uint64_t size) const;
  ir::FieldId ElementField(int32_t quantifier, uint32_t slot) const;

  /// Verdicts that a condition can have, as POL_* bits: none is left out.
  uint32_t MayBe(ir::CondId cond);

  const Tables& tables_;
  const runtime::Manifest& manifest_;
  Canonical* canonical_;
  std::vector<ir::FieldId> fields_;                 // of slots
  std::vector<std::vector<ir::FieldId>> elements_;  // of quantifiers
  std::map<uint32_t, Result<ir::CondId>> guards_;
  std::map<uint32_t, ir::LangId> automata_;
  std::map<std::tuple<uint32_t, uint32_t, int32_t>, Decoded> shapes_;
  std::map<ir::CondId, uint32_t> may_;
  int depth_ = 0;
};

/// A decimal as Decimal::ToString writes it; nothing else.
std::optional<Decimal> DecimalOf(std::string_view text);

/// What another call of the same caller may change: unknown to visibility.
bool DiffersByCall(const ir::Field& field);

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_DECODE_H_
