#include "verifier/encode/encoding.h"

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

Encoding::Encoding(const ir::Module& module,
                   const std::vector<const Slice*>& sides, Facts* facts,
                   smt::Context* context)
    : module_(module),
      context_(context),
      solver_(context),
      folder_(module, *sides[0], facts),
      shapes_(module, &folder_, facts) {
  Collect(sides);
  space_ = std::make_unique<Space>(module, *sides[0], &shapes_, facts, context_,
                                   &solver_);
  search_ = std::make_unique<Search>(space_.get());
  conditions_ = std::make_unique<Conditions>(module, &folder_, space_.get());
}

void Encoding::Collect(const std::vector<const Slice*>& sides) {
  for (const Slice* slice : sides) {
    for (const ir::ToolSchema* schema : slice->schemas) {
      for (const ir::Demand& d : schema->demands) shapes_.Collect(d.cond);
    }
    for (const ir::PolicyId id : slice->policies) {
      for (const ir::RuleId rule : module_.policy(id).rules) {
        shapes_.Collect(module_.rule(rule).guard);
      }
    }
  }
  for (const ir::Limit& limit : module_.limits) {
    if (limit.on.valid()) shapes_.Collect(limit.on);
    for (const ir::Key& key : limit.keys) shapes_.CollectField(key.field);
    for (const ir::Term& t : limit.cost.terms) {
      shapes_.CollectNumber(t.field, {0.0, kPlainCost});
    }
  }
  for (const ir::Mark& mark : module_.marks) {
    if (mark.on.valid()) shapes_.Collect(mark.on);
    shapes_.CollectField(mark.key.field);
  }
  for (const ir::Assertion& a : module_.assertions) {
    if (folder_.IsFalse(a.target)) continue;
    shapes_.Collect(a.target);
    shapes_.Collect(a.when);
  }
  const auto collect = [&](ir::CondId target, ir::CondId when) {
    if (folder_.IsFalse(target)) return;
    shapes_.Collect(target);
    shapes_.Collect(when);
  };
  for (const ir::Bound& bound : module_.bounds) {
    collect(bound.target, bound.when);
    for (const ir::Key& key : bound.keys) shapes_.CollectField(key.field);
  }
  for (const ir::Flow& flow : module_.flows) {
    collect(flow.target, flow.when);
    collect(flow.after_target, flow.after_when);
  }
  shapes_.Finish();
}

Bool Encoding::Literal(smt::Bool b) {
  if (b.is_const()) return b;
  const auto [it, is_new] = literals_.try_emplace(b.key());
  if (!is_new) return it->second;
  it->second = context_->FreshBool("lit");
  solver_.Add(smt::Implies(it->second, b));
  return it->second;
}

// A sum of whole numbers from 0 to kPlainCost, each taken a few times, has a
// value. Past that the digits decide, and only the evaluator looks at those:
// either outcome is possible here, and replay tells. One cost has one outcome,
// whoever charges it.
Bool Encoding::CostFails(const ir::Linear& cost) {
  if (cost.terms.empty()) return Bool::Of(cost.constant < Decimal());
  const auto known = costs_.find(cost);
  if (known != costs_.end()) return known->second;
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
  return costs_[cost] = Or(any);
}

}  // namespace polc::verifier
