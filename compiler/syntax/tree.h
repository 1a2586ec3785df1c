// Looking at ANTLR's tree with all its children.
#ifndef POLC_COMPILER_SYNTAX_TREE_H_
#define POLC_COMPILER_SYNTAX_TREE_H_

#include <cstddef>

#include "antlr4-runtime.h"

namespace polc::syntax {

inline constexpr size_t kNoType = static_cast<size_t>(-1);

/// Of a token: its type. Of a rule: kNoType.
inline size_t TokenType(antlr4::tree::ParseTree* node) {
  auto* token = dynamic_cast<antlr4::tree::TerminalNode*>(node);
  return token == nullptr ? kNoType : token->getSymbol()->getType();
}

/// Of a rule: its index in PolParser. Of a token: kNoType.
inline size_t RuleIndex(antlr4::tree::ParseTree* node) {
  auto* rule = dynamic_cast<antlr4::ParserRuleContext*>(node);
  return rule == nullptr ? kNoType : rule->getRuleIndex();
}

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_TREE_H_
