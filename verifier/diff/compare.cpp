#include "verifier/diff/compare.h"

#include <fmt/format.h>

#include <memory>

#include "compiler/ir/languages.h"
#include "verifier/diff/run.h"
#include "verifier/diff/signature.h"
#include "verifier/witness.h"

namespace polc::verifier {
namespace {

diag::Decided DecidedOf(const eval::Decision& d) {
  return {std::string(ir::EffectName(d.effect)),
          std::string(eval::ByName(d.by)), d.rule, d.reason};
}

}  // namespace

diag::Case Shown::AsCase(std::string condition) const {
  return {std::move(condition), sides[1].json, DecidedOf(sides[0].decision),
          DecidedOf(sides[1].decision)};
}

std::optional<Shown> DiffRun::Confirm(
    const PairModel& model, const Found& found,
    const std::function<bool(const Shown&)>& shows, std::string* unknown) {
  const eval::Request request =
      MakeRequest(model.space(), found.assignment, found.now);
  Shown shown;
  for (size_t side = 0; side < 2; ++side) {
    auto witness = Replay(module(side), request, sides_[side].replayer);
    if (!witness) {
      report_.bug = witness.error().message;
      return std::nullopt;
    }
    shown.sides[side] = std::move(*witness);
  }
  if (shows(shown)) return shown;
  if (model.space().approximate()) {
    *unknown = "it hangs on a comparison or a cost that is not encoded exactly";
    return std::nullopt;
  }
  report_.bug = fmt::format("a request does not show what it was to show: {}",
                            shown.sides[1].json);
  return std::nullopt;
}

diag::Builder DiffRun::Report(diag::Kind kind, source::Range range,
                              std::string message, bool widens) {
  report_.wider += widens;
  return diags_->Report(kind, range, std::move(message));
}

void DiffRun::Unknown(const std::string& what, const std::string& reason) {
  ++report_.unknown;
  diags_->Report(diag::Kind::kUnknown, Anywhere(),
                 fmt::format("could not decide {}: {}", what, reason));
}

source::Range DiffRun::Anywhere() const {
  const ir::Module& after = module(1);
  return after.policies.empty() ? source::Range() : after.policies[0].range;
}

DiffReport Compare(const DiffSide& before, const DiffSide& after,
                   const smt::Options& solver, diag::Diagnostics* diags) {
  ir::Joined joined = ir::Join(*before.module, *after.module);
  joined.module.assertions.clear();  // they decide nothing
  joined.module.sames.clear();
  const auto languages = ir::Languages::Make(joined.module);
  POLC_CHECK(languages.has_value(), "each language was made before");
  DiffRun run(joined, *languages, {before, after}, diags);
  Facts facts(joined.module, *languages);
  smt::Context context(solver);
  SliceChanges changes;
  for (const SlicePair& pair : MakeSlicePairs(joined)) {
    ++run.report().slices;
    if (SameInSlice(joined, pair, &facts)) continue;
    PairModel model(joined, pair, &facts, &context);
    if (model.too_large()) {
      run.Unknown("what changes for " + pair[1].Name(),
                  "its requests have too many parts");
      continue;
    }
    changes.Compare(&run, &model);
    if (run.report().bug) return run.report();
  }
  changes.Report(&run);
  CompareLimits(&run, changes);
  CompareMarks(&run, changes);
  CompareApprovals(&run);
  CompareCatalogs(&run);
  return run.report();
}

}  // namespace polc::verifier
