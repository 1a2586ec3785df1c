// `assert never` and `assert always`: of the combined decision of the whole
// set, on every request that the target and `when` cover, where an error in
// `when` counts as covered.
#include <fmt/format.h>

#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

struct Broken {
  std::optional<Witness> witness;
  std::string unknown;
};

bool IsBroken(const ir::Assertion& assertion, ir::Effect effect) {
  return (effect == assertion.effect) != assertion.always;
}

Bool InsideOf(SliceModel* model, const ir::Assertion& assertion) {
  return model->Literal(smt::And(model->Encode(assertion.target).is_true,
                                 Not(model->Encode(assertion.when).is_false)));
}

// The slices that it may be broken in: of many rules, those where that could
// not be ruled out one by one.
std::vector<size_t> Suspects(Run* run, size_t place) {
  if (!run->has_many_rules()) return run->Asserted(place);
  const ir::Assertion& assertion = run->module().assertions[place];
  std::vector<Task> tasks;
  for (const size_t slice : run->Asserted(place)) {
    tasks.push_back(
        {assertion.name, {slice}, [=] {
           SliceModel* model = run->models()[slice].get();
           const Bool inside = InsideOf(model, assertion);
           if (inside.is_false()) return;
           for (const ir::Effect effect :
                {ir::Effect::kDeny, ir::Effect::kAsk, ir::Effect::kAllow}) {
             if (!IsBroken(assertion, effect)) continue;
             const Found found = model->Exists(
                 {model->accepted(), inside, model->Decided(effect)},
                 "assertion");
             if (found.status != smt::Status::kUnsat) return run->Answer("");
           }
         }});
  }
  run->Perform("assertion", tasks);
  std::vector<size_t> out;
  for (size_t i = 0; i < tasks.size(); ++i) {
    if (!run->answers()[i].empty()) out.push_back(tasks[i].slices[0]);
  }
  return out;
}

Broken FindBroken(Run* run, size_t place) {
  const ir::Module& module = run->module();
  const ir::Assertion& assertion = module.assertions[place];
  Broken broken;
  for (const size_t slice : Suspects(run, place)) {
    const auto& model = run->models()[slice];
    const Bool inside = InsideOf(model.get(), assertion);
    if (inside.is_false()) continue;
    const auto ask = [&](ir::Effect effect) {
      const Found found = model->Find(
          {model->accepted(), inside, model->Decided(effect)}, "assertion");
      if (found.status == smt::Status::kUnknown) broken.unknown = found.reason;
      if (found.status != smt::Status::kSat) return;
      broken.witness = run->Confirm(
          *model, found,
          [&](const Witness& w) {
            return w.decision.effect == effect &&
                   w.decision.by != eval::By::kSchema &&
                   eval::Evaluate(module, assertion.target, w.request) ==
                       ir::Verdict::kTrue &&
                   eval::Evaluate(module, assertion.when, w.request) !=
                       ir::Verdict::kFalse;
          },
          &broken.unknown);
    };
    for (const ir::Effect effect :
         {ir::Effect::kDeny, ir::Effect::kAsk, ir::Effect::kAllow}) {
      if (!IsBroken(assertion, effect)) continue;
      ask(effect);
      if (broken.witness || run->report().bug) return broken;
    }
  }
  return broken;
}

void ReportBroken(Run* run, const ir::Assertion& assertion,
                  const Witness& witness) {
  const ir::Module& module = run->module();
  const eval::Decision& decision = witness.decision;
  std::vector<std::string> by;
  for (const ir::RuleId id : decision.rules) by.push_back(module.rule(id).name);
  run->Refuted();
  const std::string_view got = ir::EffectName(decision.effect);
  diag::Builder report = run->diags()->Report(
      diag::Kind::kAssertionFailed, assertion.range,
      assertion.always
          ? fmt::format("assertion `{}` fails: a request that it covers is "
                        "decided `{}`, not `{}`",
                        assertion.name, got, ir::EffectName(assertion.effect))
          : fmt::format("assertion `{}` fails: a request that it covers is "
                        "decided `{}`",
                        assertion.name, got));
  for (const ir::RuleId id : decision.rules) {
    report.Note(module.rule(id).range,
                fmt::format("`{}` decides it", module.rule(id).name));
  }
  if (decision.rules.empty() && !decision.reason.empty()) {
    report.Note({}, decision.reason);
  }
  report.With({.rule = assertion.name,
               .by = std::move(by),
               .witness = witness.json,
               .witness_shadowed = ""});
}

}  // namespace

void CheckAssertions(Run* run) {
  for (size_t i = 0; i < run->assertions(); ++i) {
    const ir::Assertion& assertion = run->module().assertions[i];
    const Broken broken = FindBroken(run, i);
    if (run->report().bug) return;
    if (broken.witness) {
      ReportBroken(run, assertion, *broken.witness);
    } else if (!broken.unknown.empty()) {
      run->Unknown(assertion.range, assertion.name,
                   fmt::format("assertion `{}`", assertion.name),
                   broken.unknown);
    } else {
      run->Proved();
    }
  }
}

}  // namespace polc::verifier
