// Assertions and test blocks: what they name must exist.
#include <fmt/format.h>

#include "compiler/sema/declarations.h"
#include "compiler/sema/names.h"
#include "compiler/sema/targets.h"

namespace polc::sema {
namespace {

void CheckExpectation(Context* context, size_t file,
                      const ast::Expectation& expectation) {
  SymbolKind kind = SymbolKind::kRule;
  if (expectation.by == ast::Expectation::By::kLimit) {
    kind = SymbolKind::kLimit;
  } else if (expectation.by != ast::Expectation::By::kRule) {
    return;
  }
  const Program& program = context->program();
  if (program.QualifiedName(file, kind, expectation.name.text)) return;
  context->Suggest(
      context->Report(diag::Kind::kUnknownName, expectation.name.range,
                      fmt::format("there is no {} `{}`", KindWord(kind),
                                  expectation.name.text)),
      expectation.name.text, VisibleNames(program, file, kind));
}

}  // namespace

void CheckAssertion(Context* context, size_t file, ast::Assert* assertion) {
  CheckTarget(context, file, assertion->target);
  CheckWhen(context, &assertion->when);
  switch (assertion->kind) {
    case ast::AssertKind::kNever:
    case ast::AssertKind::kAlways:
    case ast::AssertKind::kSame:
      return;
    case ast::AssertKind::kAtMost:
      CheckBound(context, assertion);
      return;
    case ast::AssertKind::kNeverAfter:
      CheckTarget(context, file, assertion->after);
      CheckWhen(context, &assertion->after_when);
      return;
  }
}

void CheckTest(Context* context, size_t file, const ast::Test& test) {
  for (const ast::TestStep& step : test.steps) {
    for (const ast::Expectation& expectation : step.expectations) {
      CheckExpectation(context, file, expectation);
    }
  }
}

}  // namespace polc::sema
