// approval-bypass: a call that an ask covers, and that is allowed if it is
// written otherwise. Found by trying: what is not found may still be there.
#include <fmt/format.h>

#include <set>

#include "verifier/properties/bypass/spellings.h"
#include "verifier/properties/rules/guards.h"

namespace polc::verifier {
namespace {

using smt::Bool;

class ApprovalBypass {
 public:
  ApprovalBypass(Run* run, const OtherNames& names, ir::RuleId id)
      : run_(*run),
        module_(run->module()),
        names_(names),
        id_(id),
        rule_(module_.rule(id)) {}

  // `others` are, of each slice, those that spellings of its requests are in.
  void Check(const std::vector<std::vector<size_t>>& others) {
    for (const size_t slice : run_.TouchedSlices(id_)) {
      SliceModel* model = run_.models()[slice].get();
      if (run_.Noted("none", *model, others[slice])) continue;
      if (Check(model)) return;
      run_.Note("none", *model, 1, others[slice]);
    }
  }

 private:
  bool Check(SliceModel* model) {
    std::vector<Bool> asked = DecidesAsked(module_, model, id_);
    asked.push_back(model->Decided(ir::Effect::kAsk));
    if (Try(model, asked)) return true;
    for (const ir::CondId test : TextTests(module_, model, rule_.guard)) {
      std::vector<Bool> with = asked;
      with.push_back(model->Literal(model->Encode(test).is_true));
      if (Try(model, with)) return true;
    }
    return false;
  }

  bool Try(SliceModel* model, const std::vector<Bool>& asked) {
    const Found found = model->Find(asked, "approval");
    if (found.status != smt::Status::kSat) return false;
    std::string unknown;
    const auto covered = run_.Confirm(
        *model, found,
        [&](const Witness& w) {
          return w.decision.effect == ir::Effect::kAsk &&
                 DecidedBy(w.decision, id_);
        },
        &unknown);
    if (!covered) return run_.report().bug.has_value();
    for (const Spelling& spelling :
         SpellingsOf(module_, names_, rule_.guard, covered->request)) {
      const auto decided = run_.Decide(spelling.request);
      if (!decided) return true;
      if (decided->decision.effect != ir::Effect::kAllow) continue;
      Report(*covered, *decided, spelling.what);
      return true;
    }
    return false;
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
  const OtherNames& names_;
  ir::RuleId id_;
  const ir::Rule& rule_;
};

}  // namespace

void CheckApprovals(Run* run) {
  const ir::Module& module = run->module();
  const OtherNames names(*run);
  const auto others = SlicesOfSpellings(*run);
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
                     [=, &names, &others] {
                       ApprovalBypass(run, names, id).Check(others);
                     }});
  }
  run->Perform("approval-bypass", tasks);
}

}  // namespace polc::verifier
