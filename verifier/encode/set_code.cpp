#include "verifier/encode/set_code.h"

#include <algorithm>

namespace polc::verifier {

using ir::Kind;
using smt::And;
using smt::Bool;
using smt::Not;
using smt::Or;

SetCode::SetCode(const ir::Module& module, const Slice& slice,
                 const ir::Part& part, Encoding* encoding)
    : module_(module), slice_(slice), part_(part), encoding_(*encoding) {
  EncodeSchemas();
  for (const ir::PolicyId id : slice_.policies) EncodePolicy(id);
  EncodeCharges();
  Combine();
}

void SetCode::EncodeSchemas() {
  std::vector<Bool> all;
  for (const ir::ToolSchema* schema : slice_.schemas) {
    for (const ir::Demand& demand : schema->demands) {
      const Bool holds = encoding_.Encode(demand.cond).is_true;
      demands_.push_back({&demand, encoding_.Literal(holds)});
      all.push_back(holds);
    }
  }
  schema_holds_ = slice_.refused ? Bool::Of(false) : And(all);
  accepted_ = encoding_.Literal(schema_holds_);
}

void SetCode::EncodePolicy(ir::PolicyId id) {
  const ir::Policy& policy = module_.policy(id);
  PolicyCode code;
  code.id = id;
  Bool reached = Bool::Of(true);
  std::vector<Bool> deny, ask, allow;
  for (const ir::RuleId rule_id : policy.rules) {
    const ir::Rule& rule = module_.rule(rule_id);
    if (encoding_.folder()->IsFalse(rule.guard)) continue;
    const Tri guard = encoding_.Encode(rule.guard);
    code.rules.push_back({rule_id, guard, reached});
    const Bool votes = And(reached, guard.is_true);
    deny.push_back(And(reached, guard.IsError()));
    auto& votes_for = rule.effect == ir::Effect::kDeny  ? deny
                      : rule.effect == ir::Effect::kAsk ? ask
                                                        : allow;
    votes_for.push_back(votes);
    // A name for the prefix keeps terms flat however many rules there are.
    reached =
        encoding_.context()->Named("reached", And(reached, guard.is_false));
  }
  code.none_matched = reached;
  switch (policy.default_effect) {
    case ir::DefaultEffect::kNone:
      break;
    case ir::DefaultEffect::kDeny:
      deny.push_back(reached);
      break;
    case ir::DefaultEffect::kAsk:
      (slice_.defined ? ask : deny).push_back(reached);
      break;
    case ir::DefaultEffect::kAllow:
      (slice_.defined ? allow : deny).push_back(reached);
      break;
  }
  code.deny = Or(deny);
  code.ask = Or(ask);
  code.allow = Or(allow);
  policies_.push_back(std::move(code));
}

Bool SetCode::KeyFails(const ir::Key& key) {
  const Node* node = encoding_.space()->Resolve(key.field, nullptr);
  POLC_CHECK(node != nullptr, "a key that was not collected");
  return Not(Or(node->Is(Kind::kString), node->Is(Kind::kNumber)));
}

Bool SetCode::ChargedByRule(ir::LimitId id, bool firmly) {
  std::vector<Bool> any;
  for (const PolicyCode& policy : policies_) {
    for (const RuleCode& rule : policy.rules) {
      for (const ir::Charge& charge : module_.rule(rule.id).charges) {
        if (charge.limit != id || (firmly && charge.or_ask)) continue;
        any.push_back(And(rule.reached, rule.guard.is_true));
      }
    }
  }
  return Or(any);
}

// Some rule of the slice charges it.
bool SetCode::IsNamed(ir::LimitId id) const {
  for (const PolicyCode& policy : policies_) {
    for (const RuleCode& rule : policy.rules) {
      for (const ir::Charge& charge : module_.rule(rule.id).charges) {
        if (charge.limit == id) return true;
      }
    }
  }
  return false;
}

SetCode::Cover SetCode::OnCovers(ir::CondId on,
                                 const std::vector<ir::PolicyId>& policies) {
  const auto covers = [&](ir::PolicyId id) {
    return std::find(slice_.policies.begin(), slice_.policies.end(), id) !=
           slice_.policies.end();
  };
  if (!on.valid() || std::none_of(policies.begin(), policies.end(), covers)) {
    return {};
  }
  const Tri covered = encoding_.Encode(on);
  return {covered.is_true, covered.IsError()};
}

void SetCode::EncodeCharges() {
  for (size_t i = part_.limits.begin; i < part_.limits.end; ++i) {
    const ir::Limit& limit = module_.limits[i];
    const Cover on = OnCovers(limit.on, limit.policies);
    const Bool charged = Or(on.charged, ChargedByRule(ir::LimitId(i), false));
    const Bool firmly = Or(on.charged, ChargedByRule(ir::LimitId(i), true));
    // A rule that is never reached charges nothing, until another is gone.
    if (charged.is_false() && on.fails.is_false() && !IsNamed(ir::LimitId(i))) {
      continue;
    }
    std::vector<Bool> fails;
    for (const ir::Key& key : limit.keys) fails.push_back(KeyFails(key));
    fails.push_back(encoding_.CostFails(limit.cost));
    const Bool unpayable = Or(fails);
    charges_.push_back({i, limit.name, charged, firmly,
                        Or(on.fails, And(charged, unpayable)), on.charged,
                        on.fails, unpayable});
  }
  for (size_t i = part_.marks.begin; i < part_.marks.end; ++i) {
    const ir::Mark& mark = module_.marks[i];
    const Cover on = OnCovers(mark.on, mark.policies);
    if (on.charged.is_false() && on.fails.is_false()) continue;
    const Bool unpayable = KeyFails(mark.key);
    charges_.push_back({module_.limits.size() + i, mark.name, on.charged,
                        on.charged, Or(on.fails, And(on.charged, unpayable)),
                        on.charged, on.fails, unpayable});
  }
}

void SetCode::Combine() {
  std::vector<Bool> denies, asks, allows;
  for (const PolicyCode& policy : policies_) {
    denies.push_back(policy.deny);
    asks.push_back(policy.ask);
    allows.push_back(policy.allow);
  }
  std::vector<Bool> fails;
  for (const ChargeCode& charge : charges_) fails.push_back(charge.fails);
  permitted_ = And({Or(Or(asks), Or(allows)), Not(Or(denies)), Not(Or(fails))});
  asked_ = Or(asks);
  permit_ = encoding_.Literal(permitted_);
  deny_ = encoding_.Literal(Not(permitted_));
  ask_ = encoding_.Literal(And(permitted_, asked_));
  allow_ = encoding_.Literal(And(permitted_, Not(asked_)));
}

Bool SetCode::Decided(ir::Effect effect) const {
  switch (effect) {
    case ir::Effect::kDeny:
      return deny_;
    case ir::Effect::kAsk:
      return ask_;
    case ir::Effect::kAllow:
      return allow_;
  }
  POLC_UNREACHABLE("an effect");
}

Bool SetCode::Final(ir::Effect effect) const {
  switch (effect) {
    case ir::Effect::kDeny:
      return Not(And(schema_holds_, permitted_));
    case ir::Effect::kAsk:
      return And({schema_holds_, permitted_, asked_});
    case ir::Effect::kAllow:
      return And({schema_holds_, permitted_, Not(asked_)});
  }
  POLC_UNREACHABLE("an effect");
}

}  // namespace polc::verifier
