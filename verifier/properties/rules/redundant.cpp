#include "verifier/properties/rules/redundant.h"

#include <fmt/format.h>

#include <algorithm>

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;
using smt::Status;

diag::Finding Of(const ir::Rule& rule) {
  return {.rule = rule.name, .by = {}, .witness = "", .witness_shadowed = ""};
}

}  // namespace

Variants& RedundancyCheck::VariantsOf(SliceModel* model) {
  return model->Kept<Variants>(module_, model);
}

bool RedundancyCheck::SurelyChanges(ir::RuleId rule, Tri guard,
                                    SliceModel* model) {
  const auto asked = VariantsOf(model).SurelyChanges(rule, guard);
  for (const Bool& each : asked) {
    if (each.is_false()) return false;
  }
  return model->Exists(asked, "needed").status == Status::kSat;
}

bool RedundancyCheck::IsSurelyNeeded(ir::RuleId rule,
                                     const std::vector<SliceModel*>& slices) {
  const auto is_needed = [&](SliceModel* model) {
    if (model->space().approximate()) return false;
    // What it decides, and not what its errors deny.
    const Tri guard = model->Rule(rule)->guard;
    const Tri only_errors = {Bool(), Not(guard.IsError())};
    const Tri gone = module_.rule(rule).effect == ir::Effect::kDeny
                         ? only_errors
                         : Tri::Of(ir::Verdict::kFalse);
    return SurelyChanges(rule, gone, model);
  };
  return std::any_of(slices.begin(), slices.end(), [&](SliceModel* model) {
    return run_.Once<bool>("needed", *model, [&] { return is_needed(model); });
  });
}

Status RedundancyCheck::Changes(ir::RuleId rule, const ir::RulePart* part,
                                const std::vector<SliceModel*>& slices,
                                std::string* reason) {
  const auto guard = [&](SliceModel* model) {
    return part != nullptr ? model->Encode(part->without)
                           : Tri::Of(ir::Verdict::kFalse);
  };
  const std::string which =
      part == nullptr ? "" : std::to_string(part - run_.parts(rule).data());
  if (part != nullptr) {
    for (SliceModel* model : slices) {
      const bool surely = run_.Once<bool>("surely" + which, *model, [&] {
        return !model->space().approximate() &&
               SurelyChanges(rule, guard(model), model);
      });
      if (surely) return Status::kSat;
    }
  }
  Status status = Status::kUnsat;
  for (SliceModel* model : slices) {
    const auto one = run_.Once<Status>("changes" + which, *model, [&] {
      const Bool changes = VariantsOf(model).Changes(rule, guard(model));
      if (changes.is_false()) return Status::kUnsat;
      Found found = model->Exists({model->accepted(), model->Literal(changes)},
                                  "changes");
      if (found.status == Status::kUnknown) *reason = std::move(found.reason);
      return found.status;
    });
    if (one == Status::kSat) return Status::kSat;
    if (one == Status::kUnknown) status = Status::kUnknown;
  }
  return status;
}

bool RedundancyCheck::CheckRule(ir::RuleId id,
                                const std::vector<SliceModel*>& slices) {
  const ir::Rule& rule = module_.rule(id);
  std::string reason;
  switch (Changes(id, nullptr, slices, &reason)) {
    case Status::kSat:
      return true;
    case Status::kUnknown:
      run_.Unknown(rule.range, rule.name,
                   fmt::format("whether rule `{}` is redundant", rule.name),
                   reason);
      return false;
    case Status::kUnsat:
      break;
  }
  run_.NoteRedundant(id);
  return false;
}

void RedundancyCheck::ReportRules() {
  for (const ir::RuleId id : run_.redundant_rules()) {
    const ir::Rule& rule = module_.rule(id);
    if (run_.blamed_rules().contains(id)) {
      run_.Proved();
      continue;
    }
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kRedundantRule, rule.range,
                 fmt::format("{} `{}` is redundant: without it every request "
                             "is decided as it is now",
                             ir::EffectName(rule.effect), rule.name))
        .With(Of(rule));
  }
}

// Of requests that the target covers: its classes' conditions belong to it.
bool RedundancyCheck::CheckAlways(ir::RuleId id, const ir::RulePart& whole,
                                  const std::vector<SliceModel*>& slices) {
  const ir::Rule& rule = module_.rule(id);
  const auto others = [&](SliceModel* model) {
    return model->Literal(smt::And(model->Encode(whole.without).is_true,
                                   Not(model->Encode(rule.guard).is_true)));
  };
  enum class Always : uint8_t { kByItself, kBySchema, kNot };
  SliceModel* by_schema = nullptr;
  for (SliceModel* model : slices) {
    const auto always = run_.Once<Always>("always", *model, [&] {
      const Bool asked = others(model);
      if (asked.is_false()) return Always::kByItself;
      const Found found = model->Exists({model->accepted(), asked}, "always");
      return found.status == Status::kUnsat ? Always::kBySchema : Always::kNot;
    });
    if (always == Always::kNot) return true;
    if (always == Always::kBySchema && by_schema == nullptr) by_schema = model;
  }
  run_.Refuted();
  auto report = run_.diags()->Report(
      diag::Kind::kAlwaysMatches, whole.range,
      fmt::format("the condition of {} `{}` says nothing: every request that "
                  "its target covers satisfies it",
                  ir::EffectName(rule.effect), rule.name));
  if (by_schema != nullptr) {
    for (const std::string& demand :
         DemandsAgainst(by_schema, others(by_schema))) {
      report.Note(whole.range, fmt::format("the schema of {} says that {}",
                                           by_schema->slice().Name(), demand));
    }
  }
  report.With(Of(rule));
  return false;
}

void RedundancyCheck::CheckOperands(ir::RuleId id,
                                    const std::vector<SliceModel*>& slices) {
  const ir::Rule& rule = module_.rule(id);
  const std::vector<ir::RulePart>& parts = run_.parts(id);
  if (parts.empty() || !CheckAlways(id, parts[0], slices)) return;
  source::Range reported;
  for (const ir::RulePart& part : parts) {
    const bool inside = reported.valid() && part.range.end <= reported.end;
    if (part.whole || inside) continue;
    std::string reason;
    const Status status = Changes(id, &part, slices, &reason);
    if (status == Status::kSat) continue;
    if (status == Status::kUnknown) {
      run_.Unknown(part.range, rule.name,
                   fmt::format("whether an operand of rule `{}` is redundant",
                               rule.name),
                   reason);
      continue;
    }
    reported = part.range;
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kRedundantCondition, part.range,
                 fmt::format("this operand of {} `{}` changes no decision",
                             ir::EffectName(rule.effect), rule.name))
        .With(Of(rule));
  }
}

}  // namespace polc::verifier
