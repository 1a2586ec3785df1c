// What one field may have found: sets of values, rather too large than too
// small, because an index that is built from them may name a guard too many
// but never miss one. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_VALUE_SET_H_
#define POLC_COMPILER_CODEGEN_INDEX_VALUE_SET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/ir/digests.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"

namespace polc::codegen {

/// Strings: those listed, or those that an automaton accepts. Few questions
/// need the automaton, so it is made when it is asked for. Not for several
/// threads.
class StringSet {
 public:
  explicit StringSet(std::vector<std::string> sorted)
      : texts_(std::move(sorted)) {}
  explicit StringSet(std::shared_ptr<const automata::Dfa> dfa)
      : made_(std::move(dfa)) {}
  /// Of the module's languages, which outlive the set.
  StringSet(const ir::Languages& langs, ir::LangId lang)
      : langs_(&langs), lang_(lang) {}
  /// What is in both, neither of which is a list; `a` if the automaton of both
  /// would be too large.
  StringSet(std::shared_ptr<const StringSet> a,
            std::shared_ptr<const StringSet> b)
      : a_(std::move(a)), b_(std::move(b)) {}

  bool is_listed() const {
    return made_ == nullptr && langs_ == nullptr && a_ == nullptr;
  }
  /// Of a list: sorted, distinct.
  const std::vector<std::string>& texts() const { return texts_; }
  /// Not of a list. Its address stands for the language where equal ones need
  /// be told.
  const automata::Dfa& dfa() const;
  bool Holds(const std::string& text) const;
  /// Adds what the set is made of; false if that is not known.
  bool AddTo(const ir::Digests& digests, ir::Digester* out) const;

 private:
  std::vector<std::string> texts_;
  mutable std::shared_ptr<const automata::Dfa> made_;
  const ir::Languages* langs_ = nullptr;
  ir::LangId lang_;
  std::shared_ptr<const StringSet> a_, b_;
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
