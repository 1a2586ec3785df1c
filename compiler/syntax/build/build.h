// From ANTLR's contexts to the syntax tree, one unit of a file at a time.
#ifndef POLC_COMPILER_SYNTAX_BUILD_BUILD_H_
#define POLC_COMPILER_SYNTAX_BUILD_BUILD_H_

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/syntax/build/context.h"
#include "compiler/syntax/build/parts.h"

namespace antlr4 {
class CommonTokenStream;
}

namespace polc::syntax {

/// Collects a file's tree and checks the order of what is in it: version,
/// header, declarations.
class Builder {
 public:
  explicit Builder(const Context& context);

  /// Adds the `unit` that began at the token `first` of `tokens` (comments
  /// before it included), parsed without error.
  void AddUnit(Tree* unit, antlr4::CommonTokenStream* tokens, size_t first);

  /// Reports what the file lacks as a whole.
  void Finish();

  ast::File& file() { return file_; }

 private:
  void AddVersion(Tree* unit);
  void AddHeader(Tree* unit, ast::Header header, std::string doc);
  void AddDeclaration(Tree* unit, std::string doc);
  void CheckHeader(source::Range declaration);

  const Context& context_;
  ast::File file_;
  bool has_header_ = false;
  bool missing_header_reported_ = false;
};

/// The node of a `declaration` (build_decl.cpp).
void ReadDeclaration(const Context& context, Tree* declaration, ast::Decl* out);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_BUILD_BUILD_H_
