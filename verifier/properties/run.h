// What the properties share: the encoded slices, and the way from a solver's
// model to a witness that two engines have confirmed.
#ifndef POLC_VERIFIER_PROPERTIES_RUN_H_
#define POLC_VERIFIER_PROPERTIES_RUN_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "verifier/encode/slice_model.h"
#include "verifier/verify.h"

namespace polc::verifier {

class Run {
 public:
  Run(const ir::Module& module, const ir::Languages& languages,
      const Options& options, Replayer* replayer, diag::Diagnostics* diags);

  /// As it was given, with the questions below and the rules' parts behind it.
  const ir::Module& module() const { return module_; }
  /// The set's own assertions; those behind them are questions.
  size_t assertions() const { return assertions_; }
  const std::vector<ir::RulePart>& parts(ir::RuleId rule) const;
  const std::vector<ToolClaim>& tools() const { return tools_; }
  /// Whether the call's own arguments say that it only reads.
  bool OnlyReads(const std::string& operation) const {
    return only_reads_ && only_reads_(operation);
  }
  /// Conditions on the cost of a limit, none of a cost that is a constant: it
  /// is at most the amount; it is 0; it is so small that the amount lasts for
  /// all calls that another limit lets through in the window.
  struct CostQuestions {
    ir::CondId fits, free;
    std::map<size_t, ir::CondId> lasts;  // by the other limit's place
  };
  const CostQuestions& cost_questions(size_t limit) const {
    return cost_questions_[limit];
  }
  /// Rules that decide nothing, known once CheckRules is done: whatever else
  /// is wrong with them has one cause.
  std::set<ir::RuleId>& dead_rules() { return dead_rules_; }
  /// Rules that dead ones were reported for.
  std::set<ir::RuleId>& blamed_rules() { return blamed_rules_; }
  std::set<ir::RuleId>& redundant_rules() { return redundant_rules_; }
  const smt::Options& solver_options() const { return solver_options_; }
  bool targets_reported() const { return targets_reported_; }
  diag::Diagnostics* diags() const { return diags_; }
  Report& report() { return report_; }
  const std::vector<std::unique_ptr<SliceModel>>& models() const {
    return models_;
  }
  /// The slices in which the rule's target may be met.
  const std::vector<SliceModel*>& Touched(ir::RuleId rule) const {
    return touched_[rule.value()];
  }

  /// The request of a model, if both engines agree on it and `shows` holds.
  /// If not: a bug, unless the slice is encoded loosely; then `*unknown` says
  /// why nothing is known.
  std::optional<Witness> Confirm(
      const SliceModel& model, const Found& found,
      const std::function<bool(const Witness&)>& shows, std::string* unknown);

  /// `request` by both engines; empty if they differ, which is a bug.
  std::optional<Witness> Decide(eval::Request request);
  /// The same of a sequence, with limits and marks.
  std::optional<std::vector<eval::Decision>> Play(
      const std::vector<eval::Request>& requests);

  void Proved() {
    ++report_.proved;
    Advance();
  }
  void Refuted() {
    ++report_.refuted;
    Advance();
  }
  /// `what` is a property ("whether rule `p.r` can decide").
  void Unknown(source::Range range, const std::string& rule,
               const std::string& what, const std::string& reason);

 private:
  void Advance();
  void AddQuestions(const Options& options);

  ir::Module module_;
  size_t assertions_;
  std::vector<std::vector<ir::RulePart>> parts_;
  std::vector<ToolClaim> tools_;
  std::function<bool(const std::string&)> only_reads_;
  std::vector<CostQuestions> cost_questions_;
  std::set<ir::RuleId> dead_rules_;
  std::set<ir::RuleId> blamed_rules_;
  std::set<ir::RuleId> redundant_rules_;
  std::function<void(size_t, size_t)> progress_;
  bool targets_reported_;
  smt::Options solver_options_;
  Facts facts_;
  // One for all slices: a context of Z3's takes 17 MB, a solver half of one.
  smt::Context context_;
  Replayer* replayer_;
  diag::Diagnostics* diags_;
  Report report_;
  std::vector<Slice> slices_;
  std::vector<std::unique_ptr<SliceModel>> models_;
  std::vector<std::vector<SliceModel*>> touched_;  // by rule
};

// The properties, one file each. Each reports what it finds.
void CheckAllowsNothing(Run* run);
void CheckRules(Run* run);
void CheckAssertions(Run* run);
void CheckFlows(Run* run);
void CheckBounds(Run* run);
/// Of marks that some condition reads.
void CheckMarks(Run* run);
void CheckEmptyLists(Run* run);
void CheckErrors(Run* run);
void CheckApprovals(Run* run);
void CheckFlowBypasses(Run* run);
void CheckPartialShadows(Run* run);
void CheckUncovered(Run* run);
void CheckUnlimited(Run* run);
/// limit-unused, limit-blocks-all, free-charge.
void CheckLimits(Run* run);
void CheckBinding(Run* run);

/// The bound that a limit would be: of what it counts, in its window, by its
/// keys. Its amount is the limit's own.
ir::Bound BoundOf(const ir::Limit& limit);

/// A literal of each request that a `target when` covers: an error is inside.
smt::Bool Inside(SliceModel* model, ir::CondId target, ir::CondId when);
bool IsInside(const ir::Module& module, ir::CondId target, ir::CondId when,
              const eval::Request& request);
/// That the caller holds the mark; false where nothing asks.
smt::Bool HoldsMark(const SliceModel& model, const ir::Mark& mark);
/// The code of a limit or mark by its place; null if it never goes with a
/// request of the slice.
const ChargeCode* ChargeOf(const SliceModel& model, size_t index);

/// A rule that no accepted request of its servers matches (never_matches.cpp);
/// called by CheckRules.
void ReportNeverMatches(Run* run, ir::RuleId rule);
/// The demands that together leave no call of the slice on which `holds` is
/// true, none of them dispensable: "`args.n` must be a number" each.
std::vector<std::string> DemandsAgainst(SliceModel* model, smt::Bool holds);

/// True if `rule` is among those that made the decision.
bool DecidedBy(const eval::Decision& decision, ir::RuleId rule);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_RUN_H_
