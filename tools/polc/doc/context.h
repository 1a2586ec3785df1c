// What the parts of a page share: the set, its words, and links to its source.
#ifndef POLC_TOOLS_POLC_DOC_CONTEXT_H_
#define POLC_TOOLS_POLC_DOC_CONTEXT_H_

#include <string>

#include "compiler/driver/session.h"
#include "tools/polc/doc/page.h"
#include "tools/polc/doc/words.h"

namespace polc::tool::doc {

class Context {
 public:
  /// `session` has its module and must outlive it. Links to files are relative
  /// to where `output`, a file or `-`, lies.
  Context(const driver::Session& session, std::string output)
      : session_(session),
        words_(session.set->files, &*session.program),
        output_(std::move(output)) {}

  const ir::Module& module() const { return *session_.module; }
  const ir::Languages& languages() const { return *session_.languages; }
  const sema::Program& program() const { return *session_.program; }
  const source::Files& files() const { return session_.set->files; }
  const std::string& digest() const { return session_.set->digest; }
  const Words& words() const { return words_; }

  /// A link to the line where `range` begins in the user's file; what the
  /// program brings along is only named.
  Inline SourceLink(std::string text, size_t file, source::Range range) const;

 private:
  const driver::Session& session_;
  Words words_;
  std::string output_;
};

/// What each caller may do with each tool of each server, and under which
/// rules.
void AddServers(const Context& context, Page* page);
/// Limits, marks, approvals and assertions of the whole set.
void AddLimits(const Context& context, Page* page);
void AddMarks(const Context& context, Page* page);
void AddApprovals(const Context& context, Page* page);
void AddAssertions(const Context& context, Page* page);
/// The sets, predicates and classes of policies, then the modules.
void AddDefinitions(const Context& context, Page* page);

/// One module as a reference page: each declaration with its comment and its
/// text. `name` is "std.net"; `level` that of its heading.
void AddModule(const source::Files& files, const ast::File& file,
               const std::string& name, int level, Page* page);

}  // namespace polc::tool::doc

#endif  // POLC_TOOLS_POLC_DOC_CONTEXT_H_
