// The tree as text, for `polc build --emit=ast` and `--emit=typed-ast` and for
// tests that compare trees.
#ifndef POLC_COMPILER_AST_DUMP_H_
#define POLC_COMPILER_AST_DUMP_H_

#include <string>

#include "compiler/ast/ast.h"

namespace polc::ast {

struct DumpOptions {
  bool types = false;   // `expr~type`, after sema
  bool ranges = false;  // [begin,end) bytes of every node
};

/// One node a line, children indented by two spaces.
std::string Dump(const File& file, const DumpOptions& options);

}  // namespace polc::ast

#endif  // POLC_COMPILER_AST_DUMP_H_
