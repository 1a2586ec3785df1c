#include "verifier/encode/slice_model.h"

namespace polc::verifier {

SliceModel::SliceModel(const ir::Module& module, const Slice& slice,
                       Facts* facts, smt::Context* context)
    : module_(module), slice_(slice), facts_(facts), shared_(context) {}

SliceModel::SliceModel(const ir::Module& module, const Slice& slice,
                       Facts* facts, const smt::Options& options, bool* missed)
    : module_(module),
      slice_(slice),
      facts_(facts),
      shared_(nullptr),
      options_(options),
      missed_(missed) {}

void SliceModel::Make() const {
  was_encoded_ = true;
  if (shared_ == nullptr) {
    own_ = std::make_unique<smt::Context>(options_, missed_);
  }
  whole_ = std::make_unique<Whole>(module_, slice_, facts_,
                                   shared_ != nullptr ? shared_ : own_.get());
}

size_t SliceModel::bytes() const {
  if (whole_ == nullptr) return 0;
  // An expression that a check has made is as much again in its tables.
  const size_t graph = own_ == nullptr ? 0 : own_->bytes();
  return search()->listed_bytes() + 2 * graph;
}

void SliceModel::Forget() {
  if (whole_ == nullptr) return;
  if (own_ == nullptr) return search()->ForgetList();
  whole_.reset();
  own_.reset();
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
  return b.is_const() ? b : whole().encoding.context()->Named(name, b);
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
