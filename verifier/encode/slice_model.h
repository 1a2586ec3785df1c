// One slice, encoded whole: which calls the schema accepts, how each policy
// votes, what the set decides. The checks ask it with assumptions and never
// add to it.
#ifndef POLC_VERIFIER_ENCODE_SLICE_MODEL_H_
#define POLC_VERIFIER_ENCODE_SLICE_MODEL_H_

#include <map>
#include <optional>
#include <vector>

#include "verifier/encode/set_code.h"

namespace polc::verifier {

class SliceModel {
 public:
  /// All must outlive it.
  SliceModel(const ir::Module& module, const Slice& slice, Facts* facts,
             smt::Context* context);

  const Slice& slice() const { return slice_; }
  const std::vector<PolicyCode>& policies() const { return set_->policies(); }
  const PolicyCode& policy(ir::PolicyId id) const;
  /// Null if the rule's target is false all over the slice.
  const RuleCode* Rule(ir::RuleId id) const;
  const std::vector<ChargeCode>& charges() const { return set_->charges(); }
  const std::vector<DemandCode>& demands() const { return set_->demands(); }
  smt::Bool accepted() const { return set_->accepted(); }
  smt::Bool permitted() const { return set_->permitted(); }
  smt::Bool Decided(ir::Effect effect) const { return set_->Decided(effect); }

  Tri Encode(ir::CondId cond) { return encoding_.Encode(cond); }
  /// A literal that implies `b`: what assumptions have to be.
  smt::Bool Literal(smt::Bool b) { return encoding_.Literal(b); }
  /// An unknown that is `b`: keeps terms flat.
  smt::Bool Named(smt::Bool b, const char* name);

  Found Find(const std::vector<smt::Bool>& assumptions, const char* name) {
    return encoding_.search()->Find(assumptions, name);
  }
  Found Exists(const std::vector<smt::Bool>& assumptions, const char* name) {
    return encoding_.search()->Exists(assumptions, name);
  }
  Found Glance(const std::vector<smt::Bool>& assumptions, const char* name) {
    return encoding_.search()->Glance(assumptions, name);
  }
  uint64_t refinements() const { return encoding_.search()->refinements(); }
  const Space& space() const { return *encoding_.space(); }

 private:
  const Slice& slice_;
  Encoding encoding_;
  std::optional<SetCode> set_;  // not of a slice that is too large
  std::map<ir::RuleId, const RuleCode*> rules_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SLICE_MODEL_H_
