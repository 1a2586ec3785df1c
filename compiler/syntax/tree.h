// Looking at ANTLR's tree with all its children.
#ifndef POLC_COMPILER_SYNTAX_TREE_H_
#define POLC_COMPILER_SYNTAX_TREE_H_

#include <cstddef>

namespace antlr4::tree {
class ParseTree;
}

namespace polc::syntax {

inline constexpr size_t kNoType = static_cast<size_t>(-1);

/// Of a token: its type. Of a rule: kNoType.
size_t TokenType(antlr4::tree::ParseTree* node);

/// Of a token: its first byte.
size_t TokenBegin(antlr4::tree::ParseTree* node);

/// Of a rule: its index in PolParser. Of a token: kNoType.
size_t RuleIndex(antlr4::tree::ParseTree* node);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_TREE_H_
