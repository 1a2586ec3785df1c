// Paths become fields: where they begin, and the steps from there.
#include <limits>

#include "compiler/lower/lowering.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

using ir::Root;

ir::Field Begin(const ast::Expr& path, size_t* used) {
  *used = 0;
  if (path.ref == ast::Ref::kVariable) return {Root::kElement, {}};
  if (path.text == "args") return {Root::kArgs, {}};
  if (path.text == "server") return {Root::kServer, {}};
  if (path.text == "session") return {Root::kSession, {}};
  // The one-word keys of limits.
  if (path.text == "grant") return {Root::kGrant, {}};
  if (path.text == "subject") return {Root::kSubject, {}};
  if (path.text == "tool") return {Root::kTool, {}};
  POLC_CHECK(path.text == "caller" && !path.steps.empty(),
             "a path was not checked");
  *used = 1;
  const std::string& member = path.steps[0].member;
  if (member == "grant") return {Root::kGrant, {}};
  if (member == "subject") return {Root::kSubject, {}};
  if (member == "roles") return {Root::kRoles, {}};
  POLC_CHECK(member == "claims", "a member of `caller` was not checked");
  return {Root::kClaims, {}};
}

}  // namespace

ir::FieldId FieldOf(Lowering* lowering, const ast::Expr& path) {
  POLC_CHECK(path.kind == ast::ExprKind::kPath, "a path is wanted");
  size_t used = 0;
  ir::Field field = Begin(path, &used);
  for (size_t i = used; i < path.steps.size(); ++i) {
    const ast::Step& step = path.steps[i];
    ir::Step out;
    if (step.index >= 0) {
      // No list is that long: any index past it reads the same absence.
      constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
      out.index = static_cast<int32_t>(std::min(step.index, kMax));
    } else {
      out.member = step.member;
    }
    field.steps.push_back(std::move(out));
  }
  return lowering->b.MakeField(std::move(field));
}

void SetOutcome(ir::Outcomes* on, ir::Kind kind, ir::Outcome outcome) {
  (*on)[static_cast<size_t>(kind)] = outcome;
}

ir::Outcome OutcomeOf(ir::Verdict verdict) {
  switch (verdict) {
    case ir::Verdict::kFalse:
      return ir::Outcome::kFalse;
    case ir::Verdict::kTrue:
      return ir::Outcome::kTrue;
    case ir::Verdict::kError:
      return ir::Outcome::kError;
  }
  return ir::Outcome::kError;
}

}  // namespace polc::lower
