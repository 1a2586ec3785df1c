// Regular languages over the bytes of valid UTF-8, as minimal DFAs.
//
// Every string test of the language (equality, sets, globs, regexes, paths,
// URLs) becomes one of these; the native matcher runs them, the verifier
// compares them. Every language here is a set of strings of Unicode code
// points: a subset of AnyString(), also after Complement().
//
// Invariant: a Dfa that a function of this folder returns is complete,
// minimal and canonical: bytes that act alike share a class, classes are
// numbered by their first byte, states in breadth-first order by byte. So two
// Dfas are equal as structs exactly when their languages are equal.
#ifndef POLC_COMPILER_AUTOMATA_DFA_H_
#define POLC_COMPILER_AUTOMATA_DFA_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/automata/regex.h"
#include "compiler/support/limits.h"
#include "compiler/support/result.h"

namespace polc::automata {

struct Dfa {
  uint32_t start = 0;
  uint32_t num_classes = 1;
  std::array<uint8_t, 256> byte_class = {};
  std::vector<uint32_t> next;   // [state * num_classes + class]
  std::vector<uint8_t> accept;  // 0 or 1 per state

  size_t num_states() const { return accept.size(); }
  uint32_t Step(uint32_t state, uint8_t byte) const {
    return next[state * size_t{num_classes} + byte_class[byte]];
  }
  bool operator==(const Dfa&) const = default;
};

enum class MatchMode {
  kWhole,     ///< `matches`, `like`: the whole string
  kAnywhere,  ///< `finds`: some part of it
};

/// States of a set of strings: a set of 100,000 identifiers needs millions.
inline constexpr size_t kMaxStringSetStates = 8'000'000;

// Making languages. An Error says that a bound was passed (or that text was
// not valid UTF-8); no input takes more than a fraction of a second to refuse.

/// The strings that `re` matches. Errors: more than `max_states` states, or
/// more work than any pattern of that size should take.
Result<Dfa> FromRegex(const Regex& re, MatchMode mode,
                      size_t max_states = kLimits.dfa_states);

/// A finite set; near linear in the bytes of `strings` plus the table.
/// Source: J. Daciuk et al., "Incremental construction of minimal acyclic
/// finite-state automata", Computational Linguistics 26(1), 2000.
Result<Dfa> FromStrings(std::span<const std::string> strings,
                        size_t max_states = kMaxStringSetStates);
Result<Dfa> FromLiteral(std::string_view text,
                        size_t max_states = kMaxStringSetStates);

/// Strings that start with, end with, contain `text`.
Result<Dfa> Prefix(std::string_view text,
                   size_t max_states = kLimits.dfa_states);
Result<Dfa> Suffix(std::string_view text,
                   size_t max_states = kLimits.dfa_states);
Result<Dfa> Contains(std::string_view text,
                     size_t max_states = kLimits.dfa_states);

/// Strings of `min` to `max` code points (no upper end if nullopt). About
/// eight states a code point of the larger bound.
Result<Dfa> LengthBetween(size_t min, std::optional<size_t> max,
                          size_t max_states = kLimits.dfa_states);

/// All strings; none; all without U+0000, which a request never holds.
const Dfa& AnyString();
const Dfa& Nothing();
const Dfa& NulFree();

// Boolean operations. The bound is on the states of the result; a product
// that has to go through many more to get there is an Error too.

Result<Dfa> Intersect(const Dfa& a, const Dfa& b,
                      size_t max_states = kLimits.dfa_states);
Result<Dfa> Union(const Dfa& a, const Dfa& b,
                  size_t max_states = kLimits.dfa_states);
Result<Dfa> Difference(const Dfa& a, const Dfa& b,
                       size_t max_states = kLimits.dfa_states);
/// Of n languages, pairwise as in a tournament: no order is much worse.
Result<Dfa> UnionAll(std::span<const Dfa* const> all,
                     size_t max_states = kLimits.dfa_states);
/// AnyString() without `a`; adds at most the states of AnyString().
Dfa Complement(const Dfa& a);

// Questions. These build nothing; time is at most the reachable part of the
// product.

bool Matches(const Dfa& dfa, std::string_view text);
bool IsEmpty(const Dfa& dfa);
bool IsSubset(const Dfa& a, const Dfa& b);
bool AreDisjoint(const Dfa& a, const Dfa& b);
inline bool Equal(const Dfa& a, const Dfa& b) { return a == b; }

/// The state that nothing is accepted from, if there is one (at most one).
std::optional<uint32_t> DeadState(const Dfa& dfa);

/// Shortest and longest member in code points; nullopt max: no longest.
struct LengthBounds {
  size_t min = 0;
  std::optional<size_t> max;
  bool operator==(const LengthBounds&) const = default;
};
/// nullopt for the empty language.
std::optional<LengthBounds> LengthsOf(const Dfa& dfa);

/// Makes a complete Dfa minimal and canonical. Source: A. Valmari, "Fast brief
/// practical DFA minimization", Information Processing Letters 112(6), 2012.
Dfa Minimize(const Dfa& dfa);

/// Makes a Dfa canonical whose states already differ pairwise.
Dfa Canonicalize(const Dfa& dfa);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_DFA_H_
