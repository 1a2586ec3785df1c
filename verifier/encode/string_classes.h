// The strings that some languages tell apart: one for each combination of
// memberships that a string can have. Exact, where there are few.
#ifndef POLC_VERIFIER_ENCODE_STRING_CLASSES_H_
#define POLC_VERIFIER_ENCODE_STRING_CLASSES_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"

namespace polc::verifier {

struct StringClass {
  std::string text;      // a shortest one, without U+0000
  std::vector<bool> in;  // by language
};

/// All classes, the shortest strings first; nullopt if they (or what has to be
/// walked to find them) are too many.
std::optional<std::vector<StringClass>> SplitStrings(
    std::span<const automata::Dfa* const> languages);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_STRING_CLASSES_H_
