#include "verifier/verify.h"

#include <span>

#include "verifier/properties/run.h"

namespace polc::verifier {

Report Verify(const ir::Module& module, const ir::Languages& languages,
              const Options& options, Replayer* replayer,
              diag::Diagnostics* diags) {
  Run run(module, languages, options, replayer, diags);
  if (const Slice* slice = run.FindTooLarge()) {
    run.Unknown(
        module.policies.empty() ? source::Range() : module.policies[0].range,
        "", "what the policies do",
        "requests of " + slice->Name() + " have too many parts");
    run.Settle();
    return run.report();
  }
  using Property = void (*)(Run*);
  constexpr Property kOfRules[] = {
      CheckAllowsNothing, CheckRules,      CheckPartialShadows,
      CheckErrors,        CheckEmptyLists, CheckUncovered,
      CheckUnlimited,     CheckLimits,     CheckBinding,
      CheckMarks,         CheckApprovals,  CheckFlowBypasses};
  constexpr Property kAsserted[] = {CheckAssertions, CheckFlows, CheckBounds};
  const auto check = [&](std::span<const Property> properties) {
    for (const Property property : properties) {
      if (!run.report().bug) property(&run);
      run.Settle();
    }
  };
  if (!options.assertions_only) check(kOfRules);
  check(kAsserted);
  run.report().encoded = run.CountEncoded();
  for (const auto& model : run.models()) {
    run.report().refinements += model->refinements();
  }
  return run.report();
}

}  // namespace polc::verifier
