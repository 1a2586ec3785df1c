// Puts the tokens of one declaration after the other into a layout, with the
// space between them and the comments around them, so that what knows the
// grammar (formatter.h) only says where lines may be broken.
//
// INVARIANT: every token and every comment is written once, in order.
#ifndef POLC_COMPILER_SYNTAX_FORMAT_WRITER_H_
#define POLC_COMPILER_SYNTAX_FORMAT_WRITER_H_

#include <cstddef>
#include <string>

#include "compiler/syntax/comments.h"
#include "compiler/syntax/format/layout.h"

namespace polc::syntax {

class Writer {
 public:
  using Style = Layout::Style;

  /// `list` must outlive it.
  explicit Writer(const TokenList& list) : list_(list) {}

  /// The next token, which begins at the byte `begin`.
  void Token(size_t begin);
  /// No space before the next token, whatever it is.
  void Glue() { separated_ = true; }

  void Break(int width = 1, int offset = 0);
  void Newline(int offset = 0);
  /// A new line for a declaration, member or step: its comments and the empty
  /// lines around them, at most one each. `first`: none before them.
  void ItemLine(bool first, int offset = 0);

  void Begin(Style style, int indent);
  void BeginHere(Style style, int indent = 0);
  void End() { layout_.End(); }

  /// Whether there are comments on lines of their own before the next token.
  bool HasLeading() const;
  /// Writes those that have lines of their own now, in the present group.
  void Leading();
  /// The same before the end of a block; `first`: of one without items.
  void LastLines(bool first);

  /// Appends what was written to `out`, then starts anew. The last comments of
  /// the file are written as if before one more token.
  void Finish(std::string* out);

  size_t next() const { return next_; }

 private:
  void Separate();
  void Trailing();
  // Returns whether an empty line may follow.
  bool LeadingLines(bool blank_lines, bool blank_first);

  const TokenList& list_;
  Layout layout_;
  size_t next_ = 0;
  bool separated_ = true;      // no space is needed before the next token
  bool comment_last_ = false;  // what was written last
  bool leading_done_ = false;  // for the next token
  bool trailing_due_ = false;  // of the token before
};

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_FORMAT_WRITER_H_
