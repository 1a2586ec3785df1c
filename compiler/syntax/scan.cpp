// The scan knows just enough of the language to skip comments and strings and
// to see where a declaration ends: at a `;` outside brackets, or at the `}` of
// a block. An opening brace is a block's if a name or a string stands before
// it (`class c {`, `test "t" {`) and no word that takes a set (`in {`).
//
// INVARIANT: in a chunk that is not broken brackets match, nesting is at most
// Limits::nesting, and bytes outside ASCII are in comments and strings only.
#include "compiler/syntax/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "compiler/support/limits.h"
#include "compiler/support/utf8.h"
#include "compiler/syntax/characters.h"

namespace polc::syntax {
namespace {

using diag::Kind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsWord(char c) { return IsWordStart(c) || IsDigit(c); }

bool OneOf(std::string_view word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool TakesSet(std::string_view word) {
  return OneOf(word, {"in", "like", "only", "with", "contains", "matches",
                      "finds", "under"});
}

// `class` may begin a class's member, too: it is not among them.
bool BeginsDeclaration(std::string_view word) {
  return OneOf(word, {"import", "catalog", "set", "predicate", "limit", "mark",
                      "deny", "ask", "allow", "default", "assert", "test"});
}

// How often one may go back to a declaration after an unclosed bracket; each
// time costs a pass over the rest.
constexpr int kMaxResumes = 20;

class Scanner {
 public:
  explicit Scanner(const Context& context)
      : context_(context), text_(context.text()) {}

  ScanResult Run() {
    if (!CheckWhole()) {
      result_.readable = false;
      return std::move(result_);
    }
    chunk_begin_ = pos_;
    while (!stopped_) {
      while (pos_ < text_.size() && !stopped_) Next();
      if (stopped_ || !FinishFile()) break;
    }
    if (stopped_) result_.readable = false;
    return std::move(result_);
  }

 private:
  struct Open {
    char bracket;
    bool block;
    uint32_t at;
    size_t depth;
    size_t commas = 0;
  };

  // What the last token was, as far as the next one's meaning depends on it.
  enum class Last { kNone, kOperator, kOperand, kSetWord };

  // ---- the file as a whole ----

  bool CheckWhole() {
    if (text_.size() > kLimits.source_bytes) {
      context_.Report(Kind::kTooLarge, context_.At(0, 0),
                      fmt::format("the file is larger than {} bytes",
                                  kLimits.source_bytes));
      return false;
    }
    if (text_.starts_with("\xEF\xBB\xBF")) pos_ = 3;
    const size_t invalid = FindInvalidUtf8(text_);
    const bool wide = LooksLikeUtf16();
    if (invalid != std::string_view::npos || wide) {
      const size_t at = wide ? 0 : invalid;
      auto report = context_.Report(
          Kind::kInvalidUtf8, context_.At(at, at + 1),
          wide ? std::string("the file is not UTF-8")
               : fmt::format("byte 0x{:02X} at offset {} is not UTF-8",
                             static_cast<uint8_t>(text_[at]), at));
      if (wide) report.Help("it looks like UTF-16: save it as UTF-8");
      return false;
    }
    return CheckLines();
  }

  bool LooksLikeUtf16() const {
    if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
      return true;
    }
    return text_.size() >= 4 && ((text_[0] == 0 && text_[2] == 0) ||
                                 (text_[1] == 0 && text_[3] == 0));
  }

  bool CheckLines() {
    for (size_t begin = 0; begin < text_.size();) {
      const size_t end = std::min(text_.find('\n', begin), text_.size());
      if (end - begin > kLimits.line_bytes) {
        context_.Report(Kind::kTooLarge, context_.At(begin, begin),
                        fmt::format("the line is longer than {} bytes",
                                    kLimits.line_bytes));
        return false;
      }
      begin = end + 1;
    }
    return true;
  }

  // ---- tokens ----

  char Peek(size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
  }

  void Next() {
    const char c = text_[pos_];
    if (c == ' ' || c == '\t' || c == '\n') {
      ++pos_;
      return;
    }
    if (c == '\r' && Peek(1) == '\n') {
      pos_ += 2;
      return;
    }
    Count();
    if (c == '/' && Peek(1) == '/') return LineComment();
    if (c == '/' && Peek(1) == '*') return BlockComment();
    chunk_has_token_ = true;
    if (c == '"') return String(pos_, false);
    if (c == 'r' && Peek(1) == '"') return String(pos_++, true);
    if (IsWordStart(c)) return Word();
    if (IsDigit(c)) return Number();
    if (static_cast<uint8_t>(c) >= 0x80 || static_cast<uint8_t>(c) < 0x20 ||
        c == 0x7F) {
      return Foreign();
    }
    Symbol(c);
  }

  void LineComment() {
    while (pos_ < text_.size() && text_[pos_] != '\n') Inside();
  }

  void BlockComment() {
    const size_t begin = pos_;
    const size_t end = text_.find("*/", pos_ + 2);
    if (end == std::string_view::npos) {
      if (Fresh(begin)) {
        context_.Report(Kind::kUnbalancedBracket, context_.At(begin, begin + 2),
                        "`/*` is not closed");
      }
      broken_ = true;
      pos_ = text_.size();
      return;
    }
    while (pos_ < end + 2) Inside();
  }

  // One character of a comment or string.
  void Inside() {
    const char c = text_[pos_];
    if (static_cast<uint8_t>(c) >= 0x20 && static_cast<uint8_t>(c) < 0x7F) {
      ++pos_;
      return;
    }
    const size_t begin = pos_;
    const uint32_t code_point = DecodeUtf8(text_, &pos_);
    if (c == '\r' && Peek() == '\n') return;
    if (!IsForbidden(code_point)) return;
    broken_ = true;
    if (Fresh(begin)) {
      ReportForbidden(context_, begin, pos_, code_point);
      CheckFull();
    }
  }

  // At `"`, which for a raw string is one after its `r`.
  void String(size_t begin, bool raw) {
    ++pos_;
    while (pos_ < text_.size() && text_[pos_] != '\n') {
      const char c = text_[pos_];
      if (c == '"') {
        ++pos_;
        last_ = Last::kOperand;
        run_ = 0;
        return;
      }
      if (c == '\\' && !raw && Peek(1) != '\n' && Peek(1) != '\r') ++pos_;
      if (pos_ < text_.size()) Inside();
    }
    broken_ = true;
    last_ = Last::kOperand;
    if (!Fresh(begin)) return;
    context_.Report(Kind::kInvalidString,
                    context_.At(begin, begin + (raw ? 2 : 1)),
                    "the string is not closed on its line");
    CheckFull();
  }

  void Word() {
    const size_t begin = pos_;
    while (pos_ < text_.size() && IsWord(text_[pos_])) ++pos_;
    const std::string_view word = text_.substr(begin, pos_ - begin);
    if (word.size() > kLimits.name_bytes) {
      broken_ = true;
      if (Fresh(begin)) {
        context_.Report(Kind::kTooLarge,
                        context_.At(begin, begin + kLimits.name_bytes),
                        fmt::format("the name is longer than {} bytes",
                                    kLimits.name_bytes));
        CheckFull();
      }
    }
    const bool member = begin > 0 && text_[begin - 1] == '.';
    if (!open_.empty() && resume_ == 0 && AtLineStart(begin) &&
        BeginsDeclaration(word)) {
      resume_ = begin;
    }
    if (open_.empty() && !member) CountRule(word, begin);
    if (word == "not" && !member) return Prefix(begin);
    last_ = !member && TakesSet(word) ? Last::kSetWord : Last::kOperand;
    run_ = 0;
  }

  void CountRule(std::string_view word, size_t begin) {
    if (chunk_has_word_ || (begin > 0 && text_[begin - 1] == '@')) return;
    chunk_has_word_ = true;
    if (!OneOf(word, {"deny", "ask", "allow"}) || !Fresh(begin)) return;
    if (++rules_ <= kLimits.rules) return;
    context_.Report(Kind::kTooLarge, context_.At(begin, pos_),
                    fmt::format("more than {} rules", kLimits.rules));
    stopped_ = true;
  }

  void Number() {
    while (pos_ < text_.size() && IsWord(text_[pos_])) ++pos_;
    last_ = Last::kOperand;
    run_ = 0;
  }

  // A run of characters that are not ASCII is one error, not one for each.
  void Foreign() {
    broken_ = true;
    const size_t begin = pos_;
    const uint32_t first = DecodeUtf8(text_, &pos_);
    const size_t end = pos_;
    if (first >= 0x80) {
      while (
          pos_ < text_.size() &&
          (static_cast<uint8_t>(text_[pos_]) >= 0x80 || IsWord(text_[pos_]))) {
        ++pos_;
      }
    }
    last_ = Last::kOperand;
    if (!Fresh(begin)) return;
    if (IsForbidden(first)) {
      ReportForbidden(context_, begin, end, first);
    } else {
      ReportNonAscii(context_, begin, end, first);
    }
    CheckFull();
  }

  void Symbol(char c) {
    const size_t at = pos_++;
    switch (c) {
      case '(':
      case '[':
      case '{':
        return OpenBracket(c, at);
      case ')':
      case ']':
      case '}':
        return CloseBracket(c, at);
      case ';':
        return Semicolon();
      case '-':
        if (last_ != Last::kOperand) return Prefix(at);
        break;
      case ',':
        CountMember(at);
        break;
      default:
        break;
    }
    last_ = Last::kOperator;
    run_ = 0;
  }

  // ---- nesting ----

  size_t Depth() const { return open_.empty() ? 0 : open_.back().depth; }

  void CheckDepth(size_t depth, size_t at) {
    if (depth <= kLimits.nesting || too_deep_) return;
    too_deep_ = true;
    broken_ = true;
    if (!Fresh(at)) return;
    context_.Report(
        Kind::kTooDeep, context_.At(at, pos_),
        fmt::format("nested more than {} levels deep", kLimits.nesting));
    CheckFull();
  }

  // `not` or an unary minus: each nests what follows one level deeper.
  void Prefix(size_t at) {
    last_ = Last::kOperator;
    CheckDepth(Depth() + ++run_, at);
  }

  void OpenBracket(char c, size_t at) {
    const bool block = c == '{' && open_.empty() && last_ == Last::kOperand;
    const size_t depth = Depth() + run_ + 1;
    open_.push_back({c, block, static_cast<uint32_t>(at), depth});
    CheckDepth(depth, at);
    last_ = Last::kOperator;
    run_ = 0;
  }

  void CountMember(size_t at) {
    if (open_.empty() || ++open_.back().commas != kLimits.set_members) return;
    context_.Report(Kind::kTooLarge, context_.At(at, at + 1),
                    fmt::format("more than {} members", kLimits.set_members));
    stopped_ = true;
  }

  static char CloserOf(char opener) {
    return opener == '(' ? ')' : opener == '[' ? ']' : '}';
  }

  void ReportUnclosed(const Open& open) {
    broken_ = true;
    if (!FreshBracket(open.at)) return;
    context_.Report(Kind::kUnbalancedBracket, context_.At(open.at, open.at + 1),
                    fmt::format("`{}` is not closed", open.bracket));
    CheckFull();
  }

  void ReportUnopened(char c, size_t at) {
    broken_ = true;
    if (!FreshBracket(at)) return;
    auto report =
        context_.Report(Kind::kUnbalancedBracket, context_.At(at, at + 1),
                        fmt::format("`{}` closes nothing", c));
    if (!open_.empty()) {
      const Open& open = open_.back();
      report.Note(context_.At(open.at, open.at + 1),
                  fmt::format("`{}` is closed by `{}`", open.bracket,
                              CloserOf(open.bracket)));
    }
    CheckFull();
  }

  void CloseBracket(char c, size_t at) {
    last_ = Last::kOperand;
    run_ = 0;
    if (c == '}' && !open_.empty() && open_.back().bracket != '{') {
      const auto brace =
          std::find_if(open_.rbegin(), open_.rend(),
                       [](const Open& open) { return open.bracket == '{'; });
      if (brace != open_.rend()) {
        ReportUnclosed(open_.back());
        open_.erase(brace.base(), open_.end());
      }
    }
    if (open_.empty()) return ReportUnopened(c, at);
    if (CloserOf(open_.back().bracket) != c) {
      ReportUnopened(c, at);
      if (open_.back().bracket != '{') open_.pop_back();
      return;
    }
    const bool block = open_.back().block;
    open_.pop_back();
    if (open_.empty()) resume_ = 0;
    if (block) EndChunk();
  }

  // Inside parentheses or a set a `;` shows that they were never closed.
  void Semicolon() {
    last_ = Last::kNone;
    run_ = 0;
    if (!open_.empty() && !open_.back().block) {
      ReportUnclosed(open_.back());
      while (!open_.empty() && !open_.back().block) open_.pop_back();
    }
    if (open_.empty()) EndChunk();
  }

  // ---- chunks ----

  void EndChunk() {
    if (chunk_has_token_) {
      result_.chunks.push_back({static_cast<uint32_t>(chunk_begin_),
                                static_cast<uint32_t>(pos_), broken_});
    }
    chunk_begin_ = pos_;
    chunk_has_token_ = chunk_has_word_ = false;
    broken_ = too_deep_ = false;
    last_ = Last::kNone;
    run_ = 0;
    resume_ = 0;
  }

  // At the end of the text. True: an unclosed bracket had swallowed
  // declarations; scanning goes on at the first that begins a line.
  bool FinishFile() {
    if (open_.empty()) {
      EndChunk();
      return false;
    }
    ReportUnclosed(open_.front());
    open_.clear();
    high_water_ = text_.size();
    const bool resume = resume_ != 0 && ++resumes_ <= kMaxResumes;
    if (resume) pos_ = resume_;
    EndChunk();
    return resume;
  }

  // ---- bookkeeping ----

  bool AtLineStart(size_t at) const { return at > 0 && text_[at - 1] == '\n'; }

  // Whether `at` is scanned for the first time: a second pass reports nothing
  // twice; brackets, which it matches anew, are remembered one by one.
  bool Fresh(size_t at) const { return at >= high_water_; }

  bool FreshBracket(size_t at) {
    if (std::find(reported_.begin(), reported_.end(), at) != reported_.end()) {
      return false;
    }
    reported_.push_back(at);
    return true;
  }

  void Count() {
    if (pos_ < high_water_ || ++tokens_ <= kLimits.tokens) return;
    context_.Report(Kind::kTooLarge, context_.At(pos_, pos_ + 1),
                    fmt::format("more than {} words and symbols in one file",
                                kLimits.tokens));
    stopped_ = true;
  }

  void CheckFull() { stopped_ = stopped_ || context_.full(); }

  const Context& context_;
  const std::string_view text_;
  ScanResult result_;
  size_t pos_ = 0;
  size_t tokens_ = 0;
  size_t rules_ = 0;
  std::vector<Open> open_;
  size_t run_ = 0;
  Last last_ = Last::kNone;

  size_t chunk_begin_ = 0;
  bool chunk_has_token_ = false;
  bool chunk_has_word_ = false;
  bool broken_ = false;
  bool too_deep_ = false;

  size_t resume_ = 0;  // where a declaration begins inside open brackets
  int resumes_ = 0;
  size_t high_water_ = 0;  // text before it has been scanned once
  std::vector<size_t> reported_;
  bool stopped_ = false;
};

}  // namespace

ScanResult Scan(const Context& context) { return Scanner(context).Run(); }

}  // namespace polc::syntax
