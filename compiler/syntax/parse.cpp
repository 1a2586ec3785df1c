// The parse: scan, then one declaration after the other through ANTLR and into
// the tree, each of ANTLR's trees dropped before the next is made.
//
// A declaration is first parsed with the fast, incomplete prediction (SLL),
// giving up at the first trouble, and only then again with the complete one
// (LL), which reports. Policies without errors never get there.
//
// INVARIANT: nothing is thrown out of this file.
#include "compiler/syntax/parse.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <string>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build/build.h"
#include "compiler/syntax/build/context.h"
#include "compiler/syntax/errors.h"
#include "compiler/syntax/expected.h"
#include "compiler/syntax/lex.h"
#include "compiler/syntax/scan.h"

namespace polc::syntax {
namespace {

using antlr4::Token;
using diag::Kind;
using grammar::PolParser;

class FileParser {
 public:
  explicit FileParser(const Context& context)
      : context_(context),
        builder_(context),
        lexer_(context.text()),
        parser_(lexer_.Tokens({})),
        bail_(std::make_shared<antlr4::BailErrorStrategy>()),
        report_(MakeReportingStrategy(context)) {
    parser_.removeErrorListeners();
    // Labels are all that is read of a tree.
    parser_.setBuildParseTree(false);
  }

  std::optional<ast::File> Run() {
    const ScanResult scan = Scan(context_);
    if (!scan.readable) return std::nullopt;
    for (const Chunk& chunk : scan.chunks) {
      if (chunk.broken) continue;
      ParseChunk(chunk);
      if (!context_.full()) continue;
      context_.Report(Kind::kTooLarge, context_.At(chunk.end, chunk.end),
                      "too many errors; the rest of the file was not read");
      break;
    }
    builder_.Finish();
    if (context_.errors() != 0) return std::nullopt;
    return std::move(builder_.file());
  }

 private:
  void ParseChunk(const Chunk& chunk) {
    tokens_ = lexer_.Tokens(chunk);
    size_t first = 0;
    while (true) {
      tokens_->seek(first);
      if (tokens_->LA(1) == Token::EOF || context_.full()) return;
      first = ParseUnit(first, tokens_->index());
    }
  }

  // The unit that begins at token `begin`, with comments from token `first`.
  // Returns the token after it, or after what could not be read.
  size_t ParseUnit(size_t first, size_t begin) {
    using antlr4::atn::PredictionMode;
    auto* unit = Attempt(begin, bail_, PredictionMode::SLL);
    const size_t errors = context_.errors();
    if (unit == nullptr) unit = Attempt(begin, report_, PredictionMode::LL);
    if (unit == nullptr) return NextDeclaration(begin);
    if (context_.errors() == errors) builder_.AddUnit(unit, tokens_, first);
    return tokens_->index();
  }

  PolParser::UnitContext* Attempt(
      size_t begin, const std::shared_ptr<antlr4::ANTLRErrorStrategy>& strategy,
      antlr4::atn::PredictionMode mode) {
    parser_.setErrorHandler(strategy);
    // Drops the trees made so far and rewinds.
    parser_.setTokenStream(tokens_);
    parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()
        ->setPredictionMode(mode);
    tokens_->seek(begin);
    try {
      return parser_.unit();
    } catch (const antlr4::ParseCancellationException&) {
    } catch (const antlr4::RecognitionException&) {
    }
    return nullptr;
  }

  // After an error: the token after the next `;`, or the next word that begins
  // a line and a declaration, so that a missing `;` costs one declaration only.
  size_t NextDeclaration(size_t begin) {
    const size_t first = std::max(tokens_->index(), begin + 1);
    size_t depth = 0;
    size_t at = begin;
    for (; tokens_->get(at)->getType() != Token::EOF; ++at) {
      const Token* token = tokens_->get(at);
      switch (token->getType()) {
        case PolParser::LPAREN:
        case PolParser::LBRACE:
        case PolParser::LBRACKET:
          ++depth;
          break;
        case PolParser::RPAREN:
        case PolParser::RBRACE:
        case PolParser::RBRACKET:
          if (depth > 0) --depth;
          break;
        case PolParser::SEMI:
          if (depth == 0 && at >= first) return at + 1;
          break;
        default:
          if (depth == 0 && at >= first && BeginsDeclaration(token)) return at;
          break;
      }
    }
    return at;
  }

  bool BeginsDeclaration(const Token* token) const {
    if (DeclarationNoun(token->getType()) == "declaration") return false;
    const std::string_view before =
        context_.text().substr(0, token->getStartIndex());
    const size_t last = before.find_last_not_of(" \t");
    return last == std::string_view::npos || before[last] == '\n';
  }

  const Context& context_;
  Builder builder_;
  Lexer lexer_;
  antlr4::CommonTokenStream* tokens_ = nullptr;
  PolParser parser_;
  std::shared_ptr<antlr4::ANTLRErrorStrategy> bail_;
  std::shared_ptr<antlr4::ANTLRErrorStrategy> report_;
};

void ReportInternal(const Context& context, const std::string& what) {
  context.Report(Kind::kSyntaxError, context.At(0, 0),
                 "the parser failed: " + what);
}

}  // namespace

std::optional<ast::File> Parse(const source::Files& files, source::FileId file,
                               diag::Diagnostics* diags) {
  const Context context(files, file, diags);
  try {
    return FileParser(context).Run();
  } catch (const std::exception& e) {
    ReportInternal(context, e.what());
  } catch (const char* message) {
    ReportInternal(context, message);
  } catch (...) {
    ReportInternal(context, "for an unknown reason");
  }
  return std::nullopt;
}

}  // namespace polc::syntax
