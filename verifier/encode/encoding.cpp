#include "verifier/encode/encoding.h"

#include <algorithm>

namespace polc::verifier {

using smt::Bool;

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
    shapes_.CollectTerm(limit.cost);
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
  for (const ir::Same& same : module_.sames) collect(same.target, same.when);
  shapes_.Finish();
}

Bool Encoding::CostFails(ir::TermId cost) {
  const auto known = costs_.find(cost);
  if (known != costs_.end()) return known->second;
  return costs_[cost] = conditions_->CostFails(cost);
}

}  // namespace polc::verifier
