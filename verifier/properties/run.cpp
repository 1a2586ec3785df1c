#include "verifier/properties/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "verifier/witness.h"

namespace polc::verifier {

Run::Run(const ir::Module& module, const ir::Languages& languages,
         const Options& options, Replayer* replayer, diag::Diagnostics* diags)
    : module_(module),
      progress_(options.progress),
      targets_reported_(options.targets_reported),
      solver_options_(options.solver),
      facts_(module, languages),
      context_(options.solver),
      replayer_(replayer),
      diags_(diags),
      slices_(MakeSlices(module)) {
  for (const Slice& slice : slices_) {
    models_.push_back(
        std::make_unique<SliceModel>(module, slice, &facts_, &context_));
  }
  report_.slices = slices_.size();
  touched_.resize(module.rules.size());
  for (const auto& model : models_) {
    for (const PolicyCode& policy : model->policies()) {
      for (const RuleCode& rule : policy.rules) {
        touched_[rule.id.value()].push_back(model.get());
      }
    }
  }
}

// Each rule and each assertion is one property, and the set is one.
void Run::Advance() {
  if (!progress_) return;
  progress_(report_.proved + report_.refuted + report_.unknown,
            module_.rules.size() + module_.assertions.size() + 1);
}

std::optional<Witness> Run::Confirm(
    const SliceModel& model, const Found& found,
    const std::function<bool(const Witness&)>& shows, std::string* unknown) {
  auto witness =
      Replay(module_, MakeRequest(model.space(), found.assignment, found.now),
             replayer_);
  if (!witness) {
    report_.bug = witness.error().message;
    return std::nullopt;
  }
  if (shows(*witness)) return std::move(*witness);
  if (model.space().approximate()) {
    *unknown = "it hangs on a comparison or a cost that is not encoded exactly";
    return std::nullopt;
  }
  report_.bug = fmt::format("a witness does not show what it was to show: {}",
                            witness->json);
  return std::nullopt;
}

std::optional<Witness> Run::Decide(eval::Request request) {
  auto witness = Replay(module_, std::move(request), replayer_);
  if (witness) return std::move(*witness);
  report_.bug = witness.error().message;
  return std::nullopt;
}

std::optional<std::vector<eval::Decision>> Run::Play(
    const std::vector<eval::Request>& requests) {
  auto decisions = verifier::Play(module_, requests, replayer_);
  if (decisions) return std::move(*decisions);
  report_.bug = decisions.error().message;
  return std::nullopt;
}

smt::Bool Inside(SliceModel* model, ir::CondId target, ir::CondId when) {
  const smt::Bool covered = model->Encode(target).is_true;
  if (covered.is_false()) return covered;
  return model->Literal(
      smt::And(covered, smt::Not(model->Encode(when).is_false)));
}

bool IsInside(const ir::Module& module, ir::CondId target, ir::CondId when,
              const eval::Request& request) {
  return eval::Evaluate(module, target, request) == ir::Verdict::kTrue &&
         eval::Evaluate(module, when, request) != ir::Verdict::kFalse;
}

smt::Bool HoldsMark(const SliceModel& model, const ir::Mark& mark) {
  const Node* marks = model.space().root(ir::Root::kMarks);
  if (marks == nullptr) return smt::Bool::Of(false);
  const auto held = marks->members.find({mark.name, -1});
  return held == marks->members.end() ? smt::Bool::Of(false)
                                      : held->second->Is(ir::Kind::kBool);
}

const ChargeCode* ChargeOf(const SliceModel& model, size_t index) {
  for (const ChargeCode& charge : model.charges()) {
    if (charge.index == index) return &charge;
  }
  return nullptr;
}

void Run::Unknown(source::Range range, const std::string& rule,
                  const std::string& what, const std::string& reason) {
  ++report_.unknown;
  Advance();
  diags_
      ->Report(diag::Kind::kUnknown, range,
               fmt::format("could not decide {}: {}", what, reason))
      .With({.rule = rule, .by = {}, .witness = "", .witness_shadowed = ""});
}

bool DecidedBy(const eval::Decision& decision, ir::RuleId rule) {
  return std::find(decision.rules.begin(), decision.rules.end(), rule) !=
         decision.rules.end();
}

}  // namespace polc::verifier
