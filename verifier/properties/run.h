// What the properties share: the encoded slices, the way from a solver's model
// to a witness that two engines have confirmed, and the doing of a check in
// parts whose results can be kept (perform.cpp).
#ifndef POLC_VERIFIER_PROPERTIES_RUN_H_
#define POLC_VERIFIER_PROPERTIES_RUN_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "verifier/encode/slice_model.h"
#include "verifier/memo/digests.h"
#include "verifier/memo/effects.h"
#include "verifier/memo/notes.h"
#include "verifier/verify.h"

namespace polc::verifier {

/// A part of a check that hangs on some slices alone. What it does to the run
/// is reporting, counting, and what it says of rules.
struct Task {
  std::string about;           // tells it from others of its check
  std::vector<size_t> slices;  // ascending places
  std::function<void()> work;
};

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
  const std::set<ir::RuleId>& dead_rules() const { return whole_.dead; }
  /// Rules that dead ones were reported for.
  const std::set<ir::RuleId>& blamed_rules() const { return whole_.blamed; }
  const std::set<ir::RuleId>& redundant_rules() const {
    return whole_.redundant;
  }
  void NoteDead(ir::RuleId id) { now_->dead.insert(id); }
  void NoteBlamed(ir::RuleId id) { now_->blamed.insert(id); }
  void NoteRedundant(ir::RuleId id) { now_->redundant.insert(id); }
  const smt::Options& solver_options() const { return solver_options_; }
  bool targets_reported() const { return targets_reported_; }
  /// Where to report; in a task, its own.
  diag::Diagnostics* diags() { return &now_->diags; }
  /// What was reported up to the present task's check.
  const diag::Diagnostics& reported() const { return *diags_; }
  Report& report() { return report_; }
  const std::vector<std::unique_ptr<SliceModel>>& models() const {
    return side_->models;
  }
  const std::vector<Slice>& slices() const { return slices_; }
  /// Slices that something was asked of.
  size_t CountEncoded() const;
  /// The first slice whose requests have too many parts to encode.
  const Slice* FindTooLarge();
  /// The slices in which the rule's guard may be met.
  const std::vector<SliceModel*>& Touched(ir::RuleId rule) const {
    return side_->touched[rule.value()];
  }
  const std::vector<size_t>& TouchedSlices(ir::RuleId rule) const {
    return touched_slices_[rule.value()];
  }
  /// Rules whose target some request of the slice may meet.
  const std::vector<ir::RuleId>& Targeted(size_t slice) const {
    return sketches_[slice].targeted;
  }
  /// Some rule's target covers the whole slice.
  bool IsCovered(size_t slice) const { return sketches_[slice].covered; }
  /// The slices that the target of one of the set's assertions may meet.
  const std::vector<size_t>& Asserted(size_t assertion) const {
    return asserted_[assertion];
  }
  /// Whether Perform keeps and looks up: in sets of many rules.
  bool has_many_rules() const { return listed_ != nullptr; }

