// The constants of string tests: globs, regexes, directories.
#ifndef POLC_COMPILER_SEMA_PATTERNS_H_
#define POLC_COMPILER_SEMA_PATTERNS_H_

#include <string_view>

#include "compiler/sema/context.h"

namespace polc::sema {

/// Each reports what is wrong with the string literal `pattern`, pointing into
/// it, and returns true if there was nothing. `fold`: ignoring case.
bool CheckGlob(Context* context, const ast::Expr& pattern, bool fold);
bool CheckRegex(Context* context, const ast::Expr& pattern, bool fold);
bool CheckAddress(Context* context, const ast::Name& address);
bool CheckNetwork(Context* context, const ast::Expr& network);
bool CheckDirectory(Context* context, const ast::Expr& directory);
/// Of a target's pattern, which has been unquoted already.
bool CheckGlobText(Context* context, const ast::Name& pattern,
                   bool fold = false);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_PATTERNS_H_
