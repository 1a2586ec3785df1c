// Declarations as wholes.
#ifndef POLC_COMPILER_SEMA_DECLARATIONS_H_
#define POLC_COMPILER_SEMA_DECLARATIONS_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Checks every predicate, class, limit, rule, assertion and test: their
/// expressions' types, their targets, and clauses that do not fit together.
void CheckDeclarations(Context* context);

/// Of declarations.cpp, in files of their own.
void CheckLimit(Context* context, size_t file, ast::LimitDecl* limit);
void CheckMark(Context* context, size_t file, ast::MarkDecl* mark);
void CheckAssertion(Context* context, size_t file, ast::Assert* assertion);
/// `at most N`: what is counted, and by what.
void CheckBound(Context* context, ast::Assert* assertion);
void CheckTest(Context* context, size_t file, const ast::Test& test);

/// A condition of a declaration, if it has one.
void CheckWhen(Context* context, std::optional<ast::Expr>* when);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_DECLARATIONS_H_
