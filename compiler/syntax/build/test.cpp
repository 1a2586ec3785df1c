// Assertions and the steps of `test` blocks. The arguments of a call keep
// their text but for its layout: the test runner reads them as the shim reads
// a message, so here it is only made sure that they are JSON and nothing that
// Pol has besides.
#include <string>
#include <string_view>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build/cast.h"
#include "compiler/syntax/build/literals.h"
#include "compiler/syntax/build/parts.h"

namespace polc::syntax {
namespace {

using antlr4::Token;
using ast::TestStepKind;
using diag::Kind;
using grammar::PolParser;

// How often one line of a test may repeat: a test must end.
constexpr int64_t kMaxTimes = 1'000'000;

// JSON with one space after each `,` and `:` and no others, as a tree is the
// same however its source is laid out.
std::string JsonText(std::string_view text) {
  std::string out;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      in_string = c != '"';
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      out += c;
      if (c == ',' || c == ':') out += ' ';
      in_string = c == '"';
    }
  }
  return out;
}

class StepBuilder {
 public:
  StepBuilder(const Context& context, std::vector<ast::TestStep>* out)
      : context_(context), out_(out) {}

  void Read(PolParser::TestStepContext* tree) {
    if (auto* call = TryCast<PolParser::CallStepContext>(tree)) {
      Call(call);
    } else if (auto* expect = TryCast<PolParser::ExpectStepContext>(tree)) {
      ast::TestStep& step = Add(TestStepKind::kExpect, tree);
      for (auto* each : expect->expectations) {
        step.expectations.push_back(Expectation(each));
      }
    } else if (auto* identity = TryCast<PolParser::IdentityStepContext>(tree)) {
      for (auto* each : identity->words) Identity(each);
    } else if (auto* at = TryCast<PolParser::AtStepContext>(tree)) {
      Add(TestStepKind::kAt, tree).instant = ReadString(context_, at->instant);
    } else if (auto* after = TryCast<PolParser::AfterStepContext>(tree)) {
      Add(TestStepKind::kAfter, tree).duration =
          ReadDuration(context_, after->wait);
    } else if (auto* read = TryCast<PolParser::ReadStepContext>(tree)) {
      Add(TestStepKind::kRead, tree).word = ReadString(context_, read->uri);
    } else if (auto* approve = TryCast<PolParser::ApproveStepContext>(tree)) {
      ast::TestStep& step = Add(TestStepKind::kApprove, tree);
      if (approve->subject != nullptr) {
        step.values.push_back(ReadNameOrString(context_, approve->subject));
      }
    } else {
      Cast<PolParser::RejectStepContext>(tree);
      Add(TestStepKind::kReject, tree);
    }
  }

 private:
  ast::TestStep& Add(TestStepKind kind, const Tree* tree) {
    ast::TestStep& step = out_->emplace_back();
    step.kind = kind;
    step.range = RangeOf(context_, tree);
    return step;
  }

  int64_t Times(const Token* token) {
    if (token == nullptr) return 1;
    return DecodeInteger(context_, RangeOf(context_, token), 1, kMaxTimes,
                         "`times`");
  }

  void Identity(PolParser::IdentityContext* tree) {
    ast::TestStep& step = Add(TestStepKind::kAs, tree);
    const source::Range word = RangeOf(context_, tree->word);
    step.word = {std::string(context_.text(word)), word};
    if (tree->value != nullptr) {
      step.values.push_back(ReadNameOrString(context_, tree->value));
    }
    for (auto* role : tree->roles) {
      step.values.push_back(ReadNameOrString(context_, role));
    }
  }

  void Call(PolParser::CallStepContext* tree) {
    ast::TestStep& step = Add(TestStepKind::kCall, tree);
    step.word = ReadNameOrString(context_, tree->tool);
    step.times = Times(tree->times);
    step.json = "{}";
    if (tree->arguments == nullptr) return;
    CheckObject(tree->arguments);
    const source::Range text = RangeOf(context_, tree->arguments);
    CheckNoComments(text);
    step.json = JsonText(context_.text(text));
  }

  ast::Expectation Expectation(PolParser::ExpectationContext* tree) {
    using What = ast::Expectation::What;
    ast::Expectation out;
    out.range = RangeOf(context_, tree);
    if (auto* listed = TryCast<PolParser::ListedExpectedContext>(tree)) {
      out.what = listed->listed->getType() == PolParser::K_LISTED
                     ? What::kListed
                     : What::kHidden;
      out.name = ReadNameOrString(context_, listed->tool);
      return out;
    }
    auto* effect = Cast<PolParser::EffectExpectedContext>(tree);
    out.effect = ReadEffect(effect->effect);
    out.times = Times(effect->times);
    if (effect->by != nullptr) By(effect->by, &out);
    return out;
  }

