// The symbol tables of a program.
#ifndef POLC_COMPILER_SEMA_NAMES_H_
#define POLC_COMPILER_SEMA_NAMES_H_

#include "compiler/sema/context.h"

namespace polc::sema {

/// Fills the program's lists of declarations, its names and its modules, and
/// reports duplicates and what may not be declared where.
void DeclareNames(Context* context);

/// True for the names of functions: path, url, length and so on.
bool IsFunction(std::string_view name);
/// True for what requests are read by: args, caller, server, session, now.
bool IsRoot(std::string_view name);
/// "set", "class", ...: for messages.
std::string_view KindWord(SymbolKind kind);

/// Finds `name` of `kind`, or reports that there is none, with a suggestion.
/// Nothing is reported about a module that could not be loaded.
const Symbol* Require(Context* context, size_t file, SymbolKind kind,
                      const ast::Name& name);

/// The names of `kind` that `file` can use, for suggestions.
std::vector<std::string> VisibleNames(const Program& program, size_t file,
                                      SymbolKind kind);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_NAMES_H_
