// Messages are made from the token at fault and the set of tokens that the
// grammar would take there, which ANTLR works out from its tables; the set is
// described in words (expected.h), never printed.
//
// Recovery: rules unwind by rethrowing until a class member or a test step,
// whose error ends with its `;`; beyond these parse.cpp goes on with the next
// declaration. Nothing is inserted or deleted to guess what was meant: a guess
// only breeds errors further on.
#include "compiler/syntax/errors.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build/parts.h"
#include "compiler/syntax/expected.h"

namespace polc::syntax {
namespace {

using antlr4::Parser;
using antlr4::ParserRuleContext;
using antlr4::RecognitionException;
using antlr4::Token;
using diag::Kind;
using grammar::PolParser;

TokenTypes TypesOf(const antlr4::misc::IntervalSet& set) {
  TokenTypes out;
  for (const ssize_t type : set.toList()) {
    out.insert(static_cast<size_t>(type));
  }
  return out;
}

// Help for what other languages write.
const char* HelpFor(const std::string& token, const std::string& next) {
  if (token == "&" && next == "&") return "write `and`";
  if (token == "|" && next == "|") return "write `or`";
  if (token == "!") return "write `not`";
  if (token == "=") return "values are compared with `==`";
  if (token == "'") return "strings stand in double quotes";
  if (token == "#") return "comments begin with `//`";
  if (token == "?") return "a value for what is absent is written `??`";
  return nullptr;
}

// One error: where, and what would have been right there.
class Message {
 public:
  Message(const Context& context, Parser* parser, const Token* at,
          TokenTypes expected, ParserRuleContext* rule)
      : context_(context),
        parser_(parser),
        at_(at),
        expected_(std::move(expected)),
        noun_(Noun(rule)) {}

  void Report() {
    if (Character() || Misspelled() || MissingSemicolon() || Reserved()) return;
    const std::string wanted = DescribeExpected(expected_);
    auto report = context_.Report(
        Kind::kSyntaxError, Range(),
        wanted.empty() ? fmt::format("unexpected {}", Found())
                       : fmt::format("expected {}, found {}", wanted, Found()));
    AddHelp(&report);
  }

 private:
  static std::string Noun(ParserRuleContext* rule) {
    for (; rule != nullptr;
         rule = static_cast<ParserRuleContext*>(rule->parent)) {
      switch (rule->getRuleIndex()) {
        case PolParser::RuleClassMember:
          return "member of the class";
        case PolParser::RuleTestStep:
          return "step of the test";
        case PolParser::RuleDeclaration:
        case PolParser::RuleUnit:
          return DeclarationNoun(rule->start->getType());
        default:
          break;
      }
    }
    return "declaration";
  }

  bool Expects(size_t type) const { return expected_.count(type) != 0; }
  bool AtEnd() const { return at_->getType() == Token::EOF; }

  const Token* Previous() const {
    auto* tokens =
        static_cast<antlr4::CommonTokenStream*>(parser_->getTokenStream());
    for (size_t i = at_->getTokenIndex(); i-- > 0;) {
      if (tokens->get(i)->getChannel() == Token::DEFAULT_CHANNEL) {
        return tokens->get(i);
      }
    }
    return nullptr;
  }

  std::string Text(const Token* token) const {
    if (token == nullptr || token->getType() == Token::EOF) return "";
    return std::string(context_.text(RangeOf(context_, token)));
  }

  // The token, or just after the last one where the text ends too soon.
  source::Range Range() const {
    if (!AtEnd()) return RangeOf(context_, at_);
    const Token* previous = Previous();
    if (previous == nullptr) return context_.At(0, 0);
    return context_.At(previous->getStopIndex() + 1,
                       previous->getStopIndex() + 1);
  }

  std::string Found() const {
    if (AtEnd()) return "the end of the " + noun_;
    std::string text = Text(at_);
    constexpr size_t kMaxShown = 40;
    if (text.size() > kMaxShown) return "a string";
    return "`" + text + "`";
  }

  bool Character() {
    if (at_->getType() == PolParser::BAD_NUMBER) {
      auto report = context_.Report(
          Kind::kInvalidNumber, Range(),
          fmt::format("`{:.40}` is neither a number nor a name", Text(at_)));
      if (Text(at_).starts_with('0')) {
        report.Help("numbers are written as in JSON");
      }
      return true;
    }
    if (at_->getType() != PolParser::UNKNOWN) return false;
    auto report =
        context_.Report(Kind::kInvalidCharacter, Range(),
                        fmt::format("unexpected character {}", Found()));
    AddHelp(&report);
    return true;
  }

  bool Misspelled() {
    if (at_->getType() != PolParser::NAME || Expects(PolParser::NAME)) {
      return false;
    }
    const std::string text = Text(at_);
    const auto word = diag::DidYouMean(text, ExpectedKeywords(expected_));
    if (!word) return false;
    context_
        .Report(Kind::kSyntaxError, Range(),
                fmt::format("`{}`: did you mean `{}`?", text, *word))
        .FixIt(Range(), *word);
    return true;
  }

  // Where a statement could end and the line or the block does.
  bool MissingSemicolon() {
    const Token* previous = Previous();
    if (!Expects(PolParser::SEMI) || previous == nullptr) return false;
    const size_t end = previous->getStopIndex() + 1;
    const bool ends =
        AtEnd() || at_->getType() == PolParser::RBRACE ||
        context_.text(context_.At(end, at_->getStartIndex())).find('\n') !=
            std::string_view::npos;
    if (!ends) return false;
    const source::Range range = context_.At(end, end);
    context_
        .Report(Kind::kSyntaxError, range,
                fmt::format("expected `;` after the {}", noun_))
        .FixIt(range, ";");
    return true;
  }

