#include "verifier/diff/same.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/ir/languages.h"
#include "verifier/diff/run.h"
#include "verifier/diff/signature.h"

namespace polc::verifier {
namespace {

using ir::Effect;
using smt::And;
using smt::Bool;
using smt::Not;

bool SameKeys(const std::vector<ir::Key>& a, const std::vector<ir::Key>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ir::Key& x, const ir::Key& y) {
                      return x.name == y.name && x.field == y.field;
                    });
}

// Of joined limits: whether a charge of one is a charge of the other, if it
// costs as much.
bool CountAlike(const ir::Limit& a, const ir::Limit& b) {
  return a.amount == b.amount && a.window == b.window &&
         a.rolling == b.rolling && a.refund_on_error == b.refund_on_error &&
         SameKeys(a.keys, b.keys);
}

bool HeldAlike(const ir::Mark& a, const ir::Mark& b) {
  return a.lifetime_seconds == b.lifetime_seconds && SameKeys({a.key}, {b.key});
}

std::string Words(const eval::Decision& decision) {
  std::string out = fmt::format("{} by {}", ir::EffectName(decision.effect),
                                eval::ByName(decision.by));
  if (!decision.rule.empty()) out += fmt::format(" `{}`", decision.rule);
  if (decision.rule.empty() && !decision.reason.empty()) {
    out += ": " + decision.reason;
  }
  return out;
}

// What a limit counts, or how long a mark is held and for whom.
std::string Declared(const ir::Module& module, const std::string& name,
                     bool mark) {
  for (const ir::Limit& limit : module.limits) {
    if (!mark && limit.name == name) return LimitWords(module, limit);
  }
  for (const ir::Mark& m : module.marks) {
    if (!mark || m.name != name) continue;
    return fmt::format("per {} for {} seconds", m.key.name, m.lifetime_seconds);
  }
  POLC_UNREACHABLE("what goes with a request is declared");
}

const eval::Charge* ChargeOf(const ir::Module& module,
                             const eval::Decision& decision,
                             const std::string& name) {
  for (const eval::Charge& charge : decision.charges) {
    if (module.limit(charge.limit).name == name) return &charge;
  }
  return nullptr;
}

ir::Languages LanguagesOf(const ir::Module& module) {
  auto languages = ir::Languages::Make(module);
  POLC_CHECK(languages.has_value(), "each language was made before");
  return std::move(*languages);
}

class SameCheck {
 public:
  SameCheck(const DiffSide& set, const ir::Same& same, const DiffSide& other,
            diag::Diagnostics* diags)
      : same_(same),
        diags_(*diags),
        joined_(JoinFor(set, same, other)),
        languages_(LanguagesOf(joined_.module)),
        run_(joined_, languages_, {set, other}, diags) {}

  SameReport Run(const smt::Options& solver) {
    Facts facts(joined_.module, languages_);
    smt::Context context(solver);
    const bool declared_alike = DeclaredAlike();
    for (const SlicePair& pair : MakeSlicePairs(joined_)) {
      if (declared_alike && SameInSlice(joined_, pair, &facts)) continue;
      PairModel model(joined_, pair, &facts, &context);
      if (model.too_large()) {
        unknown_ = "requests of " + pair[0].Name() + " have too many parts";
        continue;
      }
      CheckSlice(&model);
      if (Done()) break;
    }
    SameReport report;
    report.bug = run_.report().bug;
    if (report.bug) return report;
    if (refuted_) {
      report.verdict = SameVerdict::kRefuted;
    } else if (!unknown_.empty()) {
      report.verdict = SameVerdict::kUnknown;
      diags_
          .Report(diag::Kind::kUnknown, same_.range,
                  fmt::format("could not decide assertion `{}`: {}", same_.name,
                              unknown_))
          .With({.rule = same_.name,
                 .by = {},
                 .witness = "",
                 .witness_shadowed = ""});
    }
    return report;
  }

 private:
  // Both sets, with this assertion alone, so that its condition is of the
  // joined module.
  static ir::Joined JoinFor(const DiffSide& set, const ir::Same& same,
                            const DiffSide& other) {
    ir::Joined joined = ir::Join(*set.module, *other.module);
    const auto place =
        std::find_if(set.module->sames.begin(), set.module->sames.end(),
                     [&](const ir::Same& one) { return &one == &same; });
    POLC_CHECK(place != set.module->sames.end(), "an assertion of the set");
    joined.module.sames = {
        joined.module
            .sames[static_cast<size_t>(place - set.module->sames.begin())]};
    joined.module.assertions.clear();
    return joined;
  }

