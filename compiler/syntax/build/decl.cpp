// One function a form of declaration.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build/build.h"
#include "compiler/syntax/build/cast.h"

namespace polc::syntax {
namespace {

using diag::Kind;
using grammar::PolParser;

ast::Import ReadImport(const Context& context,
                       PolParser::ImportDeclarationContext* tree) {
  ast::Import out;
  out.is_file = tree->file != nullptr;
  out.path = out.is_file ? ReadString(context, tree->file)
                         : ReadName(context, tree->path);
  if (tree->alias != nullptr) out.alias = ReadName(context, tree->alias);
  return out;
}

ast::SetDecl ReadSet(const Context& context,
                     PolParser::SetDeclarationContext* tree) {
  ast::SetDecl out;
  out.name = ReadName(context, tree->id);
  if (tree->file != nullptr) {
    out.from_file = ReadString(context, tree->file);
  } else {
    out.value = ReadSetValue(context, tree->value);
  }
  return out;
}

ast::Predicate ReadPredicate(const Context& context,
                             PolParser::PredicateDeclarationContext* tree) {
  ast::Predicate out;
  out.name = ReadName(context, tree->id);
  for (auto* parameter : tree->parameters) {
    out.parameters.push_back(ReadName(context, parameter));
  }
  out.body = ReadCondition(context, tree->body);
  return out;
}

ast::ClassDecl ReadClass(const Context& context,
                         PolParser::ClassDeclarationContext* tree) {
  ast::ClassDecl out;
  out.name = ReadName(context, tree->id);
  for (auto* member : tree->members) {
    out.members.push_back(
        {ReadTarget(context, member->on), ReadGuard(context, member->guard)});
  }
  return out;
}

ast::LimitDecl ReadLimit(const Context& context,
                         PolParser::LimitDeclarationContext* tree) {
  ast::LimitDecl out;
  out.name = ReadName(context, tree->id);
  out.amount = ReadSignedNumber(context, tree->amount);
  Tree* on = nullptr;
  if (auto* concurrent = tree->concurrent) {
    out.window = ast::Window::kConcurrent;
    out.keys = ReadKeys(context, concurrent->keys);
    on = concurrent->on;
    out.when = ReadGuard(context, concurrent->guard);
  } else {
    auto* windowed = Cast<PolParser::LimitWindowedContext>(tree->windowed);
    out.window = ReadWindow(windowed->every);
    out.keys = ReadKeys(context, windowed->keys);
    if (windowed->cost != nullptr) {
      out.cost = ReadValue(context, windowed->cost);
    }
    out.rolling = windowed->rolling != nullptr;
    on = windowed->on;
    out.when = ReadGuard(context, windowed->guard);
    out.refund_on_error = windowed->refund != nullptr;
  }
  out.has_on = on != nullptr;
  if (on != nullptr) out.on = ReadTarget(context, on);
  return out;
}

ast::MarkDecl ReadMark(const Context& context,
                       PolParser::MarkDeclarationContext* tree) {
  ast::MarkDecl out;
  out.name = ReadName(context, tree->id);
  out.key = ReadKey(context, tree->key);
  out.lifetime = ReadDuration(context, tree->lifetime);
  out.on = ReadTarget(context, tree->on);
  out.when = ReadGuard(context, tree->guard);
  return out;
}

// What may follow a rule's condition, each at most once, and only where the
// effect can use it.
class ClauseReader {
 public:
  ClauseReader(const Context& context, ast::Rule* rule)
      : context_(context), rule_(rule) {}

  void Read(PolParser::RuleClauseContext* tree) {
    if (auto* charge = TryCast<PolParser::ChargeClauseContext>(tree)) {
      if (!Admit(tree, 0, "charge", ast::Effect::kAsk, ast::Effect::kAllow)) {
        return;
      }
      for (auto* item : charge->charges) {
        rule_->charges.push_back(
            {ReadName(context_, item->id), item->orAsk != nullptr});
      }
    } else if (auto* by = TryCast<PolParser::RoleClauseContext>(tree)) {
      if (!Admit(tree, 1, "by role", ast::Effect::kAsk, ast::Effect::kAsk)) {
        return;
      }
      for (auto* role : by->roles) {
        rule_->roles.push_back(ReadNameOrString(context_, role));
      }
    } else if (auto* within = TryCast<PolParser::WithinClauseContext>(tree)) {
      if (!Admit(tree, 2, "within", ast::Effect::kAsk, ast::Effect::kAsk)) {
        return;
      }
      rule_->within = ReadDuration(context_, within->limit);
    } else {
      auto* redact = Cast<PolParser::RedactClauseContext>(tree);
      if (!Admit(tree, 3, "redact", ast::Effect::kDeny, ast::Effect::kAllow)) {
        return;
      }
      for (auto* path : redact->paths) {
        rule_->redact.push_back(ReadPath(context_, path));
      }
    }
  }

