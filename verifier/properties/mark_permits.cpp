// mark-permits: a mark is a taint, so holding it must never permit more. The
// set with the mark held everywhere and the set with it held nowhere are asked
// about together, over the same unknowns.
#include <fmt/format.h>

#include "compiler/ir/join.h"
#include "verifier/encode/pair_model.h"
#include "verifier/properties/run.h"
#include "verifier/witness.h"

namespace polc::verifier {
namespace {

using ir::Effect;
using smt::And;
using smt::Bool;
using smt::Not;

// `module` as it is for those who hold the mark, or for the others.
ir::Module Assuming(const ir::Module& module, ir::FieldId mark, bool held) {
  ir::Module out = module;
  out.assertions.clear();
  out.bounds.clear();
  out.flows.clear();
  out.sames.clear();
  const auto kind =
      static_cast<size_t>(held ? ir::Kind::kBool : ir::Kind::kMissing);
  for (ir::Cond& cond : out.conds) {
    if (cond.kind != ir::CondKind::kTest || cond.field != mark) continue;
    const ir::Outcome outcome = cond.on[kind];
    cond = ir::Cond();
    cond.verdict = outcome == ir::Outcome::kTrue    ? ir::Verdict::kTrue
                   : outcome == ir::Outcome::kFalse ? ir::Verdict::kFalse
                                                    : ir::Verdict::kError;
  }
  return out;
}

class MarkCheck {
 public:
  MarkCheck(Run* run, size_t mark, ir::FieldId field)
      : run_(*run),
        module_(run->module()),
        place_(mark),
        mark_(module_.marks[mark]),
        joined_(ir::Join(Assuming(module_, field, true),
                         Assuming(module_, field, false))) {}

  void Check() {
    auto languages = ir::Languages::Make(joined_.module);
    if (!languages) return Unknown(languages.error().message);
    Facts facts(joined_.module, *languages);
    smt::Context context(run_.solver_options());
    const std::vector<SlicePair> pairs = MakeSlicePairs(joined_);
    for (const SlicePair& pair : pairs) {
      PairModel model(joined_, pair, &facts, &context);
      if (model.too_large()) return Unknown("requests have too many parts");
      CheckSlice(&model);
      if (reported_ || run_.report().bug) return;
    }
    if (!unknown_.empty()) return Unknown(unknown_);
    run_.Proved();
  }

 private:
  void Unknown(const std::string& reason) {
    run_.Unknown(mark_.range, mark_.name,
                 fmt::format("whether mark `{}` permits", mark_.name), reason);
  }

  void CheckSlice(PairModel* model) {
    const SetCode& with = model->set(0);
    const SetCode& without = model->set(1);
    const ir::Mark& mark =
        joined_.module.marks[joined_.parts[0].marks.begin + place_];
    const Node* key = model->space().Resolve(mark.key.field, nullptr);
    POLC_CHECK(key != nullptr, "a mark's key that was not collected");
    const Bool somebody = key->Is(ir::Kind::kString);
    const Bool more[] = {
        And({somebody, with.Final(Effect::kAllow),
             Not(without.Final(Effect::kAllow))}),
        And({somebody, with.Final(Effect::kAsk), without.Final(Effect::kDeny)}),
    };
    for (const Bool& asked : more) {
      if (asked.is_false()) continue;
      const Found found = model->Find({model->Literal(asked)}, "mark-permits");
      if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
      if (found.status != smt::Status::kSat) continue;
      Show(MakeRequest(model->space(), found.assignment, found.now),
           model->space().approximate());
      if (reported_ || run_.report().bug) return;
    }
  }

  void Show(eval::Request request, bool is_approximate) {
    const auto without = run_.Decide(request);
    request.marks.push_back(mark_.name);
    const auto with = without ? run_.Decide(request) : std::nullopt;
    if (!with) return;
    if (with->decision.effect <= without->decision.effect) {
      if (is_approximate) {
        unknown_ =
            "it hangs on a comparison or a cost that is not encoded exactly";
      } else {
        run_.report().bug = fmt::format(
            "a witness does not show what it was to show: {}", with->json);
      }
      return;
    }
    reported_ = true;
    run_.Refuted();
    std::vector<std::string> by;
    for (const ir::RuleId id : with->decision.rules) {
      by.push_back(module_.rule(id).name);
    }
    diag::Builder report = run_.diags()->Report(
        diag::Kind::kMarkPermits, mark_.range,
        fmt::format("mark `{}` permits: who holds it is decided `{}`, who does "
                    "not `{}`",
                    mark_.name, ir::EffectName(with->decision.effect),
                    ir::EffectName(without->decision.effect)));
    for (const ir::RuleId id : with->decision.rules) {
      report.Note(
          module_.rule(id).range,
          fmt::format("`{}` decides with the mark", module_.rule(id).name));
    }
    for (const ir::RuleId id : without->decision.rules) {
      report.Note(module_.rule(id).range, fmt::format("`{}` decides without it",
                                                      module_.rule(id).name));
    }
    report.With({.rule = mark_.name,
                 .by = std::move(by),
                 .witness = with->json,
                 .witness_shadowed = ""});
  }

  Run& run_;
  const ir::Module& module_;
  size_t place_;
  const ir::Mark& mark_;
  ir::Joined joined_;
  std::string unknown_;
  bool reported_ = false;
};

}  // namespace

void CheckMarks(Run* run) {
  const ir::Module& module = run->module();
  for (size_t i = 0; i < module.marks.size(); ++i) {
    const ir::Field wanted{ir::Root::kMarks, {{module.marks[i].name, -1}}};
    for (size_t f = 0; f < module.fields.size(); ++f) {
      if (module.fields[f] != wanted) continue;
      MarkCheck(run, i, ir::FieldId(f)).Check();
      break;
    }
    if (run->report().bug) return;
  }
}

}  // namespace polc::verifier
