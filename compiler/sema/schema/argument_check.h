// One condition held against the schemas of the tools it can be asked about.
#ifndef POLC_COMPILER_SEMA_SCHEMA_ARGUMENT_CHECK_H_
#define POLC_COMPILER_SEMA_SCHEMA_ARGUMENT_CHECK_H_

#include <vector>

#include "compiler/sema/context.h"

namespace polc::sema {

/// The tools that requests here can name. With `others` they can also be
/// something else than a tool call.
struct Selection {
  std::vector<const catalog::Tool*> tools;
  bool others = false;
};

/// `condition` has its predicates put in.
void CheckArguments(Context* context, const Selection& selection,
                    const ast::Expr& condition);
/// A path by itself: a key, a cost, `redact`, a reason. Where absence is an
/// error, `must_be_there`.
void CheckArgumentPath(Context* context, const Selection& selection,
                       const ast::Expr& path, bool must_be_there);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_SCHEMA_ARGUMENT_CHECK_H_
