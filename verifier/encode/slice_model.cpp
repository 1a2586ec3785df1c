#include "verifier/encode/slice_model.h"

namespace polc::verifier {

SliceModel::SliceModel(const ir::Module& module, const Slice& slice,
                       Facts* facts, smt::Context* context)
    : slice_(slice), encoding_(module, {&slice}, facts, context) {
  if (encoding_.space()->too_large()) return;
  set_.emplace(module, slice, ir::WholeOf(module), &encoding_);
  for (const PolicyCode& code : policies()) {
    for (const RuleCode& rule : code.rules) rules_[rule.id] = &rule;
  }
  const smt::Options& options = context->options();
  if (!options.list_requests) return;
  std::vector<smt::Bool> holds;
  for (const DemandCode& demand : demands()) holds.push_back(demand.holds);
  encoding_.search()->Enumerate(
      accepted(), std::move(holds),
      module.rules.size() >= options.show_listed_from);
}

smt::Bool SliceModel::Named(smt::Bool b, const char* name) {
  return b.is_const() ? b : encoding_.context()->Named(name, b);
}

const PolicyCode& SliceModel::policy(ir::PolicyId id) const {
  for (const PolicyCode& code : policies()) {
    if (code.id == id) return code;
  }
  POLC_UNREACHABLE("a policy that does not cover the slice");
}

const RuleCode* SliceModel::Rule(ir::RuleId id) const {
  const auto it = rules_.find(id);
  return it == rules_.end() ? nullptr : it->second;
}

}  // namespace polc::verifier
