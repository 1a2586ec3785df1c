// What the grammar would accept at a place, in words for a person.
#ifndef POLC_COMPILER_SYNTAX_EXPECTED_H_
#define POLC_COMPILER_SYNTAX_EXPECTED_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace polc::syntax {

/// Types of tokens (of PolParser).
using TokenTypes = std::set<size_t>;

/// "a name or `{`", "an operator or `;`", never a list of all that the parser
/// knows. Empty if there is nothing useful to say.
std::string DescribeExpected(TokenTypes types);

/// The words among `types` that can only be keywords there: no name may stand
/// in their place.
std::vector<std::string> ExpectedKeywords(const TokenTypes& types);

bool IsReservedWord(size_t type);

/// "rule", "set", ...: what a declaration that begins with a token of this
/// type is called; "declaration" if with no such.
std::string DeclarationNoun(size_t type);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_EXPECTED_H_
