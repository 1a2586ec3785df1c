// The lexer reads bytes, not code points: no copy of the text in another
// encoding, and offsets that need no translation. Bytes of characters outside
// ASCII all look like U+007F to it, which the grammar never names: ANTLR keeps
// its fast tables for symbols below 128 only, and the scan has shown that such
// bytes are in comments and strings, where any byte is like another.
#include "compiler/syntax/lex.h"

#include <algorithm>
#include <string>

#include "PolLexer.h"
#include "antlr4-runtime.h"

namespace polc::syntax {
namespace {

class ByteStream : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view text) : text_(text) {}

  void Window(const Chunk& chunk) {
    index_ = begin_ = chunk.begin;
    end_ = chunk.end;
  }

  void consume() override {
    if (index_ < end_) ++index_;
  }
  size_t LA(ssize_t offset) override {
    if (offset == 0) return 0;
    if (offset < 0) ++offset;
    const ssize_t at = static_cast<ssize_t>(index_) + offset - 1;
    if (at < static_cast<ssize_t>(begin_) || at >= static_cast<ssize_t>(end_)) {
      return antlr4::IntStream::EOF;
    }
    return std::min<size_t>(
        static_cast<uint8_t>(text_[static_cast<size_t>(at)]), 0x7F);
  }
  ssize_t mark() override { return -1; }
  void release(ssize_t) override {}
  size_t index() override { return index_; }
  void seek(size_t index) override { index_ = std::min(index, end_); }
  size_t size() override { return end_; }
  std::string getSourceName() const override { return ""; }
  std::string getText(const antlr4::misc::Interval& interval) override {
    const auto begin = static_cast<size_t>(interval.a);
    const auto end = std::min(static_cast<size_t>(interval.b) + 1, end_);
    return begin < end ? std::string(text_.substr(begin, end - begin)) : "";
  }
  std::string toString() const override { return std::string(text_); }

 private:
  const std::string_view text_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t index_ = 0;
};

}  // namespace

struct Lexer::Parts {
  explicit Parts(std::string_view text)
      : bytes(text), lexer(&bytes), tokens(&lexer) {
    lexer.removeErrorListeners();
  }

  ByteStream bytes;
  grammar::PolLexer lexer;
  antlr4::CommonTokenStream tokens;
};

Lexer::Lexer(std::string_view text) : parts_(std::make_unique<Parts>(text)) {}
Lexer::~Lexer() = default;

antlr4::CommonTokenStream* Lexer::Tokens(const Chunk& chunk) {
  // Resetting rewinds to 0, so the window is moved after it.
  parts_->lexer.reset();
  parts_->bytes.Window(chunk);
  parts_->tokens.setTokenSource(&parts_->lexer);
  parts_->tokens.fill();
  return &parts_->tokens;
}

}  // namespace polc::syntax