  void By(PolParser::ExpectedByContext* tree, ast::Expectation* out) {
    if (tree->isDefault != nullptr) {
      out->by = ast::Expectation::By::kDefault;
    } else if (tree->limit != nullptr) {
      out->by = ast::Expectation::By::kLimit;
      out->name = ReadName(context_, tree->limit);
    } else {
      out->by = ast::Expectation::By::kRule;
      out->name = ReadName(context_, tree->policyRule);
    }
  }

  // ---- JSON ----
  // The recursion is bounded by the scan's count of brackets.

  void CheckObject(PolParser::JsonObjectContext* tree) {
    for (auto* member : tree->members) {
      CheckString(member->key);
      CheckValue(member->value);
    }
  }

  void CheckValue(PolParser::JsonValueContext* tree) {
    if (tree->object != nullptr) CheckObject(tree->object);
    if (tree->text != nullptr) CheckString(tree->text);
    for (auto* item : tree->items) CheckValue(item);
    if (tree->sign != nullptr &&
        tree->sign->getStopIndex() + 1 != tree->number->getStartIndex()) {
      context_.Report(Kind::kSyntaxError, RangeOf(context_, tree),
                      "in JSON nothing stands between `-` and its number");
    }
  }

  // Outside strings a slash can only begin a comment.
  void CheckNoComments(source::Range range) {
    const std::string_view text = context_.text(range);
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
      if (quoted && text[i] == '\\') {
        ++i;
      } else if (text[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && text[i] == '/') {
        const size_t at = range.begin + i;
        context_.Report(Kind::kSyntaxError, context_.At(at, at + 2),
                        "a comment inside JSON");
        return;
      }
    }
  }

  void CheckString(const Token* token) {
    const source::Range range = RangeOf(context_, token);
    DecodeString(context_, range);
    if (context_.text(range).find('\t') != std::string_view::npos) {
      context_.Report(Kind::kInvalidString, range,
                      "in a string of JSON a tab is written `\\t`");
    }
  }

  const Context& context_;
  std::vector<ast::TestStep>* out_;
};

void ReadNever(const Context& context, PolParser::NeverAssertionContext* tree,
               ast::Assert* out) {
  out->kind = ast::AssertKind::kNever;
  out->effect = ReadEffect(tree->effect);
  if (tree->on != nullptr) out->target = ReadTarget(context, tree->on);
  out->when = ReadGuard(context, tree->guard);
  if (tree->after == nullptr) return;
  out->kind = ast::AssertKind::kNeverAfter;
  out->after = ReadTarget(context, tree->after);
  out->after_when = ReadGuard(context, tree->afterGuard);
  if (tree->on == nullptr) {
    context.Report(Kind::kSyntaxError, RangeOf(context, tree->effect),
                   "an assertion with `after` needs a target before it");
  }
}

void ReadAtMost(const Context& context, PolParser::AtMostAssertionContext* tree,
                ast::Assert* out) {
  out->kind = ast::AssertKind::kAtMost;
  out->bound = ReadSignedNumber(context, tree->bound);
  out->effect = ReadEffect(tree->effect);
  out->window = ReadWindow(tree->every);
  out->any_window = tree->anyWindow != nullptr;
  out->keys = ReadKeys(context, tree->keys);
  if (tree->on != nullptr) out->target = ReadTarget(context, tree->on);
  out->when = ReadGuard(context, tree->guard);
}

}  // namespace

void ReadAssertion(const Context& context, Tree* tree, ast::Assert* out) {
  if (auto* never = TryCast<PolParser::NeverAssertionContext>(tree)) {
    return ReadNever(context, never, out);
  }
  if (auto* at_most = TryCast<PolParser::AtMostAssertionContext>(tree)) {
    return ReadAtMost(context, at_most, out);
  }
  if (auto* same = TryCast<PolParser::SameAssertionContext>(tree)) {
    out->kind = ast::AssertKind::kSame;
    out->other = ReadString(context, same->other);
    if (same->on != nullptr) out->target = ReadTarget(context, same->on);
    out->when = ReadGuard(context, same->guard);
    return;
  }
  auto* always = Cast<PolParser::AlwaysAssertionContext>(tree);
  out->kind = ast::AssertKind::kAlways;
  out->effect = ReadEffect(always->effect);
  if (always->on != nullptr) out->target = ReadTarget(context, always->on);
  out->when = ReadGuard(context, always->guard);
}

void ReadTestStep(const Context& context, Tree* tree,
                  std::vector<ast::TestStep>* out) {
  // The labelled alternatives are classes of their own.
  StepBuilder(context, out)
      .Read(static_cast<PolParser::TestStepContext*>(tree));
}

}  // namespace polc::syntax