  bool Done() { return refuted_ || run_.report().bug.has_value(); }

  // What slices that read the same do not tell.
  bool DeclaredAlike() const {
    const ir::Module& module = joined_.module;
    const auto alike = [](const auto& all, const ir::Span& first,
                          const ir::Span& second, auto same) {
      for (size_t i = first.begin; i < first.end; ++i) {
        for (size_t j = second.begin; j < second.end; ++j) {
          if (all[i].name == all[j].name && !same(all[i], all[j])) return false;
        }
      }
      return true;
    };
    const ir::Part& first = joined_.parts[0];
    const ir::Part& second = joined_.parts[1];
    return alike(module.limits, first.limits, second.limits, CountAlike) &&
           alike(module.marks, first.marks, second.marks, HeldAlike);
  }

  void CheckSlice(PairModel* model) {
    const ir::Same& joined = joined_.module.sames[0];
    const Bool target = model->Encode(joined.target).is_true;
    if (target.is_false()) return;
    inside_ = And(target, Not(model->Encode(joined.when).is_false));
    CheckEffects(model);
    if (!Done()) CheckCharges(model);
  }

  void CheckEffects(PairModel* model) {
    constexpr Effect kEffects[] = {Effect::kAllow, Effect::kAsk, Effect::kDeny};
    for (const Effect here : kEffects) {
      for (const Effect there : kEffects) {
        if (here == there) continue;
        const auto shown = Find(
            model, And(model->set(0).Final(here), model->set(1).Final(there)),
            [&](const Shown& s) {
              return s.sides[0].decision.effect == here &&
                     s.sides[1].decision.effect == there;
            });
        if (shown) {
          Refute(*shown, fmt::format("is decided `{}`, and `{}` by `{}`",
                                     ir::EffectName(here),
                                     ir::EffectName(there), same_.other));
        }
        if (Done()) return;
      }
    }
  }

  // Of what both sides permit: whether the same goes with it.
  void CheckCharges(PairModel* model) {
    const size_t limits = joined_.module.limits.size();
    std::set<std::pair<bool, std::string>> names;
    for (size_t side = 0; side < 2; ++side) {
      for (const ChargeCode& charge : model->set(side).charges()) {
        names.insert({charge.index >= limits, charge.name});
      }
    }
    const Bool both = And(Not(model->set(0).Final(Effect::kDeny)),
                          Not(model->set(1).Final(Effect::kDeny)));
    for (const auto& [mark, name] : names) {
      for (const size_t on : {size_t{0}, size_t{1}}) {
        const ChargeCode* with =
            FindCharge(model->set(on), joined_.module, name, mark);
        const ChargeCode* without =
            FindCharge(model->set(1 - on), joined_.module, name, mark);
        if (with != nullptr) {
          CheckAlone(model, both, {on, name, mark}, *with, without);
        }
        if (Done()) return;
        if (on == 0 && with != nullptr && without != nullptr) {
          CheckDeclared(model, And(both, And(with->charged, without->charged)),
                        *with, *without, mark);
        }
        if (Done()) return;
      }
    }
  }

  struct What {
    size_t on;  // the side that it goes with the request on
    std::string name;
    bool mark;
  };

  // Goes with a request on one side only, or is firm there only.
  void CheckAlone(PairModel* model, Bool both, const What& what,
                  const ChargeCode& with, const ChargeCode* without) {
    const auto goes = [&](const Shown& s, size_t side, bool firmly) {
      return GoesWith(run_.module(side), s.sides[side].decision, what.name,
                      what.mark, firmly);
    };
    for (const bool firmly : {false, true}) {
      if (firmly && without == nullptr) return;
      Bool differ = firmly ? with.firmly : with.charged;
      if (without != nullptr) {
        differ = And(differ, Not(firmly ? without->firmly : without->charged));
      }
      if (firmly) differ = And(differ, without->charged);
      const auto shown = Find(model, And(both, differ), [&](const Shown& s) {
        return goes(s, what.on, firmly) && !goes(s, 1 - what.on, firmly);
      });
      if (shown) Refute(*shown, AloneWords(what, firmly));
      if (Done()) return;
    }
  }

