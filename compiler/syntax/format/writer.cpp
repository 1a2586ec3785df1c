// A comment behind a token is held back until the next thing but the end of a
// group: so it breaks only the groups that go on behind it.
#include "compiler/syntax/format/writer.h"

#include <utility>

#include "PolLexer.h"
#include "compiler/support/check.h"

namespace polc::syntax {
namespace {

using grammar::PolLexer;

bool NoSpaceBefore(size_t type) {
  switch (type) {
    case PolLexer::COMMA:
    case PolLexer::SEMI:
    case PolLexer::COLON:
    case PolLexer::DOT:
    case PolLexer::DOTDOT:
    case PolLexer::RPAREN:
    case PolLexer::RBRACKET:
    case PolLexer::RBRACE:
      return true;
    default:
      return false;
  }
}

bool NoSpaceAfter(size_t type) {
  switch (type) {
    case PolLexer::DOT:
    case PolLexer::DOTDOT:
    case PolLexer::LPAREN:
    case PolLexer::LBRACKET:
    case PolLexer::LBRACE:
    case PolLexer::AT_SIGN:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Writer::Separate() {
  if (separated_) return;
  const size_t type = list_.tokens()[next_].type;
  const TokenComments* comments = list_.comments(next_);
  const bool comment = comments != nullptr && !comments->before.empty();
  const bool tight =
      (NoSpaceBefore(type) && !comment) ||
      (!comment_last_ && NoSpaceAfter(list_.tokens()[next_ - 1].type));
  if (!tight) layout_.Space();
  separated_ = true;
}

void Writer::Token(size_t begin) {
  POLC_CHECK(
      next_ < list_.tokens().size() && list_.tokens()[next_].begin == begin,
      "the formatter took another token than the next");
  Trailing();
  Leading();
  const TokenComments* comments = list_.comments(next_);
  if (comments != nullptr) {
    for (const FormatComment& comment : comments->before) {
      Separate();
      layout_.Text(comment.text);
      comment_last_ = true;
      separated_ = false;
    }
    if (comment_last_) separated_ = NoSpaceBefore(list_.tokens()[next_].type);
  }
  Separate();
  layout_.Text(list_.text(next_));
  trailing_due_ = comments != nullptr && !comments->after.empty();
  ++next_;
  separated_ = comment_last_ = leading_done_ = false;
}

void Writer::Break(int width, int offset) {
  Trailing();
  layout_.Break(width, offset);
  separated_ = true;
}

void Writer::Newline(int offset) {
  Trailing();
  layout_.Newline(offset);
  separated_ = true;
}

void Writer::ItemLine(bool first, int offset) {
  Newline(offset);
  if (!LeadingLines(true, !first)) return;
  const TokenComments* comments = list_.comments(next_);
  const bool before = comments != nullptr && !comments->before.empty();
  if (before ? comments->before.front().blank_before
             : list_.tokens()[next_].blank_before) {
    layout_.BlankLine();
  }
}

void Writer::Begin(Style style, int indent) {
  Trailing();
  Leading();
  Separate();
  layout_.Begin(style, indent);
}

void Writer::BeginHere(Style style, int indent) {
  Trailing();
  Leading();
  Separate();
  layout_.BeginHere(style, indent);
}

bool Writer::HasLeading() const {
  const TokenComments* comments = list_.comments(next_);
  return comments != nullptr && !comments->own.empty();
}

void Writer::Leading() { (void)LeadingLines(false, false); }

void Writer::LastLines(bool first) { (void)LeadingLines(true, !first); }

bool Writer::LeadingLines(bool blank_lines, bool blank_first) {
  if (std::exchange(leading_done_, true)) return false;
  Trailing();
  bool blank = blank_lines && blank_first;
  const TokenComments* comments = list_.comments(next_);
  if (comments == nullptr) return blank;
  for (const FormatComment& comment : comments->own) {
    layout_.FreshLine();
    if (blank && comment.blank_before) layout_.BlankLine();
    layout_.Comment(comment.text, comment.starred);
    layout_.SameLine();
    separated_ = true;
    // Documentation stands on what it is about.
    blank = blank_lines && !comment.doc;
  }
  return blank;
}

void Writer::Trailing() {
  if (!std::exchange(trailing_due_, false)) return;
  int spaces = 2;
  for (const FormatComment& comment : list_.comments(next_ - 1)->after) {
    layout_.Space(std::exchange(spaces, 1));
    layout_.Comment(comment.text, comment.starred);
  }
  layout_.FreshLine();
  separated_ = true;
}

void Writer::Finish(std::string* out) {
  Trailing();
  if (next_ == list_.tokens().size()) LastLines(false);
  layout_.Print(out);
  layout_ = {};
  separated_ = true;
}

}  // namespace polc::syntax
