// redundant-rule, redundant-condition, always-matches: what can be left out
// and no decision is another.
#ifndef POLC_VERIFIER_PROPERTIES_RULES_REDUNDANT_H_
#define POLC_VERIFIER_PROPERTIES_RULES_REDUNDANT_H_

#include <string>
#include <vector>

#include "verifier/properties/rules/variant.h"
#include "verifier/properties/run.h"

namespace polc::verifier {

class RedundancyCheck {
 public:
  explicit RedundancyCheck(Run* run) : run_(*run), module_(run->module()) {}

  /// A quick answer: some request shows that the rule decides and would be
  /// missed. False means that it has to be asked in full.
  bool IsSurelyNeeded(ir::RuleId rule, const std::vector<SliceModel*>& slices);
  /// Of a rule that decides something. False if it will be reported.
  bool CheckRule(ir::RuleId rule, const std::vector<SliceModel*>& slices);
  /// Redundant ones, once all rules have been looked at: of a rule that would
  /// be missed but for one that it leaves nothing to, that one is reported.
  void ReportRules();
  /// Of a rule that is needed: its condition, and each operand of it alone.
  void CheckOperands(ir::RuleId rule, const std::vector<SliceModel*>& slices);

 private:
  Variants& VariantsOf(SliceModel* model);
  bool SurelyChanges(ir::RuleId rule, Tri guard, SliceModel* model);
  /// kUnsat: no decision is another in any slice.
  smt::Status Changes(ir::RuleId rule, const ir::RulePart* part,
                      const std::vector<SliceModel*>& slices,
                      std::string* reason);
  bool CheckAlways(ir::RuleId rule, const ir::RulePart& whole,
                   const std::vector<SliceModel*>& slices);

  Run& run_;
  const ir::Module& module_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_RULES_REDUNDANT_H_
