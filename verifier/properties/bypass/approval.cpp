// approval-bypass: a call that an ask covers, and that is allowed if it is
// written otherwise.
#include <fmt/format.h>

#include <set>

#include "verifier/properties/bypass/rewritten.h"
#include "verifier/properties/bypass/spellings.h"

namespace polc::verifier {
namespace {

using smt::Bool;

class ApprovalBypass {
 public:
  ApprovalBypass(Run* run, ir::RuleId id, AlikeSets* sets)
      : run_(*run),
        module_(run->module()),
        id_(id),
        rule_(module_.rule(id)),
        sets_(*sets) {}

  // `others` are, of each slice, those that spellings of its requests are in.
  void Check(const std::vector<std::vector<size_t>>& others) {
    std::string unknown;
    for (const size_t slice : run_.TouchedSlices(id_)) {
      SliceModel* model = run_.models()[slice].get();
      if (run_.Noted("none", *model, others[slice])) continue;
      const bool ended = ForRewritings(
          &run_, model, rule_.guard, &sets_,
          [&](Twin* twin) { return Try(twin, &unknown); }, &unknown);
      if (ended) return;
      if (unknown.empty()) run_.Note("none", *model, 1, others[slice]);
    }
    if (unknown.empty()) return;
    run_.Unknown(
        rule_.range, rule_.name,
        fmt::format("whether ask `{}` can be walked around", rule_.name),
        unknown);
  }

 private:
  // True if there is nothing more to look for.
  bool Try(Twin* twin, std::string* unknown) {
    std::vector<Bool> asked = {twin->as_is().Decided(ir::Effect::kAsk),
                               twin->otherwise().Decided(ir::Effect::kAllow)};
    for (const PolicyCode& policy : twin->as_is().policies()) {
      for (const RuleCode& rule : policy.rules) {
        if (rule.id != id_) continue;
        asked.push_back(
            twin->Literal(smt::And(rule.reached, rule.guard.is_true)));
      }
    }
    const Twin::Pair pair = twin->Find(asked);
    if (pair.status == smt::Status::kUnknown) *unknown = pair.reason;
    if (pair.status != smt::Status::kSat) return false;
    const auto covered = run_.Decide(pair.first);
    if (!covered) return true;
    const auto allowed = run_.Decide(pair.second);
    if (!allowed) return true;
    const bool shows = covered->decision.effect == ir::Effect::kAsk &&
                       DecidedBy(covered->decision, id_) &&
                       allowed->decision.effect == ir::Effect::kAllow;
    if (!shows) return !twin->exact() ? NoteLoose(unknown) : NoteBug(*allowed);
    Report(*covered, *allowed, pair.what);
    return true;
  }

  static bool NoteLoose(std::string* unknown) {
    *unknown = "it hangs on a comparison or a cost that is not encoded exactly";
    return false;
  }

  bool NoteBug(const Witness& allowed) {
    run_.report().bug = fmt::format(
        "a call written otherwise does not show what it was to show: {}",
        allowed.json);
    return true;
  }

  void Report(const Witness& covered, const Witness& allowed,
              const std::string& what) {
    run_.Refuted();
    diag::Builder report = run_.diags()->Report(
        diag::Kind::kApprovalBypass, rule_.range,
        fmt::format("ask `{}` can be walked around: with {} the call is "
                    "allowed",
                    rule_.name, what));
    std::vector<std::string> by;
    for (const ir::RuleId id : allowed.decision.rules) {
      const ir::Rule& other = module_.rule(id);
      by.push_back(other.name);
      report.Note(other.range, fmt::format("`{}` allows it", other.name));
    }
    report.With({.rule = rule_.name,
                 .by = std::move(by),
                 .witness = allowed.json,
                 .witness_shadowed = covered.json});
  }

  Run& run_;
  const ir::Module& module_;
  ir::RuleId id_;
  const ir::Rule& rule_;
  AlikeSets& sets_;
};

}  // namespace

void CheckApprovals(Run* run) {
  const ir::Module& module = run->module();
  const auto others = SlicesOfSpellings(*run);
  AlikeSets sets(*run);
  std::vector<Task> tasks;
  for (size_t i = 0; i < module.rules.size(); ++i) {
    const ir::RuleId id(i);
    if (module.rules[i].effect != ir::Effect::kAsk) continue;
    if (run->dead_rules().contains(id)) continue;
    std::set<size_t> slices;
    for (const size_t slice : run->TouchedSlices(id)) {
      slices.insert(slice);
      slices.insert(others[slice].begin(), others[slice].end());
    }
    tasks.push_back({module.rules[i].name,
                     {slices.begin(), slices.end()},
                     [=, &sets, &others] {
                       ApprovalBypass(run, id, &sets).Check(others);
                     }});
  }
  run->Perform("approval-bypass", tasks);
}

}  // namespace polc::verifier
