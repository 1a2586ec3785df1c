// Parses a text and shows the outcome as text: the tree, or each error as
// `line:column check "message" |what is underlined|` with its help and fix
// below it.
#ifndef POLC_TEST_UNIT_SYNTAX_PARSE_SUPPORT_H_
#define POLC_TEST_UNIT_SYNTAX_PARSE_SUPPORT_H_

#include <string>

namespace polc::syntax {

struct Outcome {
  bool parsed = false;
  std::string tree;    // empty unless parsed
  std::string errors;  // empty if there are none
};

Outcome ParseText(const std::string& text, bool ranges = false);

/// The tree of a condition, inside a rule of a policy.
std::string TreeOfCondition(const std::string& condition);

}  // namespace polc::syntax

#endif  // POLC_TEST_UNIT_SYNTAX_PARSE_SUPPORT_H_
