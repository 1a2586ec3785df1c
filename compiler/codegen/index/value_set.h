// What one field may have found: sets of values, rather too large than too
// small, because an index that is built from them may name a guard too many
// but never miss one. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_VALUE_SET_H_
#define POLC_COMPILER_CODEGEN_INDEX_VALUE_SET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"

namespace polc::codegen {

/// Strings: those listed, or those that an automaton accepts. The automaton's
/// address stands for the language where equal ones need be told.
struct StringSet {
  std::vector<std::string> texts;  // sorted, distinct; if there is no automaton
  std::shared_ptr<const automata::Dfa> dfa;
};

struct ValueSet {
  /// By ir::Kind: some value of that kind is in the set.
  uint32_t kinds = 0;
  bool has_false = false;  // of kBool
  bool has_true = false;
  /// Of kNumber: closed, sorted, disjoint.
  std::vector<ir::Interval> numbers;
  /// Of kString; null: every one.
  std::shared_ptr<const StringSet> strings;
  /// Strings of more bytes are all in the set; 0: no such bound.
  uint32_t max_bytes = 0;

  bool has(ir::Kind kind) const {
    return ((kinds >> static_cast<int>(kind)) & 1) != 0;
  }
  /// Nothing is outside.
  bool is_all() const;
  static ValueSet All();
};

ValueSet Meet(const ValueSet& a, const ValueSet& b);
ValueSet Join(const ValueSet& a, const ValueSet& b);

/// The values for which the test is an error or `wanted`.
ValueSet ValuesOf(const ir::Module& module, const ir::Languages& langs,
                  const ir::Cond& test, bool wanted);

/// True if `text` is in the set (of strings not longer than max_bytes).
bool Holds(const ValueSet& set, const std::string& text);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_VALUE_SET_H_
