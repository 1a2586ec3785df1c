#include "compiler/syntax/tree.h"

#include "antlr4-runtime.h"

namespace polc::syntax {

size_t TokenType(antlr4::tree::ParseTree* node) {
  auto* token = dynamic_cast<antlr4::tree::TerminalNode*>(node);
  return token == nullptr ? kNoType : token->getSymbol()->getType();
}

size_t TokenBegin(antlr4::tree::ParseTree* node) {
  return dynamic_cast<antlr4::tree::TerminalNode&>(*node)
      .getSymbol()
      ->getStartIndex();
}

size_t RuleIndex(antlr4::tree::ParseTree* node) {
  auto* rule = dynamic_cast<antlr4::ParserRuleContext*>(node);
  return rule == nullptr ? kNoType : rule->getRuleIndex();
}

}  // namespace polc::syntax
