// A file that parses is parsed once more, a declaration at a time, for ANTLR's
// own trees, whose layouts are written one after the other. Before the result
// is handed out it is read back: it must have the tokens and comments of the
// source.
#include "compiler/syntax/format/format.h"

#include <exception>
#include <memory>
#include <utility>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/support/check.h"
#include "compiler/syntax/build/context.h"
#include "compiler/syntax/comments.h"
#include "compiler/syntax/format/formatter.h"
#include "compiler/syntax/format/writer.h"
#include "compiler/syntax/lex.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/scan.h"

namespace polc::syntax {
namespace {

using antlr4::Token;
using antlr4::atn::PredictionMode;
using diag::Kind;
using grammar::PolParser;

class FileFormatter {
 public:
  explicit FileFormatter(const Context& context)
      : context_(context),
        list_(context),
        writer_(list_),
        lexer_(context.text()),
        parser_(lexer_.Tokens({})) {
    parser_.removeErrorListeners();
    parser_.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  }

  std::string Run() {
    for (const Chunk& chunk : Scan(context_).chunks) {
      antlr4::CommonTokenStream* tokens = lexer_.Tokens(chunk);
      for (tokens->seek(0); tokens->LA(1) != Token::EOF;) {
        PolParser::UnitContext* unit = Parse(tokens, tokens->index());
        writer_.ItemLine(out_.empty());
        Formatter(&writer_).Unit(unit);
        // The comments after the last are part of it.
        if (writer_.next() < list_.tokens().size()) writer_.Finish(&out_);
      }
    }
    writer_.Finish(&out_);
    return std::move(out_);
  }

 private:
  // As in parse.cpp, but the file is known to parse.
  PolParser::UnitContext* Parse(antlr4::CommonTokenStream* tokens,
                                size_t begin) {
    auto* unit = Attempt(tokens, begin, PredictionMode::SLL);
    if (unit == nullptr) unit = Attempt(tokens, begin, PredictionMode::LL);
    POLC_CHECK(unit != nullptr, "a declaration that was parsed before");
    return unit;
  }

  PolParser::UnitContext* Attempt(antlr4::CommonTokenStream* tokens,
                                  size_t begin, PredictionMode mode) {
    // Drops the trees made so far and rewinds.
    parser_.setTokenStream(tokens);
    parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()
        ->setPredictionMode(mode);
    tokens->seek(begin);
    try {
      return parser_.unit();
    } catch (const antlr4::ParseCancellationException&) {
      return nullptr;
    }
  }

  const Context& context_;
  TokenList list_;
  Writer writer_;
  Lexer lexer_;
  PolParser parser_;
  std::string out_;
};

// False if the result is beyond the limits, as a line can be where it was
// several before.
bool ReadsBack(const Context& source, const std::string& text) {
  source::Files files;
  diag::Diagnostics diags;
  const Context context(files, files.Add("formatted", text), &diags);
  if (!Scan(context).readable || context.errors() != 0) return false;
  POLC_CHECK(TokenList(context).SameContent(TokenList(source)),
             "formatting changed more than the layout");
  return true;
}

}  // namespace

std::optional<std::string> Format(const source::Files& files,
                                  source::FileId file,
                                  diag::Diagnostics* diags) {
  if (!Parse(files, file, diags)) return std::nullopt;
  const Context context(files, file, diags);
  std::string problem = "it would be too large";
  try {
    std::string text = FileFormatter(context).Run();
    if (ReadsBack(context, text)) return text;
  } catch (const std::exception& e) {
    problem = e.what();
  }
  context.Report(Kind::kTooLarge, context.At(0, 0),
                 "the file cannot be laid out: " + problem);
  return std::nullopt;
}

}  // namespace polc::syntax
