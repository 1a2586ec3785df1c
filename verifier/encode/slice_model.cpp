#include "verifier/encode/slice_model.h"

namespace polc::verifier {

SliceModel::SliceModel(const ir::Module& module, const Slice& slice,
                       Facts* facts, smt::Context* context)
    : module_(module),
      slice_(slice),
      encoding_(module, {&slice}, facts, context) {
  if (encoding_.space()->too_large()) return;
  set_.emplace(module, slice, ir::WholeOf(module), &encoding_);
}

const PolicyCode& SliceModel::policy(ir::PolicyId id) const {
  for (const PolicyCode& code : policies()) {
    if (code.id == id) return code;
  }
  POLC_UNREACHABLE("a policy that does not cover the slice");
}

const RuleCode* SliceModel::Rule(ir::RuleId id) const {
  for (const PolicyCode& code : policies()) {
    if (code.id != module_.rule(id).policy) continue;
    for (const RuleCode& rule : code.rules) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

}  // namespace polc::verifier
