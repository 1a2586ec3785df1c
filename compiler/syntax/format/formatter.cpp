// Which function lays out which rule of the grammar, and lists.
#include "compiler/syntax/format/formatter.h"

#include "PolParser.h"
#include "compiler/syntax/tree.h"

namespace polc::syntax {

using grammar::PolParser;

void Formatter::Unit(antlr4::ParserRuleContext* unit) {
  switch (TokenType(unit->children[0])) {
    case PolParser::K_POLICY:
      return Policy(unit);
    case PolParser::K_MODULE:
    case PolParser::K_POL:
      return Children(unit);
    default:
      break;
  }
  for (Node* child : unit->children) {
    Any(child);
    if (RuleIndex(child) == PolParser::RuleSuppression) out_.Newline();
  }
}

// One case a rule, one line a case.
void Formatter::Any(Node* node) {
  if (TokenType(node) != kNoType) return out_.Token(TokenBegin(node));
  switch (RuleIndex(node)) {
    case PolParser::RuleDeclaration:
      return Declaration(node);
    case PolParser::RuleClassMember:
      return GuardedMember(node);
    case PolParser::RuleLimitWindowed:
    case PolParser::RuleLimitConcurrent:
      return Limit(node);
    case PolParser::RuleAssertion:
      return Assertion(node);
    case PolParser::RuleTestStep:
      return TestStep(node);
    case PolParser::RuleTarget:
    case PolParser::RuleKeyList:
    case PolParser::RuleRuleClause:
      return WordsThenList(node);
    case PolParser::RuleIdentity:
    case PolParser::RuleSetLiteral:
      return Braces(node);
    case PolParser::RuleJsonObject:
    case PolParser::RuleJsonValue:
      return JsonList(node);
    case PolParser::RuleSuppression:
      return Called(node);
    case PolParser::RuleWhenClause:
      return When(node);
    case PolParser::RuleExpr:
      return Condition(node);
    case PolParser::RuleTest:
      return PlainTest(node);
    case PolParser::RuleTestTail:
      return Braces(node);
    case PolParser::RuleSum:
      return Sum(node);
    case PolParser::RuleSignedTerm:
    case PolParser::RuleLiteral:
    case PolParser::RuleSignedNumber:
      return Signed(node);
    case PolParser::RuleCallArguments:
      return Arguments(node);
    case PolParser::RuleStep:
      return Step(node);
    case PolParser::RuleSetExpr:
      return SetSum(node);
    default:
      return Children(node);
  }
}

void Formatter::Children(Node* node, size_t first) {
  Children(node, first, node->children.size());
}

void Formatter::Children(Node* node, size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) Any(node->children[i]);
}

void Formatter::List(Node* node, size_t first, size_t last) {
  if (first == last) return;
  out_.BeginHere(Writer::Style::kFill);
  for (size_t i = first; i < last; ++i) {
    Any(node->children[i]);
    if (TokenType(node->children[i]) == PolParser::COMMA && i + 1 < last) {
      out_.Break();
    }
  }
  out_.End();
}

void Formatter::WordsThenList(Node* node) {
  const size_t size = node->children.size();
  size_t first = 0;
  while (first < size && TokenType(node->children[first]) != kNoType) ++first;
  size_t last = size;
  while (last > first && TokenType(node->children[last - 1]) != kNoType) {
    --last;
  }
  Children(node, 0, first);
  List(node, first, last);
  Children(node, last);
}

void Formatter::Called(Node* node) {
  for (Node* child : node->children) {
    if (TokenType(child) == PolParser::LPAREN) out_.Glue();
    Any(child);
  }
}

void Formatter::Braces(Node* node) {
  const size_t size = node->children.size();
  size_t open = 0;
  while (open < size && TokenType(node->children[open]) != PolParser::LBRACE) {
    ++open;
  }
  if (open == size) return Children(node);
  Children(node, 0, open + 1);
  List(node, open + 1, size - 1);
  Children(node, size - 1);
}

void Formatter::Step(Node* node) {
  out_.Glue();
  Children(node);
}

}  // namespace polc::syntax
