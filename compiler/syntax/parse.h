// From bytes to a syntax tree. The one wall behind which ANTLR works: nothing
// throws past it, whatever the bytes are, and time and memory stay bounded
// (compiler/support/limits.h).
#ifndef POLC_COMPILER_SYNTAX_PARSE_H_
#define POLC_COMPILER_SYNTAX_PARSE_H_

#include <optional>
#include <string>

#include "compiler/ast/ast.h"
#include "compiler/diag/diag.h"
#include "compiler/source/source.h"

namespace polc::syntax {

/// Parses a whole file. Reports every error it can find; none of its trees is
/// returned if there was one.
std::optional<ast::File> Parse(const source::Files& files, source::FileId file,
                               diag::Diagnostics* diags);

/// `--emit=tokens`: one token a line, `line:column kind text`. Errors are
/// reported as by Parse.
std::string DumpTokens(const source::Files& files, source::FileId file,
                       diag::Diagnostics* diags);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_PARSE_H_
