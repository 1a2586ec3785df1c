// What the properties share: the encoded slices, and the way from a solver's
// model to a witness that two engines have confirmed.
#ifndef POLC_VERIFIER_PROPERTIES_RUN_H_
#define POLC_VERIFIER_PROPERTIES_RUN_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verifier/encode/slice_model.h"
#include "verifier/verify.h"

namespace polc::verifier {

class Run {
 public:
  Run(const ir::Module& module, const ir::Languages& languages,
      const Options& options, Replayer* replayer, diag::Diagnostics* diags);

  const ir::Module& module() const { return module_; }
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

  const ir::Module& module_;
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

/// True if `rule` is among those that made the decision.
bool DecidedBy(const eval::Decision& decision, ir::RuleId rule);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_RUN_H_
