// Which line a comment is on says what it is about: what stands before it on
// its line, what stands behind it there, or else what comes next.
#include "compiler/syntax/comments.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "PolLexer.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/lex.h"
#include "compiler/syntax/scan.h"

namespace polc::syntax {
namespace {

using grammar::PolLexer;

size_t CountLineEnds(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string_view TrimEnd(std::string_view line, std::string_view spaces) {
  const size_t last = line.find_last_not_of(spaces);
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// If all lines of a block comment begin with `*`, these are lined up below the
// first, wherever the comment goes to. Else they are left where they are: they
// may be a drawing.
FormatComment BlockComment(std::string_view text) {
  std::vector<std::string_view> lines;
  FormatComment out;
  out.starred = true;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(TrimEnd(text.substr(begin, end - begin), " \t\r"));
    const size_t first = lines.back().find_first_not_of(" \t");
    out.starred =
        out.starred && (begin == 0 || (first != std::string_view::npos &&
                                       lines.back()[first] == '*'));
    begin = end + 1;
  }
  out.lines = lines.size() > 1;
  out.text = lines[0];
  for (size_t i = 1; i < lines.size(); ++i) {
    out.text += '\n';
    if (out.starred) {
      out.text += ' ';
      lines[i].remove_prefix(lines[i].find('*'));
    }
    out.text += lines[i];
  }
  return out;
}

FormatComment MakeComment(size_t type, std::string_view text) {
  if (type == PolLexer::BLOCK_COMMENT) return BlockComment(text);
  FormatComment out;
  out.doc = type == PolLexer::DOC;
  // A tab at the end of a `///` is part of the documentation.
  out.text = TrimEnd(text, out.doc ? " \r" : " \t\r");
  return out;
}

void Append(std::vector<FormatComment>* to, std::vector<FormatComment>* from) {
  std::move(from->begin(), from->end(), std::back_inserter(*to));
  from->clear();
}

}  // namespace

// What is between two tokens: comments, and how many line ends before each of
// them and before the second token.
struct TokenList::Gap {
  std::vector<FormatComment> comments;
  std::vector<size_t> line_ends;
  size_t line_ends_after = 0;
  bool first = false;  // no token before it
  bool last = false;   // no token behind it
};

TokenList::TokenList(const Context& context) : text_(context.text()) {
  std::vector<Chunk> chunks = Scan(context).chunks;
  // Comments after the last declaration are in no chunk.
  chunks.push_back({chunks.empty() ? 0 : chunks.back().end,
                    static_cast<uint32_t>(text_.size()), false});
  Lexer lexer(text_);
  Gap gap;
  gap.first = true;
  size_t end = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (const Chunk& chunk : chunks) {
    for (const antlr4::Token* token : lexer.Tokens(chunk)->getTokens()) {
      if (token->getType() == antlr4::Token::EOF) continue;
      const size_t begin = token->getStartIndex();
      const size_t line_ends = CountLineEnds(text_.substr(end, begin - end));
      end = token->getStopIndex() + 1;
      if (token->getChannel() != antlr4::Token::DEFAULT_CHANNEL) {
        const std::string_view text = text_.substr(begin, end - begin);
        gap.comments.push_back(MakeComment(token->getType(), text));
        gap.line_ends.push_back(line_ends);
        std::copy_if(text.begin(), text.end(),
                     std::back_inserter(all_comments_), [](char c) {
                       return std::string_view(" \t\r\n").find(c) ==
                              std::string_view::npos;
                     });
        continue;
      }
      gap.line_ends_after = line_ends;
      tokens_.push_back({token->getType(), static_cast<uint32_t>(begin),
                         static_cast<uint32_t>(end), line_ends > 1});
      Attach(tokens_.size() - 1, std::exchange(gap, {}));
    }
  }
  gap.last = true;
  Attach(tokens_.size(), gap);
  for (size_t i = 1; i < tokens_.size(); ++i) {
    if (comments_.empty()) break;
    if (tokens_[i].type == PolLexer::COMMA) MoveBehindComma(i);
    if (tokens_[i].type == PolLexer::SEMI) MoveBehindSemicolon(i);
  }
}

void TokenList::Attach(size_t next, const Gap& gap) {
  const size_t count = gap.comments.size();
  if (count == 0) return;
  size_t behind = 0;  // so many are on the line of the token before
  while (!gap.first && behind < count && gap.line_ends[behind] == 0 &&
         !gap.comments[behind].lines) {
    ++behind;
  }
  size_t before = count;  // those from here are on the line of the next token
  size_t line_ends = gap.line_ends_after;
  while (!gap.last && before > 0 && line_ends == 0 &&
         !gap.comments[before - 1].lines) {
    line_ends = gap.line_ends[--before];
  }
  // All on one line with both: they are about the next.
  if (before == 0) behind = 0;
  TokenComments& around = comments_[next];
  for (size_t i = 0; i < count; ++i) {
    FormatComment comment = gap.comments[i];
    comment.blank_before = gap.line_ends[i] > 1;
    if (i < behind) {
      comments_[next - 1].after.push_back(std::move(comment));
    } else {
      (i < before ? around.own : around.before).push_back(std::move(comment));
    }
  }
}

void TokenList::MoveBehindComma(size_t comma) {
  // References into the map stay good when it grows.
  TokenComments& here = comments_[comma];
  std::vector<FormatComment>& left = comments_[comma - 1].after;
  if (left.empty() && here.own.empty()) return;
  std::vector<FormatComment> moved;
  Append(&moved, &here.own);
  Append(&moved, &here.before);
  Append(&moved, &here.after);
  Append(&here.after, &left);
  std::vector<FormatComment>& next = comments_[comma + 1].own;
  Append(&moved, &next);
  next = std::move(moved);
}

// Only where nothing else is near: a `///` would document the next
// declaration.
void TokenList::MoveBehindSemicolon(size_t semicolon) {
  const auto left = comments_.find(semicolon - 1);
  if (left == comments_.end() || left->second.after.empty()) return;
  for (const FormatComment& comment : left->second.after) {
    if (comment.doc) return;
  }
  TokenComments& here = comments_[semicolon];
  if (!here.own.empty() || !here.before.empty() || !here.after.empty()) return;
  Append(&here.after, &comments_[semicolon - 1].after);
}

bool TokenList::SameContent(const TokenList& other) const {
  if (tokens_.size() != other.tokens_.size()) return false;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (text(i) != other.text(i)) return false;
  }
  return all_comments_ == other.all_comments_;
}

}  // namespace polc::syntax
