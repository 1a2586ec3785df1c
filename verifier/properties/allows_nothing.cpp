// allows-nothing: no call of any tool of the catalogs can be decided `allow`
// or `ask`. A set that was written for other tools than its server has looks
// fine otherwise.
#include <fmt/format.h>

#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

bool IsCatalogCall(const SliceModel& model) {
  return model.slice().target == Slice::Target::kTool &&
         model.slice().in_catalog;
}

// Shows a call that the schema accepts and that is denied nevertheless.
std::string DeniedCall(Run* run) {
  for (const auto& model : run->models()) {
    if (!IsCatalogCall(*model)) continue;
    const Found found = model->Find({model->accepted()}, "denied-call");
    if (found.status != smt::Status::kSat) continue;
    std::string unknown;
    const auto witness = run->Confirm(
        *model, found,
        [](const Witness& w) {
          return w.decision.effect == ir::Effect::kDeny &&
                 w.decision.by != eval::By::kSchema;
        },
        &unknown);
    return witness ? witness->json : "";
  }
  return "";
}

void ReportAllowsNothing(Run* run, const ir::Schema& schema, size_t tools) {
  const ir::Module& module = run->module();
  const std::string denied = DeniedCall(run);
  if (run->report().bug) return;
  run->Refuted();
  source::Range range = schema.range;
  if (!range.valid()) range = module.policies[0].range;
  diag::Builder report = run->diags()->Report(
      diag::Kind::kAllowsNothing, range,
      fmt::format("the policies allow nothing: no call of any of the {} tools "
                  "of `{}` can be decided `allow` or `ask`",
                  tools, schema.path));
  bool permits = false;
  for (const ir::Policy& policy : module.policies) {
    for (const ir::RuleId id : policy.rules) {
      const ir::Rule& rule = module.rule(id);
      if (rule.effect == ir::Effect::kDeny) continue;
      permits = true;
      bool named = false;
      for (const SliceModel* model : run->Touched(id)) {
        named |= IsCatalogCall(*model);
      }
      report.Note(rule.range,
                  named ? fmt::format("{} `{}` decides no call",
                                      ir::EffectName(rule.effect), rule.name)
                        : fmt::format("{} `{}` names no tool of the catalog",
                                      ir::EffectName(rule.effect), rule.name));
    }
  }
  if (!permits) report.Note(range, "no rule allows or asks");
  report.With(
      {.rule = "", .by = {}, .witness = "", .witness_shadowed = denied});
}

}  // namespace

void CheckAllowsNothing(Run* run) {
  const ir::Schema* first = nullptr;
  size_t tools = 0;
  for (const ir::Schema& schema : run->module().schemas) {
    if (first == nullptr) first = &schema;
    tools += schema.tools.size();
  }
  if (tools == 0 || run->module().policies.empty()) return;
  std::string unknown;
  for (const auto& model : run->models()) {
    if (!IsCatalogCall(*model)) continue;
    for (const ir::Effect effect : {ir::Effect::kAllow, ir::Effect::kAsk}) {
      const Found found =
          model->Find({model->accepted(), model->Decided(effect)}, "permits");
      if (found.status == smt::Status::kUnknown) unknown = found.reason;
      if (found.status != smt::Status::kSat) continue;
      if (!model->space().approximate()) return run->Proved();
      const auto shown = run->Confirm(
          *model, found,
          [&](const Witness& w) { return w.decision.effect == effect; },
          &unknown);
      if (run->report().bug) return;
      if (shown) return run->Proved();
    }
  }
  if (!unknown.empty()) {
    return run->Unknown(first->range, "", "whether the policies allow anything",
                        unknown);
  }
  ReportAllowsNothing(run, *first, tools);
}

}  // namespace polc::verifier
