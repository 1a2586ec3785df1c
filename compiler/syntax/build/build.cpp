// Units of a file: its version, header and declarations, with the `///` text
// and the `@suppress` lines before them.
#include "compiler/syntax/build/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "PolLexer.h"
#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build/cast.h"
#include "compiler/syntax/build/literals.h"

namespace polc::syntax {
namespace {

using diag::Kind;
using grammar::PolParser;

// The only version there is.
constexpr int64_t kLanguageVersion = 1;

// A `///` line without the slashes, one space after them, and its line end.
std::string_view DocLine(std::string_view line) {
  line.remove_prefix(3);
  if (line.starts_with(' ')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
    line.remove_suffix(1);
  }
  return line;
}

// The `///` lines among the tokens [first, last), joined.
std::string DocBetween(const Context& context,
                       antlr4::CommonTokenStream* tokens, size_t first,
                       size_t last) {
  std::string out;
  bool any = false;
  for (size_t i = first; i < last; ++i) {
    const antlr4::Token* token = tokens->get(i);
    if (token->getType() != grammar::PolLexer::DOC) continue;
    if (std::exchange(any, true)) out += '\n';
    out += DocLine(context.text(RangeOf(context, token)));
  }
  return out;
}

}  // namespace

Builder::Builder(const Context& context) : context_(context) {
  file_.file = context.file();
}

void Builder::AddUnit(Tree* unit, antlr4::CommonTokenStream* tokens,
                      size_t first) {
  if (TryCast<PolParser::UnitVersionContext>(unit) != nullptr) {
    return AddVersion(unit);
  }
  if (auto* declaration = TryCast<PolParser::UnitDeclarationContext>(unit)) {
    return AddDeclaration(
        unit, DocBetween(context_, tokens, first,
                         declaration->body->start->getTokenIndex()));
  }
  std::string doc =
      DocBetween(context_, tokens, first, unit->start->getTokenIndex());
  ast::Header header;
  if (auto* policy = TryCast<PolParser::UnitPolicyContext>(unit)) {
    header.is_policy = true;
    header.name = ReadName(context_, policy->header);
    for (auto* server : policy->servers) {
      header.servers.push_back(ReadNameOrString(context_, server));
    }
  } else {
    header.name =
        ReadName(context_, Cast<PolParser::UnitModuleContext>(unit)->header);
  }
  AddHeader(unit, std::move(header), std::move(doc));
}

void Builder::AddVersion(Tree* unit) {
  auto* version = Cast<PolParser::UnitVersionContext>(unit);
  if (file_.language_version || has_header_ || !file_.decls.empty()) {
    context_.Report(Kind::kSyntaxError, RangeOf(context_, unit),
                    "the language's version stands once, before all else");
    return;
  }
  const source::Range range = RangeOf(context_, version->version);
  if (context_.text(range) != "1") {
    context_
        .Report(Kind::kSyntaxError, range,
                fmt::format("version `{:.20}` of the language is unknown",
                            context_.text(range)))
        .Help(fmt::format("this program reads version {}", kLanguageVersion));
  }
  file_.language_version = static_cast<int>(kLanguageVersion);
}

void Builder::AddHeader(Tree* unit, ast::Header header, std::string doc) {
  const source::Range range = RangeOf(context_, unit);
  if (std::exchange(has_header_, true)) {
    context_.Report(Kind::kSyntaxError, range, "a second header in one file")
        .Note(file_.header.name.range, "the first is here");
    return;
  }
  if (!file_.decls.empty()) {
    context_.Report(Kind::kSyntaxError, range,
                    "the header comes before all declarations");
  }
  file_.header = std::move(header);
  file_.doc = std::move(doc);
}

void Builder::CheckHeader(source::Range declaration) {
  // After an error the header may be what could not be read.
  if (has_header_ || context_.errors() != 0 || missing_header_reported_) return;
  missing_header_reported_ = true;
  context_.Report(Kind::kNoPolicy, declaration,
                  "a declaration before `policy NAME;` or `module NAME;`");
}

void Builder::AddDeclaration(Tree* unit, std::string doc) {
  auto* tree = Cast<PolParser::UnitDeclarationContext>(unit);
  const source::Range range = RangeOf(context_, tree->body);
  CheckHeader(
      context_.At(range.begin, RangeOf(context_, tree->body->start).end));
  ast::Decl& decl = file_.decls.emplace_back();
  decl.range = range;
  decl.doc = std::move(doc);
  for (auto* suppression : tree->suppressions) {
    decl.suppressions.push_back({ReadString(context_, suppression->check),
                                 ReadString(context_, suppression->why)});
  }
  ReadDeclaration(context_, tree->body, &decl);
}

void Builder::Finish() {
  if (has_header_ || context_.errors() != 0) return;
  context_.Report(Kind::kNoPolicy, context_.At(0, 0),
                  "the file has no `policy NAME;` or `module NAME;`");
}

}  // namespace polc::syntax