  bool Reserved() {
    if (!IsReservedWord(at_->getType()) || !Expects(PolParser::NAME)) {
      return false;
    }
    const std::string text = Text(at_);
    auto report = context_.Report(
        Kind::kSyntaxError, Range(),
        fmt::format("`{}` is a reserved word, not a name", text));
    if (Expects(PolParser::STRING)) {
      report.Help("quoted, any word is a name")
          .FixIt(Range(), fmt::format("\"{}\"", text));
    } else {
      report.Help("choose another name");
    }
    return true;
  }

  void AddHelp(diag::Builder* report) {
    if (AtEnd()) return;
    auto* tokens = parser_->getTokenStream();
    const size_t next = at_->getTokenIndex() + 1;
    const std::string after =
        next < tokens->size() ? Text(tokens->get(next)) : "";
    const size_t type = at_->getType();
    const bool comparison = type >= PolParser::EQUAL &&
                            type <= PolParser::GREATER &&
                            Expects(PolParser::K_AND);
    if (const char* help = HelpFor(Text(at_), after)) {
      report->Help(help);
    } else if (comparison) {
      report->Help("comparisons are not chained: join two with `and`");
    } else if (type == PolParser::K_WHEN && Expects(PolParser::K_CHARGE)) {
      report->Help("`when` stands before `charge`, `by`, `within`, `redact`");
    }
  }

  const Context& context_;
  Parser* parser_;
  const Token* at_;
  TokenTypes expected_;
  const std::string noun_;
};

class ReportingStrategy : public antlr4::ANTLRErrorStrategy {
 public:
  explicit ReportingStrategy(const Context& context) : context_(context) {}

  void reset(Parser*) override {
    unwinding_ = false;
    seen_at_ = kNowhere;
    seen_.clear();
  }
  bool inErrorRecoveryMode(Parser*) override { return false; }
  void reportMatch(Parser*) override {}

  Token* recoverInline(Parser* parser) override {
    throw antlr4::InputMismatchException(parser);
  }

  void reportError(Parser* parser, const RecognitionException& e) override {
    if (std::exchange(unwinding_, true)) return;
    const Token* at = e.getOffendingToken();
    TokenTypes expected;
    // A prediction that failed later than where it began says nothing about
    // what could stand at the token it failed at.
    const auto* prediction =
        dynamic_cast<const antlr4::NoViableAltException*>(&e);
    if (prediction == nullptr || prediction->getStartToken() == at) {
      expected = TypesOf(e.getExpectedTokens());
      if (at->getTokenIndex() == seen_at_) {
        expected.insert(seen_.begin(), seen_.end());
      }
    }
    Message(context_, parser, at, std::move(expected), parser->getContext())
        .Report();
  }

  void recover(Parser* parser, std::exception_ptr e) override {
    const size_t rule = parser->getContext()->getRuleIndex();
    const bool item =
        rule == PolParser::RuleClassMember || rule == PolParser::RuleTestStep;
    if (!item || context_.full()) std::rethrow_exception(e);
    unwinding_ = false;
    SkipItem(parser, parser->getContext()->start->getTokenIndex());
  }

  // ANTLR calls this before everything optional. Once the parser has passed it
  // by, the state no longer knows that it could have stood there, so it is
  // remembered for the message. In a block, what is neither another item nor
  // the end is skipped here, or the block would end at it.
  void sync(Parser* parser) override {
    const size_t at = parser->getCurrentToken()->getTokenIndex();
    if (std::exchange(seen_at_, at) != at) seen_.clear();
    seen_.merge(TypesOf(parser->getATN().nextTokens(
        parser->getATN().states[parser->getState()])));
    if (parser->getContext()->getRuleIndex() != PolParser::RuleDeclaration) {
      return;
    }
    const TokenTypes next = TypesOf(parser->getATN().nextTokens(
        parser->getATN().states[parser->getState()]));
    const bool block = next.contains(PolParser::RBRACE) &&
                       (next.contains(PolParser::K_EXPECT) ||
                        next.contains(PolParser::K_RESOURCE));
    if (!block) return;
    while (!next.contains(LA(parser)) && LA(parser) != Token::EOF &&
           !context_.full()) {
      Message(context_, parser, parser->getCurrentToken(), next,
              parser->getContext())
          .Report();
      SkipItem(parser, parser->getCurrentToken()->getTokenIndex());
    }
  }

 private:
  static size_t LA(Parser* parser) { return parser->getTokenStream()->LA(1); }

  // From an item that began at the token `first` to after its `;`, or before
  // the `}` that ends the block.
  static void SkipItem(Parser* parser, size_t first) {
    auto* tokens = parser->getTokenStream();
    size_t depth = 0;
    for (size_t i = first; i < tokens->index(); ++i) {
      const size_t type = tokens->get(i)->getType();
      if (type == PolParser::LBRACE) ++depth;
      if (type == PolParser::RBRACE && depth > 0) --depth;
    }
    for (size_t type = LA(parser); type != Token::EOF; type = LA(parser)) {
      if (type == PolParser::LBRACE) ++depth;
      if (type == PolParser::RBRACE && depth-- == 0) return;
      parser->consume();
      if (type == PolParser::SEMI && depth == 0) return;
    }
  }

  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  const Context& context_;
  // What was passed by at the token `seen_at_`.
  size_t seen_at_ = kNowhere;
  TokenTypes seen_;
  // Between an error's report and the end of its recovery.
  bool unwinding_ = false;
};

}  // namespace

std::shared_ptr<antlr4::ANTLRErrorStrategy> MakeReportingStrategy(
    const Context& context) {
  return std::make_shared<ReportingStrategy>(context);
}

}  // namespace polc::syntax
