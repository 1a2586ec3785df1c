// Conditions and values: lines break before an operator. Under `when` the
// operators stand so that the operands line up:
//
//   when args.a == 1
//    and args.b == 2
//
// elsewhere the operators line up with the first operand. An `and` inside a
// broken `or` is indented further than the `or`, as it binds tighter.
#include "PolParser.h"
#include "compiler/syntax/format/formatter.h"
#include "compiler/syntax/tree.h"

namespace polc::syntax {
namespace {

using grammar::PolParser;
using Style = Writer::Style;

constexpr int kIndent = 2;

}  // namespace

// when EXPR
void Formatter::When(Node* node) {
  out_.BeginHere(Style::kAll);
  Any(node->children[0]);
  Disjunction(node->children[1], 2, 1);
  out_.End();
}

void Formatter::Condition(Node* node) {
  const bool chain =
      node->children.size() > 1 || node->children[0]->children.size() > 1;
  if (chain) out_.BeginHere(Style::kAll);
  Disjunction(node, 0, 0);
  if (chain) out_.End();
}

// In the group of the caller; `or_offset` and `and_offset` say where a line
// that begins with `or` or `and` begins in it.
void Formatter::Disjunction(Node* node, int or_offset, int and_offset) {
  if (node->children.size() == 1) {
    return Conjunction(node->children[0], and_offset);
  }
  for (Node* child : node->children) {
    if (TokenType(child) == PolParser::K_OR) {
      out_.Break(1, or_offset);
      Any(child);
    } else if (child->children.size() == 1) {
      Any(child);
    } else {
      out_.BeginHere(Style::kAll, kIndent);
      Conjunction(child, 0);
      out_.End();
    }
  }
}

void Formatter::Conjunction(Node* node, int offset) {
  for (Node* child : node->children) {
    if (TokenType(child) == PolParser::K_AND) out_.Break(1, offset);
    Any(child);
  }
}

void Formatter::PlainTest(Node* node) {
  const bool quantified_or_has = TokenType(node->children[0]) != kNoType;
  if (quantified_or_has || node->children.size() == 1) return Children(node);
  // A set breaks in itself.
  const auto& tail = node->children[1]->children;
  bool breaks = true;
  for (Node* child : tail) {
    if (RuleIndex(child) == PolParser::RuleSetLiteral ||
        TokenType(child) == PolParser::LBRACE) {
      breaks = false;
    }
  }
  if (!breaks) return Children(node);
  out_.BeginHere(Style::kAll, kIndent);
  Any(node->children[0]);
  out_.Break();
  Children(node, 1);
  out_.End();
}

void Formatter::Sum(Node* node) {
  if (node->children.size() == 1) return Children(node);
  out_.BeginHere(Style::kFill, kIndent);
  for (Node* child : node->children) {
    if (TokenType(child) != kNoType) out_.Break();
    Any(child);
  }
  out_.End();
}

// Minus signs, glued to what follows.
void Formatter::Signed(Node* node) {
  for (Node* child : node->children) {
    Any(child);
    if (TokenType(child) == PolParser::MINUS) out_.Glue();
  }
}

// f( EXPR, ... )
void Formatter::Arguments(Node* node) {
  out_.Glue();
  Any(node->children[0]);
  List(node, 1, node->children.size() - 1);
  Children(node, node->children.size() - 1);
}

// SET | SET & SET - SET
void Formatter::SetSum(Node* node) {
  if (node->children.size() == 1) return Children(node);
  out_.BeginHere(Style::kFill);
  for (Node* child : node->children) {
    if (TokenType(child) != kNoType) out_.Break();
    Any(child);
  }
  out_.End();
}

}  // namespace polc::syntax
