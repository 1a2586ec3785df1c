// Names, strings, times, targets: what more than one declaration is made of.
#include "compiler/syntax/build/parts.h"

#include <string>
#include <typeinfo>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/support/check.h"
#include "compiler/syntax/build/cast.h"
#include "compiler/syntax/build/literals.h"

namespace polc::syntax {

using grammar::PolParser;

source::Range RangeOf(const Context& context, const antlr4::Token* token) {
  return context.At(token->getStartIndex(), token->getStopIndex() + 1);
}

source::Range RangeOf(const Context& context, const Tree* tree) {
  return context.At(tree->start->getStartIndex(),
                    tree->stop->getStopIndex() + 1);
}

namespace {

template <typename DottedContext>
ast::Name Join(const Context& context, const DottedContext* tree) {
  std::string text(context.text(RangeOf(context, tree->root)));
  for (const Tree* member : tree->members) {
    text += '.';
    text += context.text(RangeOf(context, member));
  }
  return {std::move(text), RangeOf(context, tree)};
}

std::vector<ast::Name> ReadNames(
    const Context& context,
    const std::vector<PolParser::NameOrStringContext*>& trees) {
  std::vector<ast::Name> out;
  out.reserve(trees.size());
  for (auto* tree : trees) out.push_back(ReadNameOrString(context, tree));
  return out;
}

std::vector<ast::Name> ReadStrings(
    const Context& context,
    const std::vector<PolParser::StringContext*>& trees) {
  std::vector<ast::Name> out;
  out.reserve(trees.size());
  for (auto* tree : trees) out.push_back(ReadString(context, tree));
  return out;
}

int64_t SecondsOf(size_t unit_word) {
  constexpr int64_t kHour = 60 * 60;
  switch (unit_word) {
    case PolParser::K_SECOND:
    case PolParser::K_SECONDS:
      return 1;
    case PolParser::K_MINUTE:
    case PolParser::K_MINUTES:
      return 60;
    case PolParser::K_HOUR:
    case PolParser::K_HOURS:
      return kHour;
    case PolParser::K_DAY:
    case PolParser::K_DAYS:
      return 24 * kHour;
    case PolParser::K_WEEK:
    case PolParser::K_WEEKS:
      return 7 * 24 * kHour;
    default:
      POLC_UNREACHABLE("unit of time");
  }
}

}  // namespace

ast::Name ReadName(const Context& context, Tree* tree) {
  if (auto* qualified = TryCast<PolParser::QualifiedNameContext>(tree)) {
    return Join(context, qualified);
  }
  if (auto* dotted = TryCast<PolParser::DottedNameContext>(tree)) {
    return Join(context, dotted);
  }
  const source::Range range = RangeOf(context, tree);
  return {std::string(context.text(range)), range};
}

ast::Name ReadString(const Context& context, Tree* string) {
  const source::Range range = RangeOf(context, string);
  return {DecodeString(context, range), range};
}

ast::Name ReadNameOrString(const Context& context, Tree* tree) {
  auto* either = Cast<PolParser::NameOrStringContext>(tree);
  return either->id != nullptr ? ReadName(context, either->id)
                               : ReadString(context, either->text);
}

ast::Effect ReadEffect(Tree* tree) {
  switch (Cast<PolParser::EffectWordContext>(tree)->word->getType()) {
    case PolParser::K_DENY:
      return ast::Effect::kDeny;
    case PolParser::K_ASK:
      return ast::Effect::kAsk;
    case PolParser::K_ALLOW:
      return ast::Effect::kAllow;
    default:
      POLC_UNREACHABLE("effect");
  }
}

ast::Window ReadWindow(Tree* tree) {
  switch (Cast<PolParser::WindowContext>(tree)->unitWord->getType()) {
    case PolParser::K_SECOND:
      return ast::Window::kSecond;
    case PolParser::K_MINUTE:
      return ast::Window::kMinute;
    case PolParser::K_HOUR:
      return ast::Window::kHour;
    case PolParser::K_DAY:
      return ast::Window::kDay;
    case PolParser::K_WEEK:
      return ast::Window::kWeek;
    case PolParser::K_MONTH:
      return ast::Window::kMonth;
    default:
      POLC_UNREACHABLE("window");
  }
}

ast::Duration ReadDuration(const Context& context, Tree* tree) {
  auto* duration = Cast<PolParser::DurationContext>(tree);
  // A century: far from the end of any clock, however the units multiply.
  constexpr int64_t kMaxSeconds = int64_t{100} * 366 * 24 * 60 * 60;
  const int64_t unit = SecondsOf(duration->unitWord->getType());
  const int64_t amount =
      DecodeInteger(context, RangeOf(context, duration->amount), 0,
                    kMaxSeconds / unit, "the length of time");
  return {amount * unit, RangeOf(context, duration)};
}

ast::Target ReadTarget(const Context& context, Tree* tree) {
  ast::Target out;
  out.range = RangeOf(context, tree);
  if (auto* tool = TryCast<PolParser::ToolTargetContext>(tree)) {
    out.kind = ast::TargetKind::kTool;
    out.names = ReadNames(context, tool->names);
  } else if (auto* named = TryCast<PolParser::ClassTargetContext>(tree)) {
    out.kind = ast::TargetKind::kClass;
    out.names.push_back(ReadName(context, named->id));
  } else if (auto* resource = TryCast<PolParser::ResourceTargetContext>(tree)) {
    out.kind = resource->under != nullptr ? ast::TargetKind::kResourceUnder
                                          : ast::TargetKind::kResource;
    out.names = ReadStrings(context, resource->names);
  } else if (auto* prompt = TryCast<PolParser::PromptTargetContext>(tree)) {
    out.kind = ast::TargetKind::kPrompt;
    out.names = ReadNames(context, prompt->names);
  } else {
    out.kind = ast::TargetKind::kMethod;
    out.names =
        ReadStrings(context, Cast<PolParser::MethodTargetContext>(tree)->names);
  }
  return out;
}

std::optional<ast::Expr> ReadGuard(const Context& context, Tree* tree) {
  if (tree == nullptr) return std::nullopt;
  return ReadCondition(context,
                       Cast<PolParser::WhenClauseContext>(tree)->condition);
}

ast::Key ReadKey(const Context& context, Tree* tree) {
  auto* key = Cast<PolParser::KeyExprContext>(tree);
  if (key->argument != nullptr) return {ReadPath(context, key->argument)};
  ast::Expr tool;
  tool.kind = ast::ExprKind::kPath;
  tool.range = RangeOf(context, key);
  tool.text = "tool";
  return {std::move(tool)};
}

std::vector<ast::Key> ReadKeys(const Context& context, Tree* tree) {
  std::vector<ast::Key> out;
  if (tree == nullptr) return out;
  for (auto* key : Cast<PolParser::KeyListContext>(tree)->keys) {
    out.push_back(ReadKey(context, key));
  }
  return out;
}

}  // namespace polc::syntax
