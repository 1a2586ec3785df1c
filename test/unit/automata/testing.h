// Helpers of the automata tests: patterns that must parse, strings by
// enumeration, random patterns and texts.
#ifndef POLC_TEST_UNIT_AUTOMATA_TESTING_H_
#define POLC_TEST_UNIT_AUTOMATA_TESTING_H_

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/automata/regex.h"

namespace polc::automata {

inline Regex Re(std::string_view pattern, CaseMode mode = CaseMode::kExact) {
  PatternError error;
  auto re = ParseRegex(pattern, mode, &error);
  EXPECT_TRUE(re.has_value()) << pattern << ": " << error.message;
  return re ? *std::move(re) : Regex();
}

inline Dfa Make(Result<Dfa> result) {
  EXPECT_TRUE(result.has_value())
      << (result.has_value() ? "" : result.error().message);
  return result.has_value() ? std::move(*result) : Nothing();
}

inline Dfa ReDfa(std::string_view pattern, MatchMode mode = MatchMode::kWhole) {
  return Make(FromRegex(Re(pattern), mode));
}

inline Dfa GlobDfa(std::string_view pattern, CaseMode mode = CaseMode::kExact) {
  PatternError error;
  auto re = ParseGlob(pattern, mode, &error);
  EXPECT_TRUE(re.has_value()) << pattern << ": " << error.message;
  return re ? Make(FromRegex(*re, MatchMode::kWhole)) : Nothing();
}

/// All strings of at most `length` letters out of `alphabet`.
inline std::vector<std::string> AllStrings(
    const std::vector<std::string>& alphabet, size_t length) {
  std::vector<std::string> out = {""};
  for (size_t from = 0, round = 0; round < length; ++round) {
    const size_t to = out.size();
    for (; from < to; ++from) {
      for (const std::string& letter : alphabet) {
        out.push_back(out[from] + letter);
      }
    }
  }
  return out;
}

/// The same sequence on every run; print the seed with a failure.
class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  size_t Below(size_t n) { return engine_() % n; }
  const std::string& Of(const std::vector<std::string>& choices) {
    return choices[Below(choices.size())];
  }

  /// A pattern out of `atoms` with all operators.
  std::string Pattern(const std::vector<std::string>& atoms, size_t depth) {
    static const std::vector<std::string> kOperators = {
        "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?"};
    switch (depth == 0 ? 0 : Below(6)) {
      case 0:
      case 1:
        return Of(atoms);
      case 2:
        return "(" + Pattern(atoms, depth - 1) + "|" +
               Pattern(atoms, depth - 1) + ")";
      case 3:
        return "(?:" + Pattern(atoms, depth - 1) + ")" + Of(kOperators);
      default:
        return Pattern(atoms, depth - 1) + Pattern(atoms, depth - 1);
    }
  }

  std::string Text(const std::vector<std::string>& alphabet, size_t length) {
    std::string out;
    for (size_t i = Below(length + 1); i > 0; --i) out += Of(alphabet);
    return out;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace polc::automata

#endif  // POLC_TEST_UNIT_AUTOMATA_TESTING_H_
