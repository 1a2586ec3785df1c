// limit-unused, limit-blocks-all, free-charge: whether some call is charged,
// whether such a call ever fits, and whether one costs nothing. Of limits and
// costs that a constant decides without a solver, only the first is asked.
#include <fmt/format.h>

#include <algorithm>

#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Status;

class LimitUse {
 public:
  LimitUse(Run* run, size_t place)
      : run_(*run),
        module_(run->module()),
        place_(place),
        limit_(module_.limits[place]),
        questions_(run->cost_questions(place)),
        cost_(module_.term(limit_.cost)) {}

  void Check() {
    std::string unknown;
    if (!FindCharged({}, &unknown)) {
      if (run_.report().bug) return;
      if (!unknown.empty()) return Unknown("anything is charged to", unknown);
      if (!OnlyDeadRulesCharge()) ReportUnused();
      return;
    }
    if (!CheckFits() || run_.report().bug) return;
    CheckFree();
  }

 private:
  bool IsConstant() const { return cost_.kind == ir::TermKind::kConstant; }

  // A call that is permitted, charged to the limit, and of which `also` is
  // true. Nothing, with `unknown` set, if that was not decided.
  std::optional<Witness> FindCharged(ir::CondId also, std::string* unknown) {
    for (const auto& model : run_.models()) {
      const ChargeCode* code = ChargeOf(*model, place_);
      if (code == nullptr || code->charged.is_false()) continue;
      std::vector<Bool> asked = {model->accepted(), model->permitted(),
                                 model->Literal(code->charged)};
      if (also.valid()) {
        asked.push_back(model->Literal(model->Encode(also).is_true));
      }
      const Found found = model->Find(asked, "charged");
      if (found.status == Status::kUnknown) *unknown = found.reason;
      if (found.status != Status::kSat) continue;
      auto shown = run_.Confirm(
          *model, found,
          [&](const Witness& w) {
            return std::any_of(w.decision.charges.begin(),
                               w.decision.charges.end(),
                               [&](const eval::Charge& charge) {
                                 return charge.limit.value() == place_;
                               });
          },
          unknown);
      if (shown || run_.report().bug) return shown;
    }
    return std::nullopt;
  }

  // The rules that charge it have been reported, and are what is wrong.
  bool OnlyDeadRulesCharge() const {
    bool any = false;
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      for (const ir::Charge& charge : module_.rules[r].charges) {
        if (charge.limit.value() != place_) continue;
        any = true;
        if (!run_.dead_rules().contains(ir::RuleId(r))) return false;
      }
    }
    return any && !limit_.on.valid();
  }

  bool CheckFits() {
    if (IsConstant()) {
      if (cost_.value <= limit_.amount) return true;
      ReportBlocks();
      return false;
    }
    std::string unknown;
    if (FindCharged(questions_.fits, &unknown)) return true;
    if (run_.report().bug) return false;
    if (!unknown.empty()) {
      Unknown("anything fits", unknown);
      return false;
    }
    ReportBlocks();
    return false;
  }

  void CheckFree() {
    if (IsConstant()) return;
    std::string unknown;
    const auto free = FindCharged(questions_.free, &unknown);
    if (run_.report().bug) return;
    if (!free) {
      if (!unknown.empty()) Unknown("a call costs nothing by", unknown);
      return;
    }
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kFreeCharge, limit_.range,
                 fmt::format("a call can cost `{}` nothing: then it counts no "
                             "calls",
                             limit_.name))
        .Help("count calls as well, or deny what costs 0")
        .With(Of(free->json));
  }

  void ReportUnused() {
    bool charged = limit_.on.valid();
    for (const ir::Rule& rule : module_.rules) {
      for (const ir::Charge& charge : rule.charges) {
        charged |= charge.limit.value() == place_;
      }
    }
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kLimitUnused, limit_.range,
                 charged ? fmt::format("no call that is permitted is charged "
                                       "to `{}`",
                                       limit_.name)
                         : fmt::format("nothing charges `{}`", limit_.name))
        .Help(charged ? "see that what it counts is what the rules permit"
                      : "write `charge` in a rule, or `on` behind the limit")
        .With(Of(""));
  }

  void ReportBlocks() {
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kLimitBlocksAll, limit_.range,
                 fmt::format("`{}` lets nothing through: every call that it "
                             "counts costs more than {}",
                             limit_.name, limit_.amount.ToString()))
        .With(Of(""));
  }

  diag::Finding Of(std::string witness) const {
    return {.rule = limit_.name,
            .by = {},
            .witness = std::move(witness),
            .witness_shadowed = ""};
  }

  void Unknown(const char* what, const std::string& reason) {
    run_.Unknown(limit_.range, limit_.name,
                 fmt::format("whether {} limit `{}`", what, limit_.name),
                 reason);
  }

  Run& run_;
  const ir::Module& module_;
  size_t place_;
  const ir::Limit& limit_;
  const Run::CostQuestions& questions_;
  const ir::Term& cost_;
};

}  // namespace

void CheckLimits(Run* run) {
  for (size_t i = 0; i < run->module().limits.size(); ++i) {
    LimitUse(run, i).Check();
    if (run->report().bug) return;
  }
}

}  // namespace polc::verifier
