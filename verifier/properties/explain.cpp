// Batfish found that an unsatisfiable core alone is a poor explanation
// (batfish, questions/filterLineReachability): one rule that takes everything
// beats five that do so together. So single rules are tried before cores, and
// what already explains one slice before anything new in the next. Its weights
// by overlap are inclusions here: of two rules the one whose part of the dead
// rule holds the other's part weighs more.
#include "verifier/properties/explain.h"

#include <algorithm>
#include <map>
#include <set>

namespace polc::verifier {
namespace {

using smt::And;
using smt::Bool;
using smt::Not;
using smt::Or;

// Beyond this many takers only those of a core are tried alone.
constexpr size_t kMaxSingles = 200;
// Rules of another effect that are weighed against each other.
constexpr size_t kMaxContradictions = 16;

bool IsIn(const std::vector<SliceModel*>& models, ir::RuleId rule) {
  return std::any_of(models.begin(), models.end(), [&](SliceModel* model) {
    return model->Rule(rule) != nullptr;
  });
}

class Explainer {
 public:
  Explainer(const ir::Module& module, ir::RuleId rule) : module_(module) {
    effect_ = module.rule(rule).effect;
  }

  struct Slice {
    SliceModel* model;
    Bool matched;
    std::vector<Taker> takers;
    std::set<Blame> core;
  };

  void AddSlice(SliceModel* model, ir::RuleId rule) {
    Slice slice{model,
                model->Literal(model->Rule(rule)->guard.is_true),
                TakersOf(module_, model, rule),
                {}};
    std::erase_if(slice.takers, [&](const Taker& taker) {
      return idle_.contains(taker.blame);
    });
    std::optional<std::set<Blame>> core = CoreWithin(slice, all_, false);
    if (!core) core = SingleOrCore(slice);
    slice.core = *core;
    all_.insert(slice.core.begin(), slice.core.end());
    slices_.push_back(std::move(slice));
  }

  // Leaves out rules that take nothing in any slice: what they match of the
  // rule, rules before them have taken.
  void FindIdle(const std::vector<SliceModel*>& models, ir::RuleId rule) {
    const ir::Policy& policy = module_.policy(module_.rule(rule).policy);
    // So many questions are for lists of requests, not for a solver.
    const bool listed = !models[0]->space().context()->has_solver();
    if (!listed && policy.rules.size() > kMaxSingles) return;
    size_t asked = 0;
    for (const ir::RuleId other : policy.rules) {
      if (other == rule) return;
      if (!IsIn(models, other)) continue;
      if (++asked > kMaxSingles) return;
      const bool takes =
          std::any_of(models.begin(), models.end(), [&](SliceModel* model) {
            const RuleCode* code = model->Rule(other);
            if (code == nullptr) return false;
            const Found found =
                model->Exists({model->accepted(),
                               model->Literal(model->Rule(rule)->guard.is_true),
                               model->Literal(code->reached),
                               model->Literal(Not(code->guard.is_false))},
                              "takes");
            return found.status != smt::Status::kUnsat;
          });
      if (!takes) idle_.insert({Blame::Kind::kRule, other.value()});
    }
  }

  // Drops what the others make dispensable, over all slices.
  std::vector<Blame> Minimize() {
    for (const Blame& candidate : InDroppingOrder(all_)) {
      std::set<Blame> rest = all_;
      rest.erase(candidate);
      std::vector<std::pair<Slice*, std::set<Blame>>> changed;
      bool dispensable = true;
      for (Slice& slice : slices_) {
        if (!slice.core.contains(candidate)) continue;
        auto core = CoreWithin(slice, rest, true);
        dispensable = core.has_value();
        if (!dispensable) break;
        changed.emplace_back(&slice, std::move(*core));
      }
      if (!dispensable) continue;
      all_ = std::move(rest);
      for (auto& [slice, core] : changed) slice->core = std::move(core);
    }
    return {all_.begin(), all_.end()};
  }

