// flow-bypass: a sequence of calls after which what a mark was to guard is
// allowed: by a rule that is tried before the one that guards it, or because
// the call that is to set the mark, written otherwise, sets none.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "verifier/properties/bypass/spellings.h"

namespace polc::verifier {
namespace {

using smt::Bool;

bool Reads(const ir::Module& module, ir::CondId id, const ir::Field& wanted) {
  const ir::Cond& cond = module.cond(id);
  if (cond.kind == ir::CondKind::kTest && module.field(cond.field) == wanted) {
    return true;
  }
  return std::any_of(
      cond.operands.begin(), cond.operands.end(),
      [&](ir::CondId operand) { return Reads(module, operand, wanted); });
}

bool Sets(const Witness& witness, size_t mark) {
  return std::any_of(witness.decision.marks.begin(),
                     witness.decision.marks.end(),
                     [&](ir::MarkId id) { return id.value() == mark; });
}

class FlowBypass {
 public:
  FlowBypass(Run* run, const OtherNames& names, size_t mark)
      : run_(*run),
        module_(run->module()),
        names_(names),
        place_(mark),
        mark_(module_.marks[mark]) {}

  void Check() {
    const ir::Field held{ir::Root::kMarks, {{mark_.name, -1}}};
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      const ir::RuleId id(r);
      const ir::Rule& rule = module_.rules[r];
      if (rule.effect == ir::Effect::kAllow || run_.dead_rules().contains(id) ||
          !Reads(module_, rule.guard, held)) {
        continue;
      }
      if (rule.effect == ir::Effect::kAsk) CheckEarlier(id);
      if (run_.report().bug) return;
      if (!reported_) CheckSpelling(id);
      if (run_.report().bug) return;
    }
  }

 private:
  // A call that sets the mark, and of which `also` is true.
  std::optional<Witness> FindSetter(SliceModel* model, Bool also) {
    const ChargeCode* code = ChargeOf(*model, module_.limits.size() + place_);
    if (code == nullptr || code->charged.is_false()) return std::nullopt;
    const Found found =
        model->Find({model->accepted(), model->permitted(),
                     model->Literal(smt::And(code->charged, also))},
                    "setter");
    if (found.status != smt::Status::kSat) return std::nullopt;
    std::string unknown;
    return run_.Confirm(
        *model, found, [&](const Witness& w) { return Sets(w, place_); },
        &unknown);
  }

  // Calls that the rule takes where the mark is held, and that are decided so.
  template <typename Then>
  void ForGuarded(ir::RuleId id, std::optional<ir::Effect> effect,
                  const Then& then) {
    for (SliceModel* model : run_.Touched(id)) {
      std::vector<Bool> asked = {model->accepted(),
                                 model->Literal(model->Rule(id)->guard.is_true),
                                 model->Literal(HoldsMark(*model, mark_))};
      if (effect) asked.push_back(model->Decided(*effect));
      const Found found = model->Find(asked, "guarded");
      if (found.status != smt::Status::kSat) continue;
      std::string unknown;
      const auto guarded = run_.Confirm(
          *model, found,
          [&](const Witness& w) {
            return eval::Evaluate(module_, module_.rule(id).guard, w.request) ==
                       ir::Verdict::kTrue &&
                   (!effect || w.decision.effect == *effect);
          },
          &unknown);
      if (guarded && Depends(id, guarded->request)) then(*guarded);
      if (reported_ || run_.report().bug) return;
    }
  }

  // It is the mark that makes the rule take the call.
  bool Depends(ir::RuleId id, eval::Request request) const {
    std::erase(request.marks, mark_.name);
    return eval::Evaluate(module_, module_.rule(id).guard, request) !=
           ir::Verdict::kTrue;
  }

  void CheckEarlier(ir::RuleId id) {
    ForGuarded(id, ir::Effect::kAllow, [&](const Witness& guarded) {
      for (const auto& model : run_.models()) {
        const auto setter = FindSetter(model.get(), Bool::Of(true));
        if (!setter) continue;
        const auto calls =
            Sequence(&run_, setter->request, guarded.request,
                     [&](const Witness& a, const Witness& b) {
                       return Sets(a, place_) &&
                              eval::Evaluate(module_, module_.rule(id).guard,
                                             b.request) == ir::Verdict::kTrue;
                     });
        if (run_.report().bug) return;
        if (!calls) continue;
        return Report(module_.rule(id), guarded, *calls,
                      fmt::format("what ask `{}` is to guard once mark `{}` is "
                                  "set is allowed by another rule",
                                  module_.rule(id).name, mark_.name));
      }
    });
  }

  void CheckSpelling(ir::RuleId id) {
    if (!mark_.on.valid()) return;
    ForGuarded(id, std::nullopt, [&](const Witness& guarded) {
      for (const auto& model : run_.models()) {
        if (TrySpellings(id, model.get(), Bool::Of(true), guarded)) return;
        for (const ir::CondId test :
             TextTests(module_, model.get(), mark_.on)) {
          const Bool holds = model->Encode(test).is_true;
          if (TrySpellings(id, model.get(), holds, guarded)) return;
        }
      }
    });
  }

  bool TrySpellings(ir::RuleId id, SliceModel* model, Bool also,
                    const Witness& guarded) {
    const auto setter = FindSetter(model, also);
    if (!setter) return run_.report().bug.has_value();
    for (const Spelling& spelling :
         SpellingsOf(module_, names_, mark_.on, setter->request)) {
      const auto calls = Sequence(
          &run_, spelling.request, guarded.request,
          [&](const Witness& a, const Witness&) { return !Sets(a, place_); });
      if (run_.report().bug) return true;
      if (!calls) continue;
      Report(module_.rule(id), guarded, *calls,
             fmt::format("with {} a call sets no mark `{}`, and what {} `{}` "
                         "is to guard is allowed",
                         spelling.what, mark_.name,
                         ir::EffectName(module_.rule(id).effect),
                         module_.rule(id).name));
      return true;
    }
    return false;
  }

  void Report(const ir::Rule& rule, const Witness& guarded,
              const std::vector<eval::Request>& calls,
              const std::string& message) {
    reported_ = true;
    run_.Refuted();
    diag::Builder report =
        run_.diags()->Report(diag::Kind::kFlowBypass, rule.range, message);
    report.Note(mark_.range, fmt::format("mark `{}` is set here", mark_.name));
    std::vector<std::string> by;
    if (guarded.decision.effect == ir::Effect::kAllow) {
      for (const ir::RuleId id : guarded.decision.rules) {
        by.push_back(module_.rule(id).name);
        report.Note(module_.rule(id).range,
                    fmt::format("`{}` allows the second call", by.back()));
      }
    }
    report.With({.rule = rule.name,
                 .by = std::move(by),
                 .witness = SequenceJson(calls),
                 .witness_shadowed = ""});
  }

  Run& run_;
  const ir::Module& module_;
  const OtherNames& names_;
  size_t place_;
  const ir::Mark& mark_;
  bool reported_ = false;
};

}  // namespace

void CheckFlowBypasses(Run* run) {
  const OtherNames names(*run);
  for (size_t i = 0; i < run->module().marks.size(); ++i) {
    FlowBypass(run, names, i).Check();
    if (run->report().bug) return;
  }
}

}  // namespace polc::verifier
