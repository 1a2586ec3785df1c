#include "verifier/encode/slice_model.h"

namespace polc::verifier {

SliceModel::SliceModel(const ir::Module& module, const Slice& slice,
                       Facts* facts, smt::Context* context)
    : module_(module), slice_(slice), facts_(facts), context_(context) {}

void SliceModel::Make() const {
  whole_ = std::make_unique<Whole>(module_, slice_, facts_, context_);
}

SliceModel::Whole::Whole(const ir::Module& module, const Slice& slice,
                         Facts* facts, smt::Context* context)
    : encoding(module, {&slice}, facts, context) {
  if (encoding.space()->too_large()) return;
  set.emplace(module, slice, ir::WholeOf(module), &encoding);
  for (const PolicyCode& code : set->policies()) {
    for (const RuleCode& rule : code.rules) rules[rule.id] = &rule;
  }
  const smt::Options& options = context->options();
  if (!options.list_requests) return;
  std::vector<smt::Bool> holds;
  for (const DemandCode& demand : set->demands()) holds.push_back(demand.holds);
  encoding.search()->Enumerate(set->accepted(), std::move(holds),
                               module.rules.size() >= options.show_listed_from);
}

smt::Bool SliceModel::Named(smt::Bool b, const char* name) {
  return b.is_const() ? b : context_->Named(name, b);
}

const PolicyCode& SliceModel::policy(ir::PolicyId id) const {
  for (const PolicyCode& code : policies()) {
    if (code.id == id) return code;
  }
  POLC_UNREACHABLE("a policy that does not cover the slice");
}

const RuleCode* SliceModel::Rule(ir::RuleId id) const {
  const auto it = whole().rules.find(id);
  return it == whole().rules.end() ? nullptr : it->second;
}

}  // namespace polc::verifier
