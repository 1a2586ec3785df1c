// Nondeterministic automata over bytes: the way from pattern trees and from
// pieces of other languages to DFAs. Internal to this folder.
//
// Idea: fragments are added back to front; each Add is given the state that
// follows and returns its own entry. State 0 is the accepting one. This is
// Thompson's construction (CACM 11(6), 1968) with the end known beforehand.
//
// A "run" is `any text` at the top level of a concatenation (a glob's `*`, the
// margins of `finds`). Whoever passed a run can do whatever anyone before it
// can, so once a run is reached, all states textually before it are dropped
// from a set: that keeps `*a*b*c*` linear where subsets would be quadratic.
#ifndef POLC_COMPILER_AUTOMATA_NFA_H_
#define POLC_COMPILER_AUTOMATA_NFA_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/regex.h"
#include "compiler/support/result.h"

namespace polc::automata {

class Nfa {
 public:
  using StateId = uint32_t;
  static constexpr StateId kAccept = 0;

  enum class Kind : uint8_t { kAccept, kBytes, kSplit, kBegin, kEnd };

  struct State {
    Kind kind;
    bool in_run = false;  // part of a run
    uint32_t stage = 0;   // runs textually after this state
    uint32_t a = 0;       // kBytes: first edge; else: successor
    uint32_t b = 0;       // kBytes: past the last edge; kSplit: other one
  };
  struct Edge {
    uint8_t lo;
    uint8_t hi;
    StateId to;
  };

  Nfa();

  /// `re`, then `next`. `top_level`: the fragments added so far and to come
  /// are one concatenation, every accepting path goes through each.
  StateId Add(const Regex& re, StateId next, bool top_level = false);
  /// A member of `dfa`, then `next`.
  StateId AddDfa(const Dfa& dfa, StateId next);
  StateId AddText(std::string_view text, StateId next);
  StateId AddEither(StateId a, StateId b);

  const std::vector<State>& states() const { return states_; }
  const std::vector<Edge>& edges() const { return edges_; }

 private:
  StateId NewState(Kind kind, uint32_t a, uint32_t b);
  StateId AddClass(const CodePointSet& set, StateId next);
  StateId AddRepeat(const Regex& re, StateId next, bool top_level);

  std::vector<State> states_;
  std::vector<Edge> edges_;
  uint32_t stage_ = 0;
};

/// The language from `start`, minimal and canonical, or an Error past the
/// bounds.
Result<Dfa> Determinize(const Nfa& nfa, Nfa::StateId start, size_t max_states);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_NFA_H_
