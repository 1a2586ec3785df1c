#include "verifier/verify.h"

#include "verifier/properties/run.h"

namespace polc::verifier {

Report Verify(const ir::Module& module, const ir::Languages& languages,
              const Options& options, Replayer* replayer,
              diag::Diagnostics* diags) {
  Run run(module, languages, options, replayer, diags);
  for (const auto& model : run.models()) {
    if (!model->space().too_large()) continue;
    run.Unknown(
        module.policies.empty() ? source::Range() : module.policies[0].range,
        "", "what the policies do",
        "requests of " + model->slice().Name() + " have too many parts");
    return run.report();
  }
  using Property = void (*)(Run*);
  constexpr Property kProperties[] = {CheckAllowsNothing, CheckRules,
                                      CheckAssertions,    CheckFlows,
                                      CheckBounds,        CheckMarks};
  for (const Property check : kProperties) {
    check(&run);
    if (run.report().bug) break;
  }
  for (const auto& model : run.models()) {
    run.report().refinements += model->refinements();
  }
  return run.report();
}

}  // namespace polc::verifier
