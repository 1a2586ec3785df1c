// From ANTLR's contexts to the syntax tree, the parts that several
// declarations share. Contexts are passed as their base class to keep ANTLR's
// headers out of ours; each function names the grammar rule whose context it
// takes and stops the program if it gets another.
#ifndef POLC_COMPILER_SYNTAX_BUILD_PARTS_H_
#define POLC_COMPILER_SYNTAX_BUILD_PARTS_H_

#include <optional>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/syntax/build/context.h"

namespace antlr4 {
class ParserRuleContext;
class Token;
}  // namespace antlr4

namespace polc::syntax {

using Tree = antlr4::ParserRuleContext;

source::Range RangeOf(const Context& context, const Tree* tree);
source::Range RangeOf(const Context& context, const antlr4::Token* token);

/// Any context whose text is the name: `name`, `member`, `qualifiedName`,
/// `dottedName`. Spaces and comments between its words are left out.
ast::Name ReadName(const Context& context, Tree* tree);
/// `string`
ast::Name ReadString(const Context& context, Tree* string);
/// `nameOrString`
ast::Name ReadNameOrString(const Context& context, Tree* tree);

/// `effectWord`
ast::Effect ReadEffect(Tree* effect_word);
/// `window`
ast::Window ReadWindow(Tree* window);
/// `duration`
ast::Duration ReadDuration(const Context& context, Tree* duration);
/// `target`
ast::Target ReadTarget(const Context& context, Tree* target);
/// `whenClause`, or null.
std::optional<ast::Expr> ReadGuard(const Context& context, Tree* when_clause);
/// `keyExpr`
ast::Key ReadKey(const Context& context, Tree* key_expr);
/// `keyList`, or null.
std::vector<ast::Key> ReadKeys(const Context& context, Tree* key_list);

// Expressions (build_expr.cpp).

/// `expr`
ast::Expr ReadCondition(const Context& context, Tree* expr);
/// `sum`
ast::Expr ReadValue(const Context& context, Tree* sum);
/// `pathExpr`
ast::Expr ReadPath(const Context& context, Tree* path_expr);
/// `signedNumber`
ast::Expr ReadSignedNumber(const Context& context, Tree* signed_number);
/// `setExpr`
ast::Expr ReadSetValue(const Context& context, Tree* set_expr);

// Assertions and tests (build_test.cpp).

/// `assertion`, into everything but the name.
void ReadAssertion(const Context& context, Tree* assertion, ast::Assert* out);
/// `testStep`: one step, or one for each of its identities.
void ReadTestStep(const Context& context, Tree* test_step,
                  std::vector<ast::TestStep>* out);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_BUILD_PARTS_H_
