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

Broken FindBroken(Run* run, const ir::Assertion& assertion) {
  const ir::Module& module = run->module();
  Broken broken;
  for (const auto& model : run->models()) {
    const Bool target = model->Encode(assertion.target).is_true;
    if (target.is_false()) continue;
    const Bool inside =
        smt::And(target, Not(model->Encode(assertion.when).is_false));
    const auto ask = [&](ir::Effect effect) {
      const Found found = model->Find(
          {model->accepted(), model->Literal(inside), model->Decided(effect)},
          "assertion");
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
      if ((effect == assertion.effect) == assertion.always) continue;
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
    const Broken broken = FindBroken(run, assertion);
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
