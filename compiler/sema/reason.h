// Reasons with values in them: "no writes to {args.path}".
#ifndef POLC_COMPILER_SEMA_REASON_H_
#define POLC_COMPILER_SEMA_REASON_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"

namespace polc::sema {

struct ReasonPart {
  std::string literal;
  std::optional<ast::Expr> path;  // a resolved kPath; then no literal
};

/// What is wrong with a reason, and the byte where.
struct ReasonError {
  std::string message;
  size_t offset = 0;
};

/// Splits a reason at its `{path}`s; `{{` and `}}` are braces. The paths are
/// not typed yet. Empty, with `*error` filled, if one does not parse.
std::optional<std::vector<ReasonPart>> ParseReason(const ast::Name& reason,
                                                   ReasonError* error);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_REASON_H_
