// What every part of the checker needs: the program it fills, where errors
// go, and through which predicate calls the expression at hand was reached.
#ifndef POLC_COMPILER_SEMA_CONTEXT_H_
#define POLC_COMPILER_SEMA_CONTEXT_H_

#include <set>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"

namespace polc::sema {

/// A call of a predicate that is being looked into.
struct Site {
  source::Range call;
  source::Range declared;  // the predicate's name
  std::string predicate;
};

class Context {
 public:
  Context(const source::Files& files, Program* program,
          diag::Diagnostics* diags)
      : files_(files), program_(program), diags_(diags) {}

  Program& program() { return *program_; }
  const Program& program() const { return *program_; }
  const source::Files& files() const { return files_; }
  diag::Diagnostics* diags() { return diags_; }

  /// Reports at `range`; inside a predicate that was entered by a call, at the
  /// outermost call with a note at `range`.
  diag::Builder Report(diag::Kind kind, source::Range range,
                       std::string message);
  /// "`name` is declared here" and the help "did you mean ...".
  void Suggest(diag::Builder builder, std::string_view name,
               const std::vector<std::string>& candidates);

  /// The source text of `range` for use in a message, cut to one short line.
  std::string Quote(source::Range range) const;

  void Enter(Site site) { sites_.push_back(std::move(site)); }
  void Leave() { sites_.pop_back(); }

  /// Conditions that were reported on: later checks leave them alone.
  void MarkFailed(const ast::Expr* condition) { failed_.insert(condition); }
  bool failed(const ast::Expr* condition) const {
    return failed_.contains(condition);
  }

  /// Whether every predicate is sound, so that Expand may be used.
  bool can_expand() const { return can_expand_; }
  void set_can_expand(bool can) { can_expand_ = can; }

 private:
  const source::Files& files_;
  Program* program_;
  diag::Diagnostics* diags_;
  std::vector<Site> sites_;
  std::set<const ast::Expr*> failed_;
  bool can_expand_ = false;
};

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_CONTEXT_H_
