// What declarations say, in words: targets, limits, assertions.
#include <fmt/format.h>

#include <array>

#include "compiler/automata/reference.h"
#include "tools/polc/doc/words.h"

namespace polc::tool::doc {
namespace {

using ast::TargetKind;

void List(const std::vector<ast::Name>& names, Line* out) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) Append(out, Text(i + 1 == names.size() ? " or " : ", "));
    Append(out, Code(names[i].text));
  }
}

std::string_view EffectWord(ast::Effect effect) {
  switch (effect) {
    case ast::Effect::kDeny:
      return "denied";
    case ast::Effect::kAsk:
      return "left to a person";
    case ast::Effect::kAllow:
      break;
  }
  return "allowed";
}

}  // namespace

std::string DurationWords(int64_t seconds) {
  constexpr std::array<std::pair<int64_t, const char*>, 4> kUnits = {
      {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}};
  for (const auto& [unit, word] : kUnits) {
    if (seconds % unit != 0) continue;
    const int64_t n = seconds / unit;
    return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
  }
  return "";
}

std::string_view WindowWord(ast::Window window) {
  constexpr std::array<std::string_view, 7> kWords = {
      "second", "minute", "hour", "day", "week", "month", "at a time"};
  return kWords[static_cast<size_t>(window)];
}

Line Words::Target(size_t file, const ast::Target& target) const {
  Line out;
  switch (target.kind) {
    case TargetKind::kNone:
      return {Text("every request")};
    case TargetKind::kClass:
      out = {Text("the class ")};
      Append(&out, Named(file, sema::SymbolKind::kClass, "class",
                         target.names[0].text));
      return out;
    case TargetKind::kTool:
      out = {Text("calls of ")};
      break;
    case TargetKind::kResource:
      out = {Text("the resource ")};
      break;
    case TargetKind::kResourceUnder:
      out = {Text("resources at or below ")};
      break;
    case TargetKind::kPrompt:
      out = {Text("the prompt ")};
      break;
    case TargetKind::kMethod:
      out = {Text("requests of the method ")};
      break;
  }
  List(target.names, &out);
  return out;
}

Line Words::Keys(size_t file, const std::vector<ast::Key>& keys) const {
  Line out;
  for (const ast::Key& key : keys) {
    Append(&out, Text(out.empty() ? " for each " : " and "));
    const bool word = key.expr.steps.empty();
    Append(&out, word ? Line{Text(key.expr.text)} : Value(file, key.expr));
  }
  return out;
}

Line Words::Limit(size_t file, const ast::LimitDecl& limit) const {
  Line out = {Text("at most ")};
  Append(&out, Value(file, limit.amount));
  if (limit.cost) {
    Append(&out, Text(" (counting "));
    Append(&out, Value(file, *limit.cost));
    Append(&out, Text(")"));
  }
  if (limit.window == ast::Window::kConcurrent) {
    Append(&out, Text(" at a time"));
  } else {
    Append(&out, Text(std::string(limit.rolling ? " in any " : " per ") +
                      std::string(WindowWord(limit.window))));
  }
  Append(&out, Keys(file, limit.keys));
  if (limit.has_on) {
    Append(&out, Text(", of all "));
    Append(&out, Target(file, limit.on));
    if (limit.when) {
      Append(&out, Text(" where "));
      Append(&out, Condition(file, *limit.when));
    }
  }
  if (limit.refund_on_error) {
    Append(&out, Text("; not counted when the server answers with an error"));
  }
  return out;
}

Line Words::Mark(size_t file, const ast::MarkDecl& mark) const {
  Line out = {Text("for " + DurationWords(mark.lifetime.seconds))};
  Append(&out, Keys(file, {mark.key}));
  Append(&out, Text(", by "));
  Append(&out, Target(file, mark.on));
  if (mark.when) {
    Append(&out, Text(" where "));
    Append(&out, Condition(file, *mark.when));
  }
  return out;
}

Line Words::Assertion(size_t file, const ast::Assert& assertion) const {
  Line out;
  const std::string effect(EffectWord(assertion.effect));
  const auto guarded = [&](const ast::Target& target,
                           const std::optional<ast::Expr>& when) {
    Append(&out, Target(file, target));
    if (!when) return;
    Append(&out, Text(" where "));
    Append(&out, Condition(file, *when));
  };
  switch (assertion.kind) {
    case ast::AssertKind::kNever:
    case ast::AssertKind::kAlways:
      guarded(assertion.target, assertion.when);
      Append(&out,
             Text((assertion.kind == ast::AssertKind::kNever ? ": never "
                                                             : ": always ") +
                  effect));
      return out;
    case ast::AssertKind::kAtMost:
      Append(&out, Text("at most "));
      Append(&out, Value(file, *assertion.bound));
      Append(&out, Text(fmt::format(" {} {} {}", effect,
                                    assertion.any_window ? "in any" : "per",
                                    WindowWord(assertion.window))));
      Append(&out, Keys(file, assertion.keys));
      Append(&out, Text(", of "));
      guarded(assertion.target, assertion.when);
      return out;
    case ast::AssertKind::kNeverAfter:
      guarded(assertion.target, assertion.when);
      Append(&out, Text(": never " + effect + " after "));
      guarded(assertion.after, assertion.after_when);
      return out;
    case ast::AssertKind::kSame:
      Append(&out, Text("decides as "));
      Append(&out, Code(assertion.other->text));
      Append(&out, Text(", of "));
      guarded(assertion.target, assertion.when);
      return out;
  }
  return out;
}

std::optional<Line> Words::Covers(size_t file, const ast::Target& target,
                                  const std::string& tool) const {
  if (target.kind == TargetKind::kNone) return Line();
  if (target.kind == TargetKind::kTool) {
    for (const ast::Name& name : target.names) {
      if (automata::GlobMatches(name.text, tool)) return Line();
    }
    return std::nullopt;
  }
  if (target.kind != TargetKind::kClass) return std::nullopt;
  const sema::Symbol* symbol =
      program_->Find(file, sema::SymbolKind::kClass, target.names[0].text);
  if (symbol == nullptr) return std::nullopt;
  const auto& cls = program_->classes[symbol->index];
  std::vector<Line> ways;
  for (const ast::ClassMember& member : cls.decl->members) {
    std::optional<Line> way = Covers(cls.file, member.target, tool);
    if (!way) continue;
    if (member.when) {
      if (!way->empty()) Append(&*way, Text(" and "));
      const bool loose = member.when->kind == ast::ExprKind::kOr;
      Append(&*way, Operand(cls.file, *member.when, loose));
    }
    if (way->empty()) return Line();
    ways.push_back(std::move(*way));
  }
  if (ways.empty()) return std::nullopt;
  Line out;
  for (Line& way : ways) {
    if (!out.empty()) Append(&out, Text("; or "));
    Append(&out, std::move(way));
  }
  return out;
}

}  // namespace polc::tool::doc
