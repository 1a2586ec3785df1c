// Patterns as syntax trees: what regexes and globs are parsed to, and what
// the automata (dfa.h) and the reference matcher (reference.h) both read.
//
// A tree denotes a set of strings of code points, in the usual way, with two
// position tests: kBegin holds at the start of the text only, kEnd at its end
// only. Greed and captures are no part of it: they do not change the set.
#ifndef POLC_COMPILER_AUTOMATA_REGEX_H_
#define POLC_COMPILER_AUTOMATA_REGEX_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/automata/code_points.h"

namespace polc::automata {

/// `ignoring case` of the language: simple Unicode case folding, closed over
/// every literal and class before negation.
enum class CaseMode { kExact, kIgnoreCase };

struct Regex {
  enum class Kind : uint8_t {
    kEmpty,      ///< the empty string
    kNothing,    ///< no string at all
    kClass,      ///< one code point out of `set`
    kConcat,     ///< `children`, one after another
    kAlternate,  ///< any of `children`
    kRepeat,     ///< the one child, `min` to `max` times
    kBegin,      ///< the empty string, at the start of the text
    kEnd,        ///< the empty string, at the end of the text
  };
  static constexpr uint32_t kUnbounded = std::numeric_limits<uint32_t>::max();

  Kind kind = Kind::kEmpty;
  uint32_t min = 0;             // kRepeat
  uint32_t max = 0;             // kRepeat; kUnbounded has no upper end
  CodePointSet set;             // kClass
  std::vector<Regex> children;  // kConcat, kAlternate, kRepeat (one)
};

/// Builders. Concat and Alternate of nothing are kEmpty and kNothing.
Regex ClassOf(CodePointSet set);
Regex Concat(std::vector<Regex> parts);
Regex Alternate(std::vector<Regex> choices);
Regex Repeat(Regex what, uint32_t min, uint32_t max);
/// Any text at all.
Regex AnyText();
/// Exactly `text` (valid UTF-8), or its case variants.
Regex LiteralRegex(std::string_view text, CaseMode mode = CaseMode::kExact);

/// The longest text, perhaps empty, that every string of the tree begins with
/// because the tree does, letter by letter; nothing of a tree that begins with
/// a position test.
std::string LiteralStart(const Regex& regex);

/// Why a pattern was refused, in words for a person, and the byte of the
/// pattern where.
struct PatternError {
  std::string message;
  size_t offset = 0;
};

inline constexpr size_t kMaxPatternBytes = 64u << 10;
inline constexpr uint32_t kMaxRepeatCount = 1000;
/// Classes in a pattern with its counted repeats written out (a class of n
/// ranges counts n times): `(a{100}){100}` has 10,000.
inline constexpr uint64_t kMaxPatternSize = 32'000;

/// Parses the subset of RE2's syntax that the language takes
/// (https://github.com/google/re2/wiki/Syntax), with RE2's default meaning:
/// `.` is any code point but newline, `\d \s \w` are ASCII, `^` and `$` are
/// the ends of the text. Taken: literals, `.`, `[...]` with ranges, negation,
/// escapes and `[:alpha:]` classes, `\d \D \s \S \w \W`, `\a \f \n \r \t \v`,
/// `\xHH`, `\x{H...}`, escaped punctuation, `|`, `(...)`, `(?:...)`, `^`, `$`,
/// `* + ? {n} {n,} {n,m}` and their lazy forms.
/// Refused, with a reason: flags, named groups, lookaround, backreferences,
/// `\b \B \A \z \Z \C \Q \p \P`, octal escapes, stacked repeats, what passes
/// the bounds above. Returns nullopt and fills `*error`.
std::optional<Regex> ParseRegex(std::string_view pattern, CaseMode mode,
                                PatternError* error);

/// Parses a `like` pattern: `*` is any run of code points (newlines too), `?`
/// is one, `\` takes the next `*`, `?` or `\` literally. A `\` before anything
/// else is refused: it would hide a mistake.
std::optional<Regex> ParseGlob(std::string_view pattern, CaseMode mode,
                               PatternError* error);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_REGEX_H_
