// Why a guard is true of no request: its target names nothing that there is,
// the schema accepts no such call, or its conditions exclude each other.
#include <fmt/format.h>

#include "verifier/properties/describe.h"
#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using smt::Bool;

// Positions of a minimal part of `parts` that is unsatisfiable with `fixed`.
std::vector<size_t> MinimalCore(SliceModel* model, const Bool& fixed,
                                const std::vector<Bool>& parts) {
  std::vector<size_t> core;
  for (size_t i = 0; i < parts.size(); ++i) core.push_back(i);
  const auto narrow = [&](const std::vector<size_t>& of) {
    std::vector<Bool> asked = {fixed};
    for (const size_t i : of) asked.push_back(parts[i]);
    const Found found = model->Exists(asked, "core");
    if (found.status != smt::Status::kUnsat) return false;
    core.clear();
    for (const size_t i : found.core) {
      if (i >= 1) core.push_back(of[i - 1]);
    }
    return true;
  };
  if (!narrow(core)) return {};
  for (size_t i = core.size(); i-- > 0;) {
    if (i >= core.size()) continue;
    std::vector<size_t> rest = core;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    narrow(rest);
  }
  return core;
}

struct Reason {
  std::string message;  // after "can never match: "
  std::vector<std::string> notes;
};

Reason BySchema(SliceModel* model, Bool guard) {
  Reason reason;
  reason.message = fmt::format("the schema of {} rules its condition out",
                               model->slice().Name());
  for (const std::string& demand : DemandsAgainst(model, guard)) {
    reason.message += reason.notes.empty() ? ": " : " and ";
    reason.message += demand;
    reason.notes.push_back(fmt::format("the schema of {} says that {}",
                                       model->slice().Name(), demand));
  }
  return reason;
}

Reason ByConjuncts(const ir::Module& module, SliceModel* model,
                   const ir::Rule& rule) {
  const ir::Cond& guard = module.cond(rule.guard);
  std::vector<ir::CondId> parts = {rule.guard};
  if (guard.kind == ir::CondKind::kAnd) parts = guard.operands;
  std::vector<Bool> holds;
  for (const ir::CondId part : parts) {
    holds.push_back(model->Literal(model->Encode(part).is_true));
  }
  Reason reason;
  reason.message = "no request satisfies its condition";
  const auto core = MinimalCore(model, Bool::Of(true), holds);
  std::vector<std::string> words;
  for (const size_t i : core) words.push_back(DescribeCond(module, parts[i]));
  if (core.size() == 1) {
    reason.message = fmt::format("no request satisfies `{}`", words[0]);
  } else if (core.size() > 1) {
    reason.message = "its conditions exclude each other";
  }
  for (const std::string& word : words) {
    reason.notes.push_back(fmt::format("it asks for `{}`", word));
  }
  return reason;
}

Reason ByTarget(const ir::Module& module) {
  bool enforced = false;
  for (const ir::Schema& schema : module.schemas) enforced |= !schema.advisory;
  Reason reason;
  reason.message = enforced ? "its target names no tool of the catalog"
                            : "its target names no request that there is";
  return reason;
}

// True if the rule's own file names a catalog that is enforced: then its
// targets were held against that.
bool HasCatalog(const ir::Module& module, const ir::Rule& rule) {
  for (const ir::Schema& schema : module.schemas) {
    if (!schema.advisory && schema.range.file == rule.range.file) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> DemandsAgainst(SliceModel* model, Bool holds) {
  std::vector<Bool> demands;
  for (const auto& d : model->demands()) demands.push_back(d.holds);
  std::vector<std::string> out;
  for (const size_t i : MinimalCore(model, holds, demands)) {
    const ir::Demand& demand = *model->demands()[i].demand;
    out.push_back(fmt::format("`{}` {}", demand.path, demand.what));
  }
  return out;
}

void ReportNeverMatches(Run* run, ir::RuleId id) {
  const ir::Module& module = run->module();
  const ir::Rule& rule = module.rule(id);
  const auto slices = run->Touched(id);
  if (slices.empty() && run->targets_reported() && HasCatalog(module, rule)) {
    return;
  }
  Reason reason = ByTarget(module);
  if (!slices.empty()) {
    SliceModel* schema_slice = nullptr;
    Bool guard;
    for (SliceModel* model : slices) {
      guard = model->Literal(model->Rule(id)->guard.is_true);
      const Found found = model->Exists({guard}, "without-schema");
      if (found.status != smt::Status::kSat) continue;
      schema_slice = model;
      break;
    }
    reason = schema_slice != nullptr ? BySchema(schema_slice, guard)
                                     : ByConjuncts(module, slices[0], rule);
  }
  auto report = run->diags()->Report(
      diag::Kind::kNeverMatches, rule.range,
      fmt::format("{} `{}` can never match: {}", ir::EffectName(rule.effect),
                  rule.name, reason.message));
  for (const std::string& note : reason.notes) {
    report.Note(rule.when_range, note);
  }
  report.With(
      {.rule = rule.name, .by = {}, .witness = "", .witness_shadowed = ""});
}

}  // namespace polc::verifier
