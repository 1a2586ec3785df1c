// The automata of a module's languages, made once and shared by the engines
// that scan or reason (native code, the verifier). The evaluator never uses
// them: it is what they are held against.
#ifndef POLC_COMPILER_IR_LANGUAGES_H_
#define POLC_COMPILER_IR_LANGUAGES_H_

#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/ir/ir.h"
#include "compiler/support/result.h"

namespace polc::ir {

class Languages {
 public:
  /// Compiles every language of `module`; the error names the one that needs
  /// more than kLimits.dfa_states, and `failed`, if given, is set to it.
  static Result<Languages> Make(const Module& module, LangId* failed = nullptr);

  const automata::Dfa& dfa(LangId id) const { return dfas_[id.value()]; }

  /// The next language's, of a module that grows: one that nobody wrote.
  void Add(automata::Dfa dfa) { dfas_.push_back(std::move(dfa)); }

 private:
  std::vector<automata::Dfa> dfas_;
};

/// The automaton of one language whose operands are made already.
Result<automata::Dfa> MakeDfa(const Lang& lang,
                              const std::vector<automata::Dfa>& made);

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_LANGUAGES_H_
