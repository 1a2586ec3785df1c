// What the parts of a comparison share.
#ifndef POLC_VERIFIER_DIFF_RUN_H_
#define POLC_VERIFIER_DIFF_RUN_H_

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/join.h"
#include "compiler/ir/languages.h"
#include "verifier/diff/compare.h"
#include "verifier/encode/pair_model.h"

namespace polc::verifier {

/// A request with what both sides make of it.
struct Shown {
  std::array<Witness, 2> sides;
  diag::Case AsCase(std::string condition) const;
};

class DiffRun {
 public:
  /// All must outlive it; `languages` are of the joined module.
  DiffRun(const ir::Joined& joined, const ir::Languages& languages,
          const std::array<DiffSide, 2>& sides, diag::Diagnostics* diags)
      : joined_(joined), languages_(languages), sides_(sides), diags_(diags) {}

  const ir::Joined& joined() const { return joined_; }
  const ir::Languages& languages() const { return languages_; }
  const ir::Module& module(size_t side) const { return *sides_[side].module; }
  DiffReport& report() { return report_; }

  /// The request of a model, if both sides' engines agree on it and `shows`
  /// holds. If not: a bug, unless the slice is encoded loosely; then
  /// `*unknown` says why nothing is known.
  std::optional<Shown> Confirm(const PairModel& model, const Found& found,
                               const std::function<bool(const Shown&)>& shows,
                               std::string* unknown);

  /// Adds a difference. `range` is of the new side.
  diag::Builder Report(diag::Kind kind, source::Range range,
                       std::string message, bool widens);
  void Unknown(const std::string& what, const std::string& reason);

  /// Somewhere in the new set, for what has no better place.
  source::Range Anywhere() const;

 private:
  const ir::Joined& joined_;
  const ir::Languages& languages_;
  std::array<DiffSide, 2> sides_;
  diag::Diagnostics* diags_;
  DiffReport report_;
};

/// A test that has this verdict. `holds_or_not`: false stands for an error too.
struct Stated {
  ir::CondId cond;  // of the joined module
  ir::Verdict verdict = ir::Verdict::kTrue;
  bool holds_or_not = false;
};

/// A set of requests of one slice, described.
struct Region {
  /// Of each case what its condition says; what is not a test is left out.
  std::vector<std::vector<Stated>> stated;
  std::vector<diag::Case> cases;
  std::vector<ir::RuleId> rules;  // of the new side, that decide the requests
  bool exact = true;
  std::string unknown;  // not empty: some of it could not be decided
};

/// All requests of the slice with `inside`, of those that `accepted` holds for.
/// No cases: there are none, unless `unknown`.
Region Describe(DiffRun* run, PairModel* model, smt::Bool accepted,
                smt::Bool inside,
                const std::function<bool(const Shown&)>& shows);

/// Differences of one slice, added to what other slices have in common.
class SliceChanges {
 public:
  void Compare(DiffRun* run, PairModel* model);
  void Report(DiffRun* run);

  /// What counts for a limit or mark in some slice, by its name.
  struct Coverage {
    std::vector<std::string> slices;
    Region region;
  };
  enum class How : uint8_t { kLost, kGained, kSoftened, kHardened };
  const Coverage* Find(const std::string& name, How how) const;

 private:
  struct Key {
    ir::Effect from;
    ir::Effect to;
    std::vector<std::string> conditions;
    std::vector<std::string> rules;
    auto operator<=>(const Key&) const = default;
  };
  struct Group {
    std::vector<std::string> slices;
    Region region;
  };
  void CompareDecisions(DiffRun* run, PairModel* model);
  void CompareCharges(DiffRun* run, PairModel* model);
  std::vector<std::pair<Key, Group>> groups_;
  std::map<std::pair<std::string, How>, Coverage> coverage_;
};

/// Declarations that differ, whatever the requests.
void CompareLimits(DiffRun* run, const SliceChanges& changes);
void CompareMarks(DiffRun* run, const SliceChanges& changes);
void CompareApprovals(DiffRun* run);
void CompareCatalogs(DiffRun* run);

/// The limit or mark of this name, if it goes with requests of the slice.
const ChargeCode* FindCharge(const SetCode& set, const ir::Module& module,
                             const std::string& name, bool mark);
/// Whether it goes with what was decided; `firmly`: not only with `else ask`.
/// `module` is the side's own.
bool GoesWith(const ir::Module& module, const eval::Decision& decision,
              const std::string& name, bool mark, bool firmly);
/// "10 per minute per grant cost 2".
std::string LimitWords(const ir::Module& module, const ir::Limit& limit);

/// "tool `a`, tool `b` and 3 more".
std::string ListSlices(const std::vector<std::string>& names);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_DIFF_RUN_H_