 private:
  // The part of `blames` that is needed in the slice; nullopt if they do not
  // take everything there (or that could not be shown).
  std::optional<std::set<Blame>> CoreWithin(const Slice& slice,
                                            const std::set<Blame>& blames,
                                            bool exact) {
    std::vector<Bool> asked = {slice.model->accepted(), slice.matched};
    std::vector<Blame> of;
    for (const Taker& taker : slice.takers) {
      if (!blames.contains(taker.blame)) continue;
      asked.push_back(taker.spares);
      of.push_back(taker.blame);
    }
    const Found found = exact ? slice.model->Exists(asked, "explain")
                              : slice.model->Glance(asked, "glance");
    if (found.status != smt::Status::kUnsat) return std::nullopt;
    std::set<Blame> core;
    for (const size_t i : found.core) {
      if (i >= 2) core.insert(of[i - 2]);
    }
    return core;
  }

  std::set<Blame> SingleOrCore(const Slice& slice) {
    std::set<Blame> all;
    for (const Taker& taker : slice.takers) all.insert(taker.blame);
    const auto core = CoreWithin(slice, all, true);
    if (!core) return all;  // a limit was reached: say more than is needed
    if (core->empty()) return *core;
    if (core->size() == 1 && Differs(*core->begin())) return *core;
    const bool few = slice.takers.size() <= kMaxSingles;
    const Taker* best = nullptr;
    for (const Taker& taker : slice.takers) {
      if (!few && !core->contains(taker.blame)) continue;
      if (best != nullptr && !Differs(taker.blame)) continue;
      const bool alone =
          slice.model
              ->Glance({slice.model->accepted(), slice.matched, taker.spares},
                       "single")
              .status == smt::Status::kUnsat;
      if (!alone) continue;
      best = &taker;
      if (Differs(taker.blame)) break;
    }
    if (best != nullptr) return {best->blame};
    return Shrink(slice, *core);
  }

  std::set<Blame> Shrink(const Slice& slice, std::set<Blame> core) {
    for (const Blame& candidate : InDroppingOrder(core)) {
      if (!core.contains(candidate)) continue;
      std::set<Blame> rest = core;
      rest.erase(candidate);
      if (auto smaller = CoreWithin(slice, rest, true))
        core = std::move(*smaller);
    }
    return core;
  }

  bool Differs(const Blame& blame) const {
    return blame.kind == Blame::Kind::kRule &&
           module_.rules[blame.index].effect != effect_;
  }

  // Those that explain least first; then rules of the same effect, then later
  // ones.
  std::vector<Blame> InDroppingOrder(const std::set<Blame>& blames) const {
    std::map<Blame, size_t> uses;
    for (const Slice& slice : slices_) {
      for (const Blame& blame : slice.core) ++uses[blame];
    }
    std::vector<Blame> order(blames.rbegin(), blames.rend());
    std::stable_sort(order.begin(), order.end(),
                     [&](const Blame& a, const Blame& b) {
                       return std::pair(uses[a], Differs(a)) <
                              std::pair(uses[b], Differs(b));
                     });
    return order;
  }

