// One form for conditions that come from two places, the IR and the tables of
// native code: what is written alike up to order, repetition and the spelling
// of languages and intervals gets one id. So equal ids are a proof, without a
// solver, that two conditions have the same verdict on every request; unlike
// ids prove nothing.
#ifndef POLC_VERIFIER_NATIVE_CANONICAL_H_
#define POLC_VERIFIER_NATIVE_CANONICAL_H_

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"

namespace polc::verifier::native {

/// Sorted, disjoint, closed, none beside another: a set of doubles has one such
/// list.
std::vector<ir::Interval> CanonicalIntervals(
    const std::vector<ir::Interval>& intervals);

/// What is in both; both are canonical.
std::vector<ir::Interval> MeetIntervals(const std::vector<ir::Interval>& a,
                                        const std::vector<ir::Interval>& b);

class Canonical {
 public:
  /// Copies both, and adds to the copies.
  Canonical(const ir::Module& module, const ir::Languages& languages);
  Canonical(const Canonical&) = delete;
  Canonical& operator=(const Canonical&) = delete;

  /// As it was given, with what was made here behind.
  const ir::Module& module() const { return module_; }
  const ir::Languages& languages() const { return languages_; }
  const ir::Cond& cond(ir::CondId id) const { return module_.cond(id); }

  /// Of a condition, term or language that the module was given with.
  ir::CondId Of(ir::CondId original);
  ir::TermId Of(ir::TermId original);
  ir::LangId Of(ir::LangId original);

  ir::FieldId Field(const ir::Field& field);
  /// A string of a request never holds U+0000: whether the language has such
  /// strings makes no difference.
  ir::LangId Language(const automata::Dfa& dfa);
  /// Nobody wrote it: only its automaton means anything.
  bool IsMade(ir::LangId lang) const { return lang.value() >= given_langs_; }
  /// A language of this form without U+0000.
  const automata::Dfa& DfaOf(ir::LangId canonical) const;

  // What is given to these has the form, and so has what comes back.
  ir::CondId Const(ir::Verdict verdict);
  ir::CondId Test(ir::FieldId field, const ir::Outcomes& on, ir::Test test);
  ir::CondId Not(ir::CondId operand);
  ir::CondId And(std::vector<ir::CondId> operands) {
    return Fold(ir::CondKind::kAnd, std::move(operands));
  }
  ir::CondId Or(std::vector<ir::CondId> operands) {
    return Fold(ir::CondKind::kOr, std::move(operands));
  }
  /// Of kCompare, kCalculate or kAll.
  ir::CondId Make(ir::Cond cond) { return Intern(std::move(cond)); }
  ir::TermId MakeTerm(ir::Term term);

 private:
  struct Less {
    const std::vector<ir::Cond>* conds;
    bool operator()(ir::CondId a, ir::CondId b) const {
      return (*conds)[a.value()] < (*conds)[b.value()];
    }
  };

  ir::CondId Intern(ir::Cond cond);
  ir::CondId Fold(ir::CondKind kind, std::vector<ir::CondId> operands);
  void MeetNumbers(std::vector<ir::CondId>* operands);
  ir::LangId Known(const automata::Dfa& dfa, ir::LangId otherwise);

  ir::Module module_;
  ir::Languages languages_;
  size_t given_langs_;
  std::set<ir::CondId, Less> conds_;
  std::map<ir::Term, ir::TermId> terms_;
  std::map<ir::Field, ir::FieldId> fields_;
  // By a hash: languages of this form, with their automata.
  std::unordered_multimap<uint64_t, ir::LangId> langs_;
  std::map<ir::LangId, automata::Dfa> dfas_;
  // Of what was given: invalid, not looked at yet.
  std::vector<ir::CondId> cond_of_;
  std::vector<ir::TermId> term_of_;
  std::vector<ir::LangId> lang_of_;
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_CANONICAL_H_