 private:
  // Effects are ordered deny, ask, allow: the clause suits [first, last].
  bool Admit(const Tree* tree, size_t index, const char* word,
             ast::Effect first, ast::Effect last) {
    const source::Range at = RangeOf(context_, tree->start);
    if (std::exchange(seen_[index], true)) {
      context_.Report(Kind::kSyntaxError, at,
                      fmt::format("a second `{}` in one rule", word));
      return false;
    }
    if (rule_->effect >= first && rule_->effect <= last) return true;
    constexpr const char* kEffects[] = {"deny", "ask", "allow"};
    const char* effect = kEffects[static_cast<size_t>(rule_->effect)];
    context_.Report(Kind::kSyntaxError, at,
                    fmt::format("`{}` means nothing in {} `{}` rule", word,
                                *effect == 'd' ? "a" : "an", effect));
    return false;
  }

  const Context& context_;
  ast::Rule* rule_;
  bool seen_[4] = {};
};

ast::Rule ReadRule(const Context& context,
                   PolParser::RuleDeclarationContext* tree) {
  ast::Rule out;
  out.effect = ReadEffect(tree->effect);
  out.name = ReadName(context, tree->id);
  if (tree->reason != nullptr) out.reason = ReadString(context, tree->reason);
  if (tree->on != nullptr) out.target = ReadTarget(context, tree->on);
  if (tree->except != nullptr) out.except = ReadTarget(context, tree->except);
  out.when = ReadGuard(context, tree->guard);
  ClauseReader clauses(context, &out);
  for (auto* clause : tree->clauses) clauses.Read(clause);
  return out;
}

ast::DefaultDecl ReadDefault(PolParser::DefaultDeclarationContext* tree) {
  if (tree->none != nullptr) return {ast::DefaultEffect::kNone};
  switch (ReadEffect(tree->effect)) {
    case ast::Effect::kDeny:
      return {ast::DefaultEffect::kDeny};
    case ast::Effect::kAsk:
      return {ast::DefaultEffect::kAsk};
    case ast::Effect::kAllow:
      return {ast::DefaultEffect::kAllow};
  }
  POLC_UNREACHABLE("effect");
}

ast::Assert ReadAssert(const Context& context,
                       PolParser::AssertDeclarationContext* tree) {
  ast::Assert out;
  out.name = ReadName(context, tree->id);
  ReadAssertion(context, tree->body, &out);
  return out;
}

ast::Test ReadTest(const Context& context,
                   PolParser::TestDeclarationContext* tree) {
  ast::Test out;
  out.name = ReadString(context, tree->id);
  for (auto* step : tree->steps) ReadTestStep(context, step, &out.steps);
  return out;
}

}  // namespace

void ReadDeclaration(const Context& context, Tree* tree, ast::Decl* out) {
  // Rules first: they are most of a large policy.
  if (auto* rule = TryCast<PolParser::RuleDeclarationContext>(tree)) {
    out->node = ReadRule(context, rule);
  } else if (auto* import =
                 TryCast<PolParser::ImportDeclarationContext>(tree)) {
    out->node = ReadImport(context, import);
  } else if (auto* catalog =
                 TryCast<PolParser::CatalogDeclarationContext>(tree)) {
    out->node = ast::Catalog{ReadString(context, catalog->file),
                             catalog->advisory != nullptr};
  } else if (auto* set = TryCast<PolParser::SetDeclarationContext>(tree)) {
    out->node = ReadSet(context, set);
  } else if (auto* predicate =
                 TryCast<PolParser::PredicateDeclarationContext>(tree)) {
    out->node = ReadPredicate(context, predicate);
  } else if (auto* named = TryCast<PolParser::ClassDeclarationContext>(tree)) {
    out->node = ReadClass(context, named);
  } else if (auto* limit = TryCast<PolParser::LimitDeclarationContext>(tree)) {
    out->node = ReadLimit(context, limit);
  } else if (auto* mark = TryCast<PolParser::MarkDeclarationContext>(tree)) {
    out->node = ReadMark(context, mark);
  } else if (auto* fallback =
                 TryCast<PolParser::DefaultDeclarationContext>(tree)) {
    out->node = ReadDefault(fallback);
  } else if (auto* claim = TryCast<PolParser::AssertDeclarationContext>(tree)) {
    out->node = ReadAssert(context, claim);
  } else {
    out->node =
        ReadTest(context, Cast<PolParser::TestDeclarationContext>(tree));
  }
}

}  // namespace polc::syntax
