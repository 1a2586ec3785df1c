// Predicates first: once their bodies are sound, conditions that call them can
// be checked with the predicates put in.
#include "compiler/sema/declarations.h"

#include <fmt/format.h>

#include "compiler/sema/names.h"
#include "compiler/sema/reason.h"
#include "compiler/sema/targets.h"
#include "compiler/sema/types.h"

namespace polc::sema {
namespace {

using diag::Kind;

void CheckClass(Context* context, size_t file, ast::ClassDecl* cls) {
  for (ast::ClassMember& member : cls->members) {
    CheckTarget(context, file, member.target);
    CheckWhen(context, &member.when);
  }
}

void CheckReason(Context* context, const ast::Name& reason) {
  ReasonError error;
  const auto parts = ParseReason(reason, &error);
  if (!parts) {
    context->Report(Kind::kPatternProblem, reason.range,
                    fmt::format("in this reason: {}", error.message));
    return;
  }
  for (const ReasonPart& part : *parts) {
    if (!part.path) continue;
    ast::Expr path = *part.path;
    CheckPath(context, &path);
  }
}

// That a clause fits its effect was the parser's to check.
void CheckCharges(Context* context, size_t file, const ast::Rule& rule) {
  for (const ast::Charge& charge : rule.charges) {
    Require(context, file, SymbolKind::kLimit, charge.limit);
  }
}

void CheckRule(Context* context, size_t file, ast::Rule* rule) {
  if (rule->reason) CheckReason(context, *rule->reason);
  CheckTarget(context, file, rule->target);
  if (rule->except) CheckTarget(context, file, *rule->except);
  CheckWhen(context, &rule->when);
  CheckCharges(context, file, *rule);
  for (ast::Expr& path : rule->redact) CheckPath(context, &path);
  if (rule->within && rule->within->seconds <= 0) {
    context->Report(Kind::kLimitRange, rule->within->range,
                    "nobody can approve within no time");
  }
}

// What is said of the others is said where all checks have run.
void CheckSuppression(Context* context, const ast::Name& check) {
  const auto kind = diag::FindCheck(check.text);
  if (kind && diag::CanSuppress(*kind)) return;
  if (kind) {
    context->Report(
        Kind::kUnusedSuppression, check.range,
        fmt::format("`{}` is no finding that can be silenced", check.text));
    return;
  }
  std::vector<std::string> checks;
  for (const Kind each : diag::AllKinds()) {
    if (diag::CanSuppress(each)) checks.emplace_back(diag::CheckName(each));
  }
  context->Suggest(
      context->Report(Kind::kUnusedSuppression, check.range,
                      fmt::format("there is no check `{}`", check.text)),
      check.text, checks);
}

void CheckDecl(Context* context, size_t file, ast::Decl* decl) {
  for (const ast::Suppress& suppress : decl->suppressions) {
    CheckSuppression(context, suppress.check);
  }
  if (auto* cls = std::get_if<ast::ClassDecl>(&decl->node)) {
    CheckClass(context, file, cls);
  } else if (auto* limit = std::get_if<ast::LimitDecl>(&decl->node)) {
    CheckLimit(context, file, limit);
  } else if (auto* mark = std::get_if<ast::MarkDecl>(&decl->node)) {
    CheckMark(context, file, mark);
  } else if (auto* rule = std::get_if<ast::Rule>(&decl->node)) {
    CheckRule(context, file, rule);
  } else if (auto* claim = std::get_if<ast::Assert>(&decl->node)) {
    CheckAssertion(context, file, claim);
  } else if (auto* test = std::get_if<ast::Test>(&decl->node)) {
    CheckTest(context, file, *test);
  }
}

// What a set is made of was checked when it was computed.
void TypeSet(ast::Expr* expr) {
  expr->type = expr->kind == ast::ExprKind::kString   ? ast::Type::kString
               : expr->kind == ast::ExprKind::kNumber ? ast::Type::kNumber
                                                      : ast::Type::kSet;
  for (ast::Expr& operand : expr->operands) TypeSet(&operand);
}

}  // namespace

void CheckWhen(Context* context, std::optional<ast::Expr>* when) {
  if (*when && !CheckCondition(context, &**when)) {
    context->MarkFailed(&**when);
  }
}

void CheckDeclarations(Context* context) {
  Program& program = context->program();
  for (LoadedFile& file : program.files) {
    for (ast::Decl& decl : file.ast.decls) {
      auto* predicate = std::get_if<ast::Predicate>(&decl.node);
      if (predicate != nullptr) CheckPredicateBody(context, &predicate->body);
      auto* set = std::get_if<ast::SetDecl>(&decl.node);
      if (set != nullptr && !set->from_file) TypeSet(&set->value);
    }
  }
  CheckClassCycles(context);
  context->set_can_expand(!context->diags()->has_errors());
  for (size_t file = 0; file < program.files.size(); ++file) {
    for (ast::Decl& decl : program.files[file].ast.decls) {
      CheckDecl(context, file, &decl);
    }
  }
}

}  // namespace polc::sema
