// The tokens of a file as the formatter takes them, and to which of them each
// comment belongs. A comment stays between the tokens where it was (a `///`
// there documents what follows), but for one: before a comma it goes behind
// the comma, as in
//
//   {"a"  // why
//    , "b"}
#ifndef POLC_COMPILER_SYNTAX_COMMENTS_H_
#define POLC_COMPILER_SYNTAX_COMMENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/syntax/build/context.h"

namespace polc::syntax {

struct FormatToken {
  size_t type = 0;  // of PolLexer
  uint32_t begin = 0;
  uint32_t end = 0;
  bool blank_before = false;  // an empty line, but for comments
};

struct FormatComment {
  std::string text;  // without spaces at the ends of lines, and CR
  bool doc = false;
  bool lines = false;    // `/* */` over several lines
  bool starred = false;  // all of them begin with `*`
  bool blank_before = false;
};

/// The comments around one token.
struct TokenComments {
  std::vector<FormatComment> own;     // on lines of their own, before it
  std::vector<FormatComment> before;  // on its line
  std::vector<FormatComment> after;   // on its line, the last things there
};

class TokenList {
 public:
  /// Reads a text that parses.
  explicit TokenList(const Context& context);

  const std::vector<FormatToken>& tokens() const { return tokens_; }
  std::string_view text(size_t token) const {
    return text_.substr(tokens_[token].begin,
                        tokens_[token].end - tokens_[token].begin);
  }
  /// Null if there are none. The comments at the end of the file are `own` of
  /// the token after the last.
  const TokenComments* comments(size_t token) const {
    const auto found = comments_.find(token);
    return found == comments_.end() ? nullptr : &found->second;
  }

  /// Whether both have the same tokens and comments in the same order,
  /// whatever the spaces between and in comments.
  bool SameContent(const TokenList& other) const;

 private:
  struct Gap;

  void Attach(size_t next, const Gap& gap);
  void MoveBehindComma(size_t comma);
  void MoveBehindSemicolon(size_t semicolon);

  std::string_view text_;
  std::vector<FormatToken> tokens_;
  std::unordered_map<size_t, TokenComments> comments_;
  std::string all_comments_;  // without spaces
};

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_COMMENTS_H_
