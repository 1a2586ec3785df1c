// `--emit=tokens`: what the lexer sees, comments included.
#include <fmt/format.h>

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "PolLexer.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build/context.h"
#include "compiler/syntax/expected.h"
#include "compiler/syntax/lex.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/scan.h"

namespace polc::syntax {
namespace {

using grammar::PolLexer;

const char* KindOf(size_t type) {
  if (IsReservedWord(type)) return "keyword";
  // Keyword or name, as the place will have it.
  if (type >= PolLexer::K_ADVISORY && type <= PolLexer::K_WITH) return "word";
  switch (type) {
    case PolLexer::NAME:
      return "name";
    case PolLexer::NUMBER:
      return "number";
    case PolLexer::STRING:
    case PolLexer::RAW_STRING:
      return "string";
    case PolLexer::DOC:
      return "doc";
    case PolLexer::RULE_COMMENT:
    case PolLexer::LINE_COMMENT:
    case PolLexer::BLOCK_COMMENT:
      return "comment";
    case PolLexer::BAD_NUMBER:
    case PolLexer::UNKNOWN:
      return "unknown";
    default:
      return "symbol";
  }
}

// The text on one line.
std::string OneLine(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c != '\r') {
      out += c;
    }
  }
  return out;
}

// The length of the mark that may begin a file.
uint32_t ByteOrderMark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

std::string Dump(const Context& context, const source::Files& files) {
  std::string out;
  const ScanResult scan = Scan(context);
  if (!scan.readable) return out;
  std::vector<Chunk> chunks = scan.chunks;
  // Comments after the last declaration are in no chunk.
  const uint32_t end =
      chunks.empty() ? ByteOrderMark(context.text()) : chunks.back().end;
  chunks.push_back({end, static_cast<uint32_t>(context.text().size()), false});
  Lexer lexer(context.text());
  for (const Chunk& chunk : chunks) {
    if (chunk.broken) continue;
    for (const antlr4::Token* token : lexer.Tokens(chunk)->getTokens()) {
      if (token->getType() == antlr4::Token::EOF) continue;
      const source::Range range =
          context.At(token->getStartIndex(), token->getStopIndex() + 1);
      const source::LineColumn at = files.Locate(context.file(), range.begin);
      out +=
          fmt::format("{}:{} {} {}\n", at.line, at.column,
                      KindOf(token->getType()), OneLine(context.text(range)));
    }
  }
  return out;
}

}  // namespace

std::string DumpTokens(const source::Files& files, source::FileId file,
                       diag::Diagnostics* diags) {
  const Context context(files, file, diags);
  std::string problem;
  try {
    return Dump(context, files);
  } catch (const std::exception& e) {
    problem = e.what();
  } catch (const char* message) {
    problem = message;
  } catch (...) {
    problem = "for an unknown reason";
  }
  context.Report(diag::Kind::kSyntaxError, context.At(0, 0),
                 "the lexer failed: " + problem);
  return "";
}

}  // namespace polc::syntax