  /// Does all tasks. In sets of many rules each is looked up first, then tried
  /// without a solver, and only then with one; what no solver was needed for is
  /// kept. Reports come in the order of the tasks.
  void Perform(const char* check, const std::vector<Task>& tasks);
  /// For whoever gave the tasks: what each of them answered.
  void Answer(std::string text) { now_->answers.push_back(std::move(text)); }
  const std::vector<std::vector<std::string>>& answers() const {
    return answers_;
  }
  /// What the task has found out of one slice alone and, where it looks at
  /// others besides, of `more`: an answer that lists of requests give, noted by
  /// the digests of these slices. `what` tells the task's questions apart.
  /// Only tasks that hang on several slices have notes.
  std::optional<std::string> NotedText(const std::string& what,
                                       const SliceModel& model,
                                       const std::vector<size_t>& more = {});
  /// Of what a solver was needed for nothing is noted.
  void NoteText(const std::string& what, const SliceModel& model,
                std::string answer, const std::vector<size_t>& more = {});
  /// The same of small answers.
  std::optional<uint8_t> Noted(const std::string& what, const SliceModel& model,
                               const std::vector<size_t>& more = {}) {
    const auto text = NotedText(what, model, more);
    if (!text || text->size() != 1) return std::nullopt;
    return static_cast<uint8_t>(text->front());
  }
  void Note(const std::string& what, const SliceModel& model, uint8_t answer,
            const std::vector<size_t>& more = {}) {
    NoteText(what, model, std::string(1, static_cast<char>(answer)), more);
  }
  /// Both: `ask` is called if nothing is noted.
  template <typename Answer, typename Ask>
  Answer Once(const std::string& what, const SliceModel& model,
              const Ask& ask) {
    if (const auto noted = Noted(what, model)) {
      return static_cast<Answer>(*noted);
    }
    const Answer answer = ask();
    Note(what, model, static_cast<uint8_t>(answer));
    return answer;
  }
  /// Ends a check outside of Perform.
  void Settle();

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
    ++now_->proved;
    Advance();
  }
  void Refuted() {
    ++now_->refuted;
    Advance();
  }
  /// `what` is a property ("whether rule `p.r` can decide").
  void Unknown(source::Range range, const std::string& rule,
               const std::string& what, const std::string& reason);

 private:
  // The slices, encoded, with all that their encoding shares. One of a set of
  // few rules. In others those tasks that need a solver have one of their own:
  // what it answers hangs on what it was asked before, and is the same whatever
  // the other tasks are remembered to have found.
  struct Side {
    Side(const ir::Module& module, const ir::Languages& languages,
         const Options& options)
        : facts(module, languages), context(options.solver) {}
    Facts facts;
    // One for all slices: a context of Z3's takes 17 MB, a solver half of one.
    // Where lists of requests answer each slice has a graph of its own.
    smt::Context context;
    bool missed = false;  // something was left to a solver
    std::vector<std::unique_ptr<SliceModel>> models;
    std::vector<std::vector<SliceModel*>> touched;  // by rule
  };
  // What folding says of a slice.
  struct Sketch {
    std::vector<ir::RuleId> targeted;
    bool covered = false;
  };

  void Advance();
  void AddQuestions(const Options& options);
  void Draw();
  std::unique_ptr<Side> MakeSide(const ir::Languages& languages,
                                 const Options& options, bool listed);
  std::optional<Effects> Remember(const std::string& key);
  std::string KeyOf(const char* check, const Task& task);
  const std::string& DigestOf(size_t slice);
  Effects Do(const Task& task);
  Effects TryListed(const Task& task, const std::string& notes, bool* missed);
  std::string NoteOf(const std::string& what, const SliceModel& model,
                     const std::vector<size_t>& more);
  void Forget(const Task& next, Side* side);
  void Merge(Effects effects);

  ir::Module module_;
  size_t assertions_;
  std::vector<std::vector<ir::RulePart>> parts_;
  std::vector<ToolClaim> tools_;
  std::function<bool(const std::string&)> only_reads_;
  std::vector<CostQuestions> cost_questions_;
  std::function<void(size_t, size_t)> progress_;
  bool targets_reported_;
  smt::Options solver_options_;
  Replayer* replayer_;
  diag::Diagnostics* diags_;
  Report report_;
  Effects whole_;           // of the tasks that are done
  Effects* now_ = &whole_;  // of the one that is being done
  std::vector<std::vector<std::string>> answers_;
  std::vector<Slice> slices_;
  std::vector<Sketch> sketches_;                     // by slice
  std::vector<std::vector<size_t>> touched_slices_;  // by rule
  std::vector<std::vector<size_t>> asserted_;        // by assertion
  std::unique_ptr<Side> listed_;  // null in sets of few rules
  std::unique_ptr<Side> solved_;
  Side* side_ = nullptr;  // the one in use
  Memo* memo_;
  std::optional<Digests> digests_;  // with a memo
  Places places_;
  std::vector<std::string> slice_digests_;  // empty: not made yet
  std::optional<Notes> notes_;              // of the present task
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