  const ir::Module& module_;
  ir::Effect effect_;
  std::set<Blame> idle_;
  std::vector<Slice> slices_;
  std::set<Blame> all_;
};

void AddOtherPolicy(const ir::Module& module, SliceModel* model,
                    const PolicyCode& policy, std::vector<Taker>* takers) {
  const auto add = [&](Blame blame, Bool takes) {
    if (!takes.is_false()) {
      takers->push_back({blame, model->Literal(Not(takes))});
    }
  };
  for (const RuleCode& rule : policy.rules) {
    const Blame blame{Blame::Kind::kRule, rule.id.value()};
    switch (module.rule(rule.id).effect) {
      case ir::Effect::kDeny:
        // Denies are tried first, so whichever comes first, one that is not
        // false makes the policy deny.
        add(blame, Not(rule.guard.is_false));
        break;
      case ir::Effect::kAsk:
        add(blame, And(rule.reached, Not(rule.guard.is_false)));
        break;
      case ir::Effect::kAllow:
        add(blame, And(rule.reached, rule.guard.IsError()));
        break;
    }
  }
  const ir::DefaultEffect d = module.policy(policy.id).default_effect;
  const bool permits =
      d == ir::DefaultEffect::kNone ||
      (d == ir::DefaultEffect::kAllow && model->slice().defined);
  if (!permits) {
    add({Blame::Kind::kDefault, policy.id.value()}, policy.none_matched);
  }
}

}  // namespace

std::vector<Taker> TakersOf(const ir::Module& module, SliceModel* model,
                            ir::RuleId id) {
  std::vector<Taker> takers;
  const ir::Rule& rule = module.rule(id);
  for (const RuleCode& earlier : model->policy(rule.policy).rules) {
    if (earlier.id == id) break;
    takers.push_back({{Blame::Kind::kRule, earlier.id.value()},
                      model->Literal(earlier.guard.is_false)});
  }
  if (rule.effect != ir::Effect::kAllow) return takers;
  for (const PolicyCode& policy : model->policies()) {
    if (policy.id != rule.policy) {
      AddOtherPolicy(module, model, policy, &takers);
    }
  }
  for (const ChargeCode& charge : model->charges()) {
    takers.push_back({{Blame::Kind::kCharge, charge.index},
                      model->Literal(Not(charge.fails))});
  }
  return takers;
}

Found FindDecided(const ir::Module& module, SliceModel* model,
                  ir::RuleId rule) {
  std::vector<Bool> asked = {model->accepted(),
                             model->Literal(model->Rule(rule)->guard.is_true)};
  for (const Taker& taker : TakersOf(module, model, rule)) {
    asked.push_back(taker.spares);
  }
  // A loose encoding has to show the request, to be confirmed.
  return model->space().approximate() ? model->Find(asked, "decided")
                                      : model->Exists(asked, "decided");
}

std::vector<Blame> Explain(const ir::Module& module, ir::RuleId rule,
                           const std::vector<SliceModel*>& slices) {
  Explainer explainer(module, rule);
  explainer.FindIdle(slices, rule);
  for (SliceModel* model : slices) explainer.AddSlice(model, rule);
  return explainer.Minimize();
}

std::optional<ir::RuleId> Contradiction(
    const ir::Module& module, ir::RuleId id,
    const std::vector<SliceModel*>& slices) {
  const ir::Rule& rule = module.rule(id);
  // Some request of the rule is taken by `other`, and not by `but`; only those
  // that `other` is the first to take, if `first`.
  const auto takes = [&](ir::RuleId other, std::optional<ir::RuleId> but,
                         bool first) {
    for (SliceModel* model : slices) {
      const RuleCode* code = model->Rule(other);
      if (code == nullptr) continue;
      std::vector<Bool> asked = {model->accepted(),
                                 model->Literal(model->Rule(id)->guard.is_true),
                                 model->Literal(Not(code->guard.is_false))};
      if (first) asked.push_back(model->Literal(code->reached));
      const RuleCode* without = but ? model->Rule(*but) : nullptr;
      if (without != nullptr) {
        asked.push_back(model->Literal(without->guard.is_false));
      }
      if (model->Exists(asked, "contradicts").status == smt::Status::kSat) {
        return true;
      }
    }
    return false;
  };
  std::optional<ir::RuleId> best;
  size_t looked_at = 0;
  for (const ir::RuleId other : module.policy(rule.policy).rules) {
    if (other == id || looked_at == kMaxContradictions) break;
    if (module.rule(other).effect == rule.effect) continue;
    if (!IsIn(slices, other)) continue;
    ++looked_at;
    if (!takes(other, std::nullopt, true)) continue;
    if (!best || !takes(*best, other, false)) best = other;
  }
  return best;
}

}  // namespace polc::verifier
