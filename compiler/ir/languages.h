// The automata of a module's languages, made once and shared by the engines
// that scan or reason (native code, the verifier). The evaluator never uses
// them: it is what they are held against.
#ifndef POLC_COMPILER_IR_LANGUAGES_H_
#define POLC_COMPILER_IR_LANGUAGES_H_

#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/ir/digests.h"
#include "compiler/ir/ir.h"
#include "compiler/support/result.h"

namespace polc::ir {

/// Which languages of earlier modules are not too large, so that those of the
/// next module need not be made to know that. Remembers no more than four times
/// what the last module had.
class LanguageMemory {
 public:
  explicit LanguageMemory(uint64_t seed) : seed_(seed) {}

 private:
  friend class Languages;
  struct Hash {
    size_t operator()(const Digest& digest) const {
      return static_cast<size_t>(digest.a);
    }
  };
  uint64_t seed_;
  std::unordered_set<Digest, Hash> fine_;
};

class Languages {
 public:
  /// Every language of `module` can be made; the error names the one that needs
  /// more than kLimits.dfa_states, and `failed`, if given, is set to it. What
  /// `memory`, if given, or a look at the text says to be small enough is made
  /// when it is asked for. `module` may be moved, but must live as long.
  static Result<Languages> Make(const Module& module, LangId* failed = nullptr,
                                LanguageMemory* memory = nullptr);
  /// Any number of threads may ask at once, and may ask copies.
  const automata::Dfa& dfa(LangId id) const;
  /// As LangDigestsOf() makes them with this seed: of the module that these are
  /// of, if a memory of that seed was given.
  std::vector<Digest> Digests(const Module& module, uint64_t seed) const;
  /// The next language's, of a module that grows: one that nobody wrote.
  void Add(automata::Dfa dfa) {
    added_.push_back(std::make_shared<const automata::Dfa>(std::move(dfa)));
  }

 private:
  struct Shelf;
  explicit Languages(const Module& module);

  std::shared_ptr<Shelf> shelf_;
  std::shared_ptr<const std::vector<Digest>> digests_;  // null: not known
  uint64_t seed_ = 0;                                   // of those
  std::vector<std::shared_ptr<const automata::Dfa>> added_;
};

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_LANGUAGES_H_
