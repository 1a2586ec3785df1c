#include "verifier/properties/rules/variant.h"

#include <algorithm>

#include "verifier/properties/explain.h"

namespace polc::verifier {
namespace {

using ir::DefaultEffect;
using ir::Effect;
using smt::And;
using smt::Bool;
using smt::Iff;
using smt::Not;
using smt::Or;

Bool Xor(Bool a, Bool b) { return Not(Iff(a, b)); }

// A deny that does more than deny: it says why, or hides something.
bool Speaks(const ir::Rule& rule) {
  return rule.effect == Effect::kDeny &&
         !(rule.reason.empty() && rule.redact.empty());
}

size_t PlaceOf(const PolicyCode& policy, ir::RuleId rule) {
  size_t i = 0;
  while (policy.rules[i].id != rule) ++i;
  return i;
}

}  // namespace

Extras ExtrasOf(const ir::Rule& rule) {
  std::vector<ir::FieldId> redact = rule.redact;
  std::sort(redact.begin(), redact.end());
  const bool asks = rule.effect == Effect::kAsk;
  return {asks ? rule.roles : std::vector<std::string>(),
          asks ? rule.within_seconds : 0, std::move(redact),
          rule.effect == Effect::kAllow ? std::vector<ir::TextPart>()
                                        : rule.reason};
}

const PolicyCode& Variants::PolicyOf(ir::RuleId rule) const {
  return model_->policy(module_.rule(rule).policy);
}

bool Variants::NothingFails() const {
  return std::all_of(
      model_->charges().begin(), model_->charges().end(),
      [](const ChargeCode& c) { return c.unpayable.is_false(); });
}

// Where the vote of the policy would be another, if no rule before this one
// takes the request and none after it votes alike.
Bool Variants::VoteDiffers(const ir::Rule& rule, Tri before, Tri after) const {
  if (rule.effect != Effect::kDeny) return Xor(before.is_true, after.is_true);
  return Xor(before.is_false, after.is_false);
}

std::vector<Bool> Variants::SurelyChanges(ir::RuleId id, Tri guard) {
  const ir::Rule& rule = module_.rule(id);
  const PolicyCode& policy = PolicyOf(id);
  const bool alone = model_->policies().size() == 1;
  const bool speaks = Speaks(rule);
  const DefaultEffect d = module_.policy(rule.policy).default_effect;
  if (!NothingFails() || (!alone && !speaks)) return {Bool::Of(false)};
  const size_t place = PlaceOf(policy, id);
  const RuleCode& code = policy.rules[place];
  std::vector<Bool> asked = {model_->accepted(), model_->Literal(VoteDiffers(
                                                     rule, code.guard, guard))};
  for (size_t i = 0; i < place; ++i) {
    asked.push_back(model_->Literal(policy.rules[i].guard.is_false));
  }
  for (const ChargeCode& charge : model_->charges()) {
    asked.push_back(model_->Literal(Not(charge.undecided)));
  }
  if (rule.effect != Effect::kDeny) {
    if ((d == DefaultEffect::kAllow && rule.effect == Effect::kAllow) ||
        (d == DefaultEffect::kAsk && rule.effect == Effect::kAsk)) {
      return {Bool::Of(false)};
    }
    for (size_t i = place + 1; i < policy.rules.size(); ++i) {
      if (module_.rule(policy.rules[i].id).effect != rule.effect) continue;
      asked.push_back(model_->Literal(Not(policy.rules[i].guard.is_true)));
    }
    return asked;
  }
  if (speaks) {
    // Between true and an error the effect is the same, the reason is not.
    asked[1] = model_->Literal(Xor(code.guard.is_true, guard.is_true));
    asked.push_back(model_->Literal(Not(SameReason(policy, place + 1, rule))));
    return asked;
  }
  // Some rule permits, and none that might be tried before it denies.
  std::vector<Bool> permits;
  std::vector<Bool> clean;
  for (const RuleCode& other : policy.rules) {
    if (other.id == id) continue;
    if (module_.rule(other.id).effect == Effect::kDeny) {
      if (PlaceOf(policy, other.id) > place) {
        asked.push_back(model_->Literal(other.guard.is_false));
      }
      continue;
    }
    permits.push_back(other.guard.is_true);
    clean.push_back(Not(other.guard.IsError()));
  }
  if (d == DefaultEffect::kAllow || d == DefaultEffect::kAsk) {
    if (!model_->slice().defined) return {Bool::Of(false)};
    permits = {Bool::Of(true)};
  }
  asked.push_back(model_->Literal(Or(permits)));
  asked.push_back(model_->Literal(And(clean)));
  return asked;
}

bool Variants::Charges(const ir::Rule& rule, const ChargeCode& code,
                       bool firm) const {
  return rule.effect != Effect::kDeny &&
         std::any_of(rule.charges.begin(), rule.charges.end(),
                     [&](const ir::Charge& charge) {
                       return charge.limit.value() == code.index &&
                              !(firm && charge.or_ask);
                     });
}

// Some other policy's vote charges it, or the limit's own `on`.
Bool Variants::Others(ir::PolicyId but, const ChargeCode& code,
                      bool firm) const {
  std::vector<Bool> any = {code.covers};
  for (const PolicyCode& policy : model_->policies()) {
    if (policy.id == but) continue;
    for (const RuleCode& rule : policy.rules) {
      if (!Charges(module_.rule(rule.id), code, firm)) continue;
      any.push_back(And(rule.reached, rule.guard.is_true));
    }
  }
  return Or(any);
}

const std::vector<Variants::Rest>& Variants::RestsOf(const PolicyCode& policy) {
  const auto [it, is_new] = rests_.try_emplace(policy.id);
  if (!is_new) return it->second;
  std::vector<Rest>& rests = it->second;
  rests.resize(policy.rules.size() + 1);
  const auto& charges = model_->charges();
  rests.back().charged.resize(charges.size());
  rests.back().firm.resize(charges.size());
  const bool defined = model_->slice().defined;
  switch (module_.policy(policy.id).default_effect) {
    case DefaultEffect::kNone:
      break;
    case DefaultEffect::kDeny:
      rests.back().deny = Bool::Of(true);
      break;
    case DefaultEffect::kAsk:
      (defined ? rests.back().ask : rests.back().deny) = Bool::Of(true);
      break;
    case DefaultEffect::kAllow:
      (defined ? rests.back().allow : rests.back().deny) = Bool::Of(true);
      break;
  }
  for (size_t i = policy.rules.size(); i-- > 0;) {
    const RuleCode& code = policy.rules[i];
    const ir::Rule& rule = module_.rule(code.id);
    const Rest& next = rests[i + 1];
    const auto vote = [&](Effect effect, Bool after, const char* name) {
      const Bool own = rule.effect == effect ? code.guard.is_true : Bool();
      const Bool error =
          effect == Effect::kDeny ? code.guard.IsError() : Bool();
      return model_->Named(Or({own, error, And(code.guard.is_false, after)}),
                           name);
    };
    rests[i].deny = vote(Effect::kDeny, next.deny, "rest_deny");
    rests[i].ask = vote(Effect::kAsk, next.ask, "rest_ask");
    rests[i].allow = vote(Effect::kAllow, next.allow, "rest_allow");
    for (size_t c = 0; c < charges.size(); ++c) {
      const auto charged = [&](bool firm, Bool after) {
        const Bool own =
            Charges(rule, charges[c], firm) ? code.guard.is_true : Bool();
        return model_->Named(Or(own, And(code.guard.is_false, after)),
                             "rest_charged");
      };
      rests[i].charged.push_back(charged(false, next.charged[c]));
      rests[i].firm.push_back(charged(true, next.firm[c]));
    }
  }
  return rests;
}

Variants::Alike& Variants::AlikeOf(const PolicyCode& policy,
                                   const ir::Rule& rule) {
  Extras extras = ExtrasOf(rule);
  for (Alike& alike : alike_) {
    if (alike.policy == policy.id && alike.effect == rule.effect &&
        alike.extras == extras) {
      return alike;
    }
  }
  return alike_.emplace_back(
      Alike{policy.id, rule.effect, std::move(extras), {}});
}

// Of requests that are permitted in the end: the rules from a place on bring
// what `rule` does.
Bool Variants::SameExtras(const PolicyCode& policy, size_t from,
                          const ir::Rule& rule) {
  Alike& all = AlikeOf(policy, rule);
  // A default asks anyone, for ten minutes.
  const bool as_default = rule.redact.empty() &&
                          (rule.effect != Effect::kAsk ||
                           (rule.roles.empty() && rule.within_seconds == 600 &&
                            rule.reason.empty()));
  if (all.from.empty()) all.from.push_back(Bool::Of(as_default));
  while (all.from.size() <= policy.rules.size() - from) {
    const RuleCode& code = policy.rules[policy.rules.size() - all.from.size()];
    const ir::Rule& other = module_.rule(code.id);
    const bool alike = other.effect == rule.effect
                           ? ExtrasOf(other) == all.extras
                           : as_default && other.redact.empty();
    const Bool next = And(code.guard.is_false, all.from.back());
    all.from.push_back(model_->Named(
        alike ? Or(code.guard.is_true, next) : next, "same_extras"));
  }
  return all.from[policy.rules.size() - from];
}

// Some later deny gives the same reason. Whichever deny is first, all that is
// asked is whether this one is missed.
Bool Variants::SameReason(const PolicyCode& policy, size_t from,
                          const ir::Rule& rule) const {
  std::vector<Bool> any;
  for (size_t i = from; i < policy.rules.size(); ++i) {
    const ir::Rule& other = module_.rule(policy.rules[i].id);
    if (other.effect != Effect::kDeny || other.reason != rule.reason ||
        other.redact != rule.redact) {
      continue;
    }
    any.push_back(policy.rules[i].guard.is_true);
  }
  return Or(any);
}

Bool Variants::Changes(ir::RuleId id, Tri guard) {
  const ir::Rule& rule = module_.rule(id);
  const PolicyCode& policy = PolicyOf(id);
  const size_t place = PlaceOf(policy, id);
  const RuleCode& code = policy.rules[place];
  const Rest& rest = RestsOf(policy)[place + 1];
  std::vector<Bool> denies, asks, allows;
  for (const PolicyCode& other : model_->policies()) {
    if (other.id == policy.id) continue;
    denies.push_back(other.deny);
    asks.push_back(other.ask);
    allows.push_back(other.allow);
  }
  for (const ChargeCode& charge : model_->charges()) {
    denies.push_back(charge.undecided);
  }
  const Bool other_deny = Or(denies);
  const Bool other_ask = Or(asks);
  const Bool other_permit = Or(other_ask, Or(allows));
  struct Final {
    Bool permitted, asked;
    std::vector<Bool> charged;  // and firmly, in turns
  };
  const auto decide = [&](Tri g) {
    const auto vote = [&](Effect effect, Bool after) {
      return Or(rule.effect == effect ? g.is_true : Bool(),
                And(g.is_false, after));
    };
    Final out;
    std::vector<Bool> fails;
    for (size_t c = 0; c < model_->charges().size(); ++c) {
      const ChargeCode& code = model_->charges()[c];
      for (const bool firm : {false, true}) {
        const Bool own = Charges(rule, code, firm) ? g.is_true : Bool();
        out.charged.push_back(
            Or({own, And(g.is_false, firm ? rest.firm[c] : rest.charged[c]),
                Others(policy.id, code, firm)}));
        fails.push_back(And(out.charged.back(), code.unpayable));
      }
    }
    const Bool ask = vote(Effect::kAsk, rest.ask);
    const Bool allow = vote(Effect::kAllow, rest.allow);
    const Bool deny = Or(vote(Effect::kDeny, rest.deny), g.IsError());
    out.permitted = And({Or({ask, allow, other_permit}), Not(deny),
                         Not(other_deny), Not(Or(fails))});
    out.asked = Or(ask, other_ask);
    return out;
  };
  const Final before = decide(code.guard);
  const Final after = decide(guard);
  const Bool votes = Xor(code.guard.is_true, guard.is_true);
  const Bool both = And(before.permitted, after.permitted);
  std::vector<Bool> changed = {
      Xor(before.permitted, after.permitted),
      And(both, Xor(before.asked, after.asked)),
      And({both, votes, Not(SameExtras(policy, place + 1, rule))})};
  for (size_t c = 0; c < before.charged.size(); ++c) {
    changed.push_back(And(both, Xor(before.charged[c], after.charged[c])));
  }
  if (Speaks(rule)) {
    changed.push_back(And(votes, Not(SameReason(policy, place + 1, rule))));
  }
  return And(code.reached, Or(changed));
}

}  // namespace polc::verifier
