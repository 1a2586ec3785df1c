#include "verifier/encode/slice_model.h"

#include <algorithm>

namespace polc::verifier {

using ir::Kind;
using smt::And;
using smt::Bool;
using smt::Not;
using smt::Or;

namespace {

constexpr double kPlainCost = 1e6;

bool IsPlain(const Decimal& d) {
  return !(d < Decimal()) && d < Decimal::OfInteger(1'000'001);
}

// The least rank above `cut`.
size_t RankAbove(const Node& node, double cut) {
  const auto it = std::lower_bound(node.cuts.begin(), node.cuts.end(), cut);
  return 2 * static_cast<size_t>(it - node.cuts.begin()) + 2;
}

}  // namespace

SliceModel::SliceModel(const ir::Module& module, const Slice& slice,
                       Facts* facts, smt::Context* context)
    : module_(module),
      slice_(slice),
      context_(context),
      solver_(context),
      folder_(module, slice, facts),
      facts_(facts),
      shapes_(std::make_unique<Shapes>(module, &folder_, facts)) {
  Collect(shapes_.get());
  space_ = std::make_unique<Space>(module, slice_, shapes_.get(), facts_,
                                   context_, &solver_);
  search_ = std::make_unique<Search>(space_.get());
  conditions_ = std::make_unique<Conditions>(module, &folder_, space_.get());
  if (space_->too_large()) return;
  EncodeSchemas();
  for (const ir::PolicyId id : slice_.policies) EncodePolicy(id);
  EncodeCharges();
  Combine();
}

void SliceModel::Collect(Shapes* shapes) {
  for (const ir::ToolSchema* schema : slice_.schemas) {
    for (const ir::Demand& d : schema->demands) shapes->Collect(d.cond);
  }
  for (const ir::PolicyId id : slice_.policies) {
    for (const ir::RuleId rule : module_.policy(id).rules) {
      shapes->Collect(module_.rule(rule).guard);
    }
  }
  for (const ir::Limit& limit : module_.limits) {
    if (limit.on.valid()) shapes->Collect(limit.on);
    for (const ir::Key& key : limit.keys) shapes->CollectField(key.field);
    for (const ir::Term& t : limit.cost.terms) {
      shapes->CollectNumber(t.field, {0.0, kPlainCost});
    }
  }
  for (const ir::Mark& mark : module_.marks) {
    if (mark.on.valid()) shapes->Collect(mark.on);
    shapes->CollectField(mark.key.field);
  }
  for (const ir::Assertion& a : module_.assertions) {
    if (folder_.IsFalse(a.target)) continue;
    shapes->Collect(a.target);
    shapes->Collect(a.when);
  }
  shapes->Finish();
}

Bool SliceModel::Literal(Bool b) {
  if (b.is_const()) return b;
  const auto [it, is_new] = literals_.try_emplace(b.key());
  if (!is_new) return it->second;
  it->second = context_->FreshBool("lit");
  solver_.Add(smt::Implies(it->second, b));
  return it->second;
}

void SliceModel::EncodeSchemas() {
  std::vector<Bool> all;
  for (const ir::ToolSchema* schema : slice_.schemas) {
    for (const ir::Demand& demand : schema->demands) {
      const Bool holds = Literal(Encode(demand.cond).is_true);
      demands_.push_back({&demand, holds});
      all.push_back(holds);
    }
  }
  accepted_ = Literal(And(all));
}

void SliceModel::EncodePolicy(ir::PolicyId id) {
  const ir::Policy& policy = module_.policy(id);
  PolicyCode code;
  code.id = id;
  Bool reached = Bool::Of(true);
  std::vector<Bool> deny, ask, allow;
  for (const ir::RuleId rule_id : policy.rules) {
    const ir::Rule& rule = module_.rule(rule_id);
    if (folder_.IsFalse(rule.guard)) continue;
    const Tri guard = Encode(rule.guard);
    code.rules.push_back({rule_id, guard, reached});
    const Bool votes = And(reached, guard.is_true);
    deny.push_back(And(reached, guard.IsError()));
    auto& votes_for = rule.effect == ir::Effect::kDeny  ? deny
                      : rule.effect == ir::Effect::kAsk ? ask
                                                        : allow;
    votes_for.push_back(votes);
    // A name for the prefix keeps terms flat however many rules there are.
    Bool next = And(reached, guard.is_false);
    if (!next.is_const()) {
      const Bool named = context_->FreshBool("reached");
      solver_.Add(smt::Iff(named, next));
      next = named;
    }
    reached = next;
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

const PolicyCode& SliceModel::policy(ir::PolicyId id) const {
  for (const PolicyCode& code : policies_) {
    if (code.id == id) return code;
  }
  POLC_UNREACHABLE("a policy that does not cover the slice");
}

const RuleCode* SliceModel::Rule(ir::RuleId id) const {
  for (const PolicyCode& code : policies_) {
    if (code.id != module_.rule(id).policy) continue;
    for (const RuleCode& rule : code.rules) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

Bool SliceModel::KeyFails(const ir::Key& key) {
  const Node* node = space_->Resolve(key.field, nullptr);
  POLC_CHECK(node != nullptr, "a key that was not collected");
  return Not(Or(node->Is(Kind::kString), node->Is(Kind::kNumber)));
}

// A sum of whole numbers from 0 to kPlainCost, each taken a few times, has a
// value. Past that the digits decide, and only the evaluator looks at those:
// either outcome is possible here, and replay tells.
Bool SliceModel::CostFails(const ir::Linear& cost) {
  if (cost.terms.empty()) return Bool::Of(cost.constant < Decimal());
  std::vector<Bool> any;
  bool sane = IsPlain(cost.constant) && cost.terms.size() < 100;
  std::vector<Bool> plain;
  for (const ir::Term& term : cost.terms) {
    const Node* node = space_->Resolve(term.field, nullptr);
    POLC_CHECK(node != nullptr, "a cost that was not collected");
    const Bool absent = Or(node->Is(Kind::kMissing), node->Is(Kind::kNull));
    const Bool number = node->Is(Kind::kNumber);
    any.push_back(term.if_absent ? Not(Or(absent, number)) : Not(number));
    sane = sane && IsPlain(term.coefficient) &&
           (!term.if_absent || IsPlain(*term.if_absent));
    const Bool small =
        And({Not(node->AtLeast(RankAbove(*node, kPlainCost))),
             node->AtLeast(RankAbove(*node, 0.0) - 1), node->whole});
    plain.push_back(Or(absent, And(number, small)));
  }
  space_->MarkApproximate();
  const Bool no_value = context_->FreshBool("cost");
  any.push_back(And(no_value, Not(And(Bool::Of(sane), And(plain)))));
  return Or(any);
}

Bool SliceModel::ChargedByRule(ir::LimitId id) {
  std::vector<Bool> any;
  for (const PolicyCode& policy : policies_) {
    for (const RuleCode& rule : policy.rules) {
      for (const ir::Charge& charge : module_.rule(rule.id).charges) {
        if (charge.limit != id) continue;
        any.push_back(And(rule.reached, rule.guard.is_true));
      }
    }
  }
  return Or(any);
}

Bool SliceModel::OnFails(ir::CondId on,
                         const std::vector<ir::PolicyId>& policies,
                         Bool* charged) {
  const auto covers = [&](ir::PolicyId id) {
    return std::find(slice_.policies.begin(), slice_.policies.end(), id) !=
           slice_.policies.end();
  };
  if (!on.valid() || std::none_of(policies.begin(), policies.end(), covers)) {
    return Bool::Of(false);
  }
  const Tri covered = Encode(on);
  *charged = Or(*charged, covered.is_true);
  return covered.IsError();
}

void SliceModel::EncodeCharges() {
  for (size_t i = 0; i < module_.limits.size(); ++i) {
    const ir::Limit& limit = module_.limits[i];
    Bool charged = ChargedByRule(ir::LimitId(i));
    const Bool on_fails = OnFails(limit.on, limit.policies, &charged);
    if (charged.is_false() && on_fails.is_false()) continue;
    std::vector<Bool> fails;
    for (const ir::Key& key : limit.keys) fails.push_back(KeyFails(key));
    fails.push_back(CostFails(limit.cost));
    charges_.push_back({i, limit.name, Or(on_fails, And(charged, Or(fails)))});
  }
  for (size_t i = 0; i < module_.marks.size(); ++i) {
    const ir::Mark& mark = module_.marks[i];
    Bool set;
    const Bool on_fails = OnFails(mark.on, mark.policies, &set);
    if (set.is_false() && on_fails.is_false()) continue;
    charges_.push_back({module_.limits.size() + i, mark.name,
                        Or(on_fails, And(set, KeyFails(mark.key)))});
  }
}

void SliceModel::Combine() {
  std::vector<Bool> denies, asks, allows;
  for (const PolicyCode& policy : policies_) {
    denies.push_back(policy.deny);
    asks.push_back(policy.ask);
    allows.push_back(policy.allow);
  }
  std::vector<Bool> fails;
  for (const ChargeCode& charge : charges_) fails.push_back(charge.fails);
  const Bool permitted =
      And({Or(Or(asks), Or(allows)), Not(Or(denies)), Not(Or(fails))});
  deny_ = Literal(Not(permitted));
  ask_ = Literal(And(permitted, Or(asks)));
  allow_ = Literal(And(permitted, Not(Or(asks))));
}

Bool SliceModel::Decided(ir::Effect effect) {
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

}  // namespace polc::verifier
