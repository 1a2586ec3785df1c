// One slice, encoded whole: which calls the schema accepts, how each policy
// votes, what the set decides. The checks ask it with assumptions and never
// add to it.
#ifndef POLC_VERIFIER_ENCODE_SLICE_MODEL_H_
#define POLC_VERIFIER_ENCODE_SLICE_MODEL_H_

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "verifier/encode/conditions.h"
#include "verifier/encode/search.h"

namespace polc::verifier {

/// A rule whose target some request of the slice may meet.
struct RuleCode {
  ir::RuleId id;
  Tri guard;
  smt::Bool reached;  // every rule tried before it is false
};

struct PolicyCode {
  ir::PolicyId id;
  std::vector<RuleCode> rules;  // in the order tried
  smt::Bool none_matched;
  smt::Bool deny, ask, allow;  // its vote; none of them: no vote
};

/// A limit or mark that denies because its condition, key or cost has no
/// value.
struct ChargeCode {
  size_t index = 0;  // of the limit; of a mark, behind all limits
  std::string name;
  smt::Bool fails;
};

class SliceModel {
 public:
  /// All must outlive it.
  SliceModel(const ir::Module& module, const Slice& slice, Facts* facts,
             smt::Context* context);

  const Slice& slice() const { return slice_; }
  const std::vector<PolicyCode>& policies() const { return policies_; }
  const PolicyCode& policy(ir::PolicyId id) const;
  /// Null if the rule's target is false all over the slice.
  const RuleCode* Rule(ir::RuleId id) const;
  const std::vector<ChargeCode>& charges() const { return charges_; }
  struct DemandCode {
    const ir::Demand* demand;
    smt::Bool holds;  // a literal
  };
  const std::vector<DemandCode>& demands() const { return demands_; }
  /// A literal: the enforced schemas accept the call.
  smt::Bool accepted() const { return accepted_; }
  /// The combined decision. A literal each.
  smt::Bool Decided(ir::Effect effect);

  Tri Encode(ir::CondId cond) { return conditions_->Encode(cond); }
  /// A literal that implies `b`: what assumptions have to be.
  smt::Bool Literal(smt::Bool b);

  Found Find(const std::vector<smt::Bool>& assumptions, const char* name) {
    return search_->Find(assumptions, name);
  }
  Found Exists(const std::vector<smt::Bool>& assumptions, const char* name) {
    return search_->Exists(assumptions, name);
  }
  Found Glance(const std::vector<smt::Bool>& assumptions, const char* name) {
    return search_->Glance(assumptions, name);
  }
  uint64_t refinements() const { return search_->refinements(); }
  const Space& space() const { return *space_; }

 private:
  void Collect(Shapes* shapes);
  void EncodeSchemas();
  void EncodePolicy(ir::PolicyId id);
  void EncodeCharges();
  smt::Bool KeyFails(const ir::Key& key);
  smt::Bool CostFails(const ir::Linear& cost);
  smt::Bool OnFails(ir::CondId on, const std::vector<ir::PolicyId>& policies,
                    smt::Bool* charged);
  smt::Bool ChargedByRule(ir::LimitId id);
  void Combine();

  const ir::Module& module_;
  const Slice& slice_;
  smt::Context* context_;
  smt::Solver solver_;
  Folder folder_;
  Facts* facts_;
  std::unique_ptr<Shapes> shapes_;
  std::unique_ptr<Space> space_;
  std::unique_ptr<Conditions> conditions_;
  std::unique_ptr<Search> search_;
  std::vector<PolicyCode> policies_;
  std::vector<ChargeCode> charges_;
  std::vector<DemandCode> demands_;
  smt::Bool accepted_;
  smt::Bool deny_, ask_, allow_;
  std::unordered_map<const void*, smt::Bool> literals_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SLICE_MODEL_H_