  std::string AloneWords(const What& what, bool firmly) const {
    const std::string other = fmt::format("`{}`", same_.other);
    const std::string is = what.on == 0 ? "this set" : other;
    const std::string is_not = what.on == 0 ? other : "this set";
    if (what.mark) {
      return fmt::format("sets mark `{}` in {} and not in {}", what.name, is,
                         is_not);
    }
    if (firmly) {
      return fmt::format(
          "is denied in {} and asked about in {} when limit `{}` is used up",
          is, is_not, what.name);
    }
    return fmt::format("is charged to limit `{}` in {} and not in {}",
                       what.name, is, is_not);
  }

  // Goes with a request on both sides, and is declared differently.
  void CheckDeclared(PairModel* model, Bool charged, const ChargeCode& here,
                     const ChargeCode& there, bool mark) {
    const std::string& name = here.name;
    const ir::Module& joined = joined_.module;
    bool differs = false;
    bool cost = false;
    if (mark) {
      const size_t first = joined.limits.size();
      differs = !HeldAlike(joined.marks[here.index - first],
                           joined.marks[there.index - first]);
    } else {
      const ir::Limit& a = joined.limits[here.index];
      const ir::Limit& b = joined.limits[there.index];
      differs = !CountAlike(a, b);
      cost = !differs && a.cost != b.cost;
    }
    if (!differs && !cost) return;
    const auto shown = Find(model, charged, [&](const Shown& s) {
      return GoesWith(run_.module(0), s.sides[0].decision, name, mark, false) &&
             GoesWith(run_.module(1), s.sides[1].decision, name, mark, false);
    });
    if (!shown) return;
    if (cost && !CostsDiffer(*shown, name)) {
      unknown_ = fmt::format(
          "limit `{}` costs are written differently, and no request was found "
          "that they differ for",
          name);
      return;
    }
    Refute(*shown,
           fmt::format("{} `{}` ({} in this set, {} in `{}`)",
                       mark ? "sets mark" : "is charged to limit", name,
                       Declared(run_.module(0), name, mark),
                       Declared(run_.module(1), name, mark), same_.other));
  }

  bool CostsDiffer(const Shown& shown, const std::string& name) const {
    const auto* here = ChargeOf(run_.module(0), shown.sides[0].decision, name);
    const auto* there = ChargeOf(run_.module(1), shown.sides[1].decision, name);
    return here != nullptr && there != nullptr && here->amount != there->amount;
  }

  std::optional<Shown> Find(PairModel* model, Bool differ,
                            const std::function<bool(const Shown&)>& shows) {
    const Bool asked = And(inside_, differ);
    if (asked.is_false()) return std::nullopt;
    const Found found = model->Find({model->Literal(asked)}, "same");
    if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
    if (found.status != smt::Status::kSat) return std::nullopt;
    return run_.Confirm(
        *model, found,
        [&](const Shown& s) {
          const ir::Module& set = run_.module(0);
          const eval::Request& request = s.sides[0].request;
          return eval::Evaluate(set, same_.target, request) ==
                     ir::Verdict::kTrue &&
                 eval::Evaluate(set, same_.when, request) !=
                     ir::Verdict::kFalse &&
                 shows(s);
        },
        &unknown_);
  }

  void Refute(const Shown& shown, const std::string& what) {
    refuted_ = true;
    const eval::Decision& here = shown.sides[0].decision;
    std::vector<std::string> by;
    for (const ir::RuleId id : here.rules) {
      by.push_back(run_.module(0).rule(id).name);
    }
    diag::Builder report = diags_.Report(
        diag::Kind::kAssertionFailed, same_.range,
        fmt::format("assertion `{}` fails: a request that it covers {}",
                    same_.name, what));
    report.Note({}, "this set decides " + Words(here))
        .Note({}, fmt::format("`{}` decides {}", same_.other,
                              Words(shown.sides[1].decision)))
        .With({.rule = same_.name,
               .by = std::move(by),
               .witness = shown.sides[0].json,
               .witness_shadowed = ""});
  }

  const ir::Same& same_;
  diag::Diagnostics& diags_;
  ir::Joined joined_;
  ir::Languages languages_;
  DiffRun run_;
  Bool inside_;
  bool refuted_ = false;
  std::string unknown_;
};

}  // namespace

SameReport CheckSame(const DiffSide& set, const ir::Same& same,
                     const DiffSide& other, const smt::Options& solver,
                     diag::Diagnostics* diags) {
  return SameCheck(set, same, other, diags).Run(solver);
}

}  // namespace polc::verifier
