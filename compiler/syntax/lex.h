// ANTLR's lexer over one chunk of a file at a time.
#ifndef POLC_COMPILER_SYNTAX_LEX_H_
#define POLC_COMPILER_SYNTAX_LEX_H_

#include <memory>
#include <string_view>

#include "compiler/syntax/scan.h"

namespace antlr4 {
class CommonTokenStream;
}

namespace polc::syntax {

/// Turns chunks into tokens whose start and stop are byte offsets in `text`,
/// which must outlive it. Comments are among the tokens, on channels of their
/// own.
class Lexer {
 public:
  explicit Lexer(std::string_view text);
  ~Lexer();
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  /// The tokens of `chunk`, all of them fetched; good until the next call.
  antlr4::CommonTokenStream* Tokens(const Chunk& chunk);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_LEX_H_
