// Conditions, targets and limits in words that somebody who does not write
// policies reads. What has a name keeps it, as a link to where it is defined.
#ifndef POLC_TOOLS_POLC_DOC_WORDS_H_
#define POLC_TOOLS_POLC_DOC_WORDS_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/sema/sema.h"
#include "compiler/source/source.h"
#include "tools/polc/doc/page.h"

namespace polc::tool::doc {

/// The anchor of a declaration: `word` is "set", "class", ...
std::string DeclarationAnchor(const std::string& module, std::string_view word,
                              const std::string& name);

/// "15 minutes"
std::string DurationWords(int64_t seconds);
std::string_view WindowWord(ast::Window window);

class Words {
 public:
  /// Both must outlive it. Without a program (a module by itself) names are
  /// not links.
  Words(const source::Files& files, const sema::Program* program)
      : files_(files), program_(program) {}

  /// `file`: where the expression stands, an index into the program's files.
  Line Condition(size_t file, const ast::Expr& expr) const;
  Line Value(size_t file, const ast::Expr& expr) const;
  /// "calls of `a` or `b*`", "everything"
  Line Target(size_t file, const ast::Target& target) const;
  /// "at most 60 a minute for each grant, of ..."
  Line Limit(size_t file, const ast::LimitDecl& limit) const;
  /// "for 30 minutes for each session, by calls of ..."
  Line Mark(size_t file, const ast::MarkDecl& mark) const;
  /// "never allow calls of ... where ..."
  Line Assertion(size_t file, const ast::Assert& assertion) const;

  /// The condition under which `target` covers a call of `tool`: nullopt if
  /// its names leave the tool out, an empty line if it always does.
  std::optional<Line> Covers(size_t file, const ast::Target& target,
                             const std::string& tool) const;

 private:
  Line Joined(size_t file, const ast::Expr& expr, std::string_view between,
              ast::ExprKind loosest) const;
  Line Operand(size_t file, const ast::Expr& expr, bool nested) const;
  Line Not(size_t file, const ast::Expr& expr) const;
  Line Member(size_t file, const ast::Expr& expr) const;
  Line Choices(size_t file, const ast::Expr& expr) const;
  Line Compare(size_t file, const ast::Expr& expr, std::string_view verb) const;
  Line Quantified(size_t file, const ast::Expr& expr) const;
  Line Call(size_t file, const ast::Expr& expr) const;
  Line Path(const ast::Expr& expr) const;
  Line Source(const ast::Expr& expr) const;
  Line Keys(size_t file, const std::vector<ast::Key>& keys) const;
  Line Named(size_t file, sema::SymbolKind kind, std::string_view word,
             const std::string& name) const;

  const source::Files& files_;
  const sema::Program* program_;
};

}  // namespace polc::tool::doc

#endif  // POLC_TOOLS_POLC_DOC_WORDS_H_
