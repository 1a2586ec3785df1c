// Where the lines of each construct may be broken. Walks ANTLR's tree, which
// for once has all its children; a construct that is not named here is simply
// its tokens.
#ifndef POLC_COMPILER_SYNTAX_FORMAT_FORMATTER_H_
#define POLC_COMPILER_SYNTAX_FORMAT_FORMATTER_H_

#include <cstddef>

#include "compiler/syntax/format/writer.h"

namespace antlr4 {
class ParserRuleContext;
namespace tree {
class ParseTree;
}
}  // namespace antlr4

namespace polc::syntax {

class Formatter {
 public:
  explicit Formatter(Writer* writer) : out_(*writer) {}

  /// `unit`
  void Unit(antlr4::ParserRuleContext* unit);

 private:
  using Node = antlr4::tree::ParseTree;

  void Any(Node* node);
  /// Children of `node`, by default from `first` to before `last`.
  void Children(Node* node, size_t first = 0);
  void Children(Node* node, size_t first, size_t last);
  /// Those as a list, filled, and lined up below the first.
  void List(Node* node, size_t first, size_t last);
  /// All words, then a list.
  void WordsThenList(Node* node);
  /// A word with something in parentheses right behind it.
  void Called(Node* node);
  /// A list in braces.
  void Braces(Node* node);

  // format_decl.cpp
  void Policy(Node* node);
  void Declaration(Node* node);
  void SetDeclaration(Node* node);
  void SetLiteral(Node* node);
  void Predicate(Node* node);
  void Class(Node* node);
  void Block(Node* node, size_t open);
  void GuardedMember(Node* node);
  void Limit(Node* node);
  void Mark(Node* node);
  void Rule(Node* node);
  void RuleTarget(Node* node, size_t* at);
  void RuleClauses(Node* node, size_t* at);
  void Assertion(Node* node);
  void TestStep(Node* node);
  void CallStep(Node* node);
  void JsonList(Node* node);

  // format_expr.cpp
  void When(Node* node);
  void Condition(Node* node);
  void Disjunction(Node* node, int or_offset, int and_offset);
  void Conjunction(Node* node, int offset);
  void PlainTest(Node* node);
  void Sum(Node* node);
  void Signed(Node* node);
  void Arguments(Node* node);
  void Step(Node* node);
  void SetSum(Node* node);

  Writer& out_;
};

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_FORMAT_FORMATTER_H_
