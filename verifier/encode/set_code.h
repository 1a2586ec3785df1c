// What one policy set makes of the requests of a slice: which calls its schema
// accepts, how each policy votes, what goes with it, what is decided.
#ifndef POLC_VERIFIER_ENCODE_SET_CODE_H_
#define POLC_VERIFIER_ENCODE_SET_CODE_H_

#include <string>
#include <vector>

#include "compiler/ir/join.h"
#include "verifier/encode/encoding.h"

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

/// A limit or mark that goes with some requests, and that denies if its
/// condition, key or cost has no value.
struct ChargeCode {
  size_t index = 0;  // of the limit; of a mark, behind all limits
  std::string name;
  smt::Bool charged;  // it goes with the request, if that is permitted
  /// It does, and not only with `else ask`.
  smt::Bool firmly;
  smt::Bool fails;
  smt::Bool covers;     // its own `on` covers the request
  smt::Bool undecided;  // whether it does is an error
  smt::Bool unpayable;  // its key or its cost has no value
};

struct DemandCode {
  const ir::Demand* demand;
  smt::Bool holds;  // a literal
};

class SetCode {
 public:
  /// All must outlive it. `part` says which limits and marks are the set's;
  /// its policies and schemas are those of `slice`.
  SetCode(const ir::Module& module, const Slice& slice, const ir::Part& part,
          Encoding* encoding);

  const Slice& slice() const { return slice_; }
  const std::vector<PolicyCode>& policies() const { return policies_; }
  const std::vector<ChargeCode>& charges() const { return charges_; }
  const std::vector<DemandCode>& demands() const { return demands_; }
  /// The enforced schemas accept the call.
  smt::Bool schema_holds() const { return schema_holds_; }
  /// The same, a literal.
  smt::Bool accepted() const { return accepted_; }
  /// The combined decision of what is accepted. A literal each.
  smt::Bool Decided(ir::Effect effect) const;
  /// `ask` or `allow`: a literal.
  smt::Bool permitted() const { return permit_; }
  /// What is decided in the end: what is not accepted is denied.
  smt::Bool Final(ir::Effect effect) const;

 private:
  void EncodeSchemas();
  void EncodePolicy(ir::PolicyId id);
  void EncodeCharges();
  smt::Bool KeyFails(const ir::Key& key);
  struct Cover {
    smt::Bool charged;
    smt::Bool fails;
  };
  Cover OnCovers(ir::CondId on, const std::vector<ir::PolicyId>& policies);
  smt::Bool ChargedByRule(ir::LimitId id, bool firmly);
  bool IsNamed(ir::LimitId id) const;
  void Combine();

  const ir::Module& module_;
  const Slice& slice_;
  ir::Part part_;
  Encoding& encoding_;
  std::vector<PolicyCode> policies_;
  std::vector<ChargeCode> charges_;
  std::vector<DemandCode> demands_;
  smt::Bool schema_holds_, permitted_, asked_;
  smt::Bool accepted_;
  smt::Bool deny_, ask_, allow_, permit_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SET_CODE_H_
