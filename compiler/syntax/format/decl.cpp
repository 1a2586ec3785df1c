// Declarations: on one line if they fit; else what a rule is about, when and
// how has a line of its own each.
#include "PolParser.h"
#include "compiler/syntax/format/formatter.h"
#include "compiler/syntax/tree.h"

namespace polc::syntax {
namespace {

using grammar::PolParser;
using Style = Writer::Style;

constexpr int kIndent = 2;

}  // namespace

// policy NAME for server S, ... ;
void Formatter::Policy(Node* node) {
  const size_t last = node->children.size() - 1;
  const size_t servers = last < 4 ? last : 4;
  Children(node, 0, servers);
  List(node, servers, last);
  Children(node, last);
}

void Formatter::Declaration(Node* node) {
  switch (TokenType(node->children[0])) {
    case PolParser::K_SET:
      return SetDeclaration(node);
    case PolParser::K_PREDICATE:
      return Predicate(node);
    case PolParser::K_CLASS:
    case PolParser::K_TEST:
      return Class(node);
    case PolParser::K_LIMIT:
    case PolParser::K_ASSERT:
      out_.Begin(Style::kAll, kIndent);
      Children(node);
      return out_.End();
    case PolParser::K_MARK:
      return Mark(node);
    case kNoType:
      return Rule(node);
    default:
      return Children(node);
  }
}

void Formatter::SetDeclaration(Node* node) {
  for (Node* child : node->children) {
    Node* only = child;
    while (only->children.size() == 1) only = only->children[0];
    if (RuleIndex(child) == PolParser::RuleSetExpr &&
        RuleIndex(only) == PolParser::RuleSetLiteral) {
      SetLiteral(only);
    } else {
      Any(child);
    }
  }
}

// A member a line, so that a change of one changes one.
void Formatter::SetLiteral(Node* node) {
  const size_t last = node->children.size() - 1;
  out_.Begin(Style::kAll, 0);
  Any(node->children[0]);
  const bool empty = last == 1 && !out_.HasLeading();
  if (!empty) {
    out_.Break(0, kIndent);
    for (size_t i = 1; i < last; ++i) {
      Any(node->children[i]);
      if (TokenType(node->children[i]) == PolParser::COMMA && i + 1 < last) {
        out_.Break(1, kIndent);
      }
    }
    if (out_.HasLeading()) {
      out_.Newline(kIndent);
      out_.Leading();
    }
    out_.Break(0);
  }
  Any(node->children[last]);
  out_.End();
}

// predicate NAME ( a, b ) = EXPR ;
void Formatter::Predicate(Node* node) {
  const size_t size = node->children.size();
  out_.Begin(Style::kAll, kIndent);
  Children(node, 0, 2);
  out_.Glue();
  Any(node->children[2]);
  List(node, 3, size - 4);
  Children(node, size - 4, size - 2);
  out_.Break();
  Children(node, size - 2);
  out_.End();
}

// class NAME { MEMBER... }, test "..." { STEP... }
void Formatter::Class(Node* node) {
  const size_t last = node->children.size() - 1;
  const bool short_class =
      TokenType(node->children[0]) == PolParser::K_CLASS && last == 4;
  out_.Begin(Style::kAll, 0);
  Children(node, 0, 3);
  if (short_class) {
    out_.Break(1, kIndent);
    Any(node->children[3]);
    if (out_.HasLeading()) {
      out_.Newline(kIndent);
      out_.LastLines(false);
    }
    out_.Break();
  } else {
    Block(node, 3);
  }
  Any(node->children[last]);
  out_.End();
}

void Formatter::Block(Node* node, size_t first) {
  const size_t last = node->children.size() - 1;
  if (first == last && !out_.HasLeading()) return;
  for (size_t i = first; i < last; ++i) {
    out_.ItemLine(i == first, kIndent);
    Any(node->children[i]);
  }
  if (out_.HasLeading()) {
    out_.Newline(kIndent);
    out_.LastLines(first == last);
  }
  out_.Newline();
}

// TARGET when EXPR ;
void Formatter::GuardedMember(Node* node) {
  out_.BeginHere(Style::kAll, kIndent);
  for (Node* child : node->children) {
    if (RuleIndex(child) == PolParser::RuleWhenClause) out_.Break();
    Any(child);
  }
  out_.End();
}

// ... per WINDOW per KEY, ... cost SUM rolling on TARGET when EXPR refund ...,
// in the group of the declaration
void Formatter::Limit(Node* node) {
  size_t before = kNoType;
  for (Node* child : node->children) {
    const size_t type = TokenType(child);
    if (type == PolParser::K_COST || type == PolParser::K_REFUND ||
        (type == PolParser::K_ON && before != PolParser::K_REFUND) ||
        RuleIndex(child) == PolParser::RuleWhenClause) {
      out_.Break();
    }
    Any(child);
    before = type;
  }
}

// mark NAME per KEY for DURATION on TARGET when EXPR ;
void Formatter::Mark(Node* node) {
  out_.Begin(Style::kAll, kIndent);
  for (Node* child : node->children) {
    if (TokenType(child) == PolParser::K_ON ||
        RuleIndex(child) == PolParser::RuleWhenClause) {
      out_.Break();
    }
    Any(child);
  }
  out_.End();
}

// EFFECT NAME "reason" TARGET except TARGET when EXPR CLAUSE... ;
void Formatter::Rule(Node* node) {
  out_.Begin(Style::kAll, kIndent);
  Children(node, 0, 2);
  for (size_t i = 2; i < node->children.size();) {
    Node* child = node->children[i];
    if (TokenType(child) == PolParser::SEMI) {
      Any(child);
      ++i;
      continue;
    }
    out_.Break();
    if (RuleIndex(child) == PolParser::RuleTarget ||
        TokenType(child) == PolParser::K_EXCEPT) {
      RuleTarget(node, &i);
    } else if (RuleIndex(child) == PolParser::RuleRuleClause) {
      RuleClauses(node, &i);
    } else {
      Any(child);
      ++i;
    }
  }
  out_.End();
}

void Formatter::RuleTarget(Node* node, size_t* at) {
  out_.BeginHere(Style::kAll, kIndent);
  if (RuleIndex(node->children[*at]) == PolParser::RuleTarget) {
    Any(node->children[(*at)++]);
    if (TokenType(node->children[*at]) != PolParser::K_EXCEPT) {
      return out_.End();
    }
    out_.Break();
  }
  Children(node, *at, *at + 2);
  *at += 2;
  out_.End();
}

// One clause, or who may approve and for how long, which are read together.
void Formatter::RuleClauses(Node* node, size_t* at) {
  const auto asking = [node](size_t i) {
    Node* child = node->children[i];
    if (RuleIndex(child) != PolParser::RuleRuleClause) return false;
    const size_t type = TokenType(child->children[0]);
    return type == PolParser::K_BY || type == PolParser::K_WITHIN;
  };
  out_.BeginHere(Style::kFill);
  bool more = asking(*at);
  Any(node->children[(*at)++]);
  while (more && asking(*at)) {
    out_.Break();
    Any(node->children[(*at)++]);
  }
  out_.End();
}

// never EFFECT TARGET when EXPR after TARGET when EXPR and the like, in the
// group of the declaration
void Formatter::Assertion(Node* node) {
  out_.Glue();
  out_.Begin(Style::kAll, 0);
  out_.Break();
  bool head = true;
  for (Node* child : node->children) {
    const size_t type = TokenType(child);
    if (type == PolParser::K_AFTER || type == PolParser::K_ON ||
        RuleIndex(child) == PolParser::RuleWhenClause) {
      if (head) out_.End();
      head = false;
      out_.Break();
    }
    Any(child);
  }
  if (head) out_.End();
}

void Formatter::TestStep(Node* node) {
  switch (TokenType(node->children[0])) {
    case PolParser::K_CALL:
      return CallStep(node);
    case PolParser::K_AT:
      return Called(node);
    default:
      return WordsThenList(node);
  }
}

// call TOOL JSON times N ;
void Formatter::CallStep(Node* node) {
  out_.BeginHere(Style::kAll, kIndent);
  for (Node* child : node->children) {
    if (RuleIndex(child) == PolParser::RuleJsonObject) out_.Break();
    Any(child);
  }
  out_.End();
}

// A member a line, or values as many as fit.
void Formatter::JsonList(Node* node) {
  const size_t size = node->children.size();
  const size_t open = TokenType(node->children[0]);
  if (open != PolParser::LBRACE && open != PolParser::LBRACKET) {
    return open == PolParser::MINUS ? Signed(node) : Children(node);
  }
  Any(node->children[0]);
  if (open == PolParser::LBRACKET) {
    List(node, 1, size - 1);
  } else if (size > 2) {
    out_.BeginHere(Style::kAll);
    for (size_t i = 1; i < size - 1; ++i) {
      Any(node->children[i]);
      if (TokenType(node->children[i]) == PolParser::COMMA) out_.Break();
    }
    out_.End();
  }
  Any(node->children[size - 1]);
}

}  // namespace polc::syntax
