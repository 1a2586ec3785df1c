// What a set would decide if one rule's guard were otherwise: what a rule or an
// operand that changes nothing is found by.
#ifndef POLC_VERIFIER_PROPERTIES_RULES_VARIANT_H_
#define POLC_VERIFIER_PROPERTIES_RULES_VARIANT_H_

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "verifier/encode/slice_model.h"

namespace polc::verifier {

/// What a vote brings besides its effect and its charges: who approves and
/// until when, what is hidden, and what a person or an agent is told of an ask
/// or a deny.
using Extras = std::tuple<std::vector<std::string>, int64_t,
                          std::vector<ir::FieldId>, std::vector<ir::TextPart>>;
Extras ExtrasOf(const ir::Rule& rule);

/// One slice. Facts that name parts of formulas are added to it as they are
/// needed.
class Variants {
 public:
  /// Both must outlive it.
  Variants(const ir::Module& module, SliceModel* model)
      : module_(module), model_(model) {}

  /// Some accepted requests on which another decision would be made if the
  /// guard of `rule` were `guard`: quick to ask about, and enough for all but
  /// few rules. False where that can't be said in short.
  std::vector<smt::Bool> SurelyChanges(ir::RuleId rule, Tri guard);
  /// All of them. Of a deny with a reason: on which that reason is not given.
  smt::Bool Changes(ir::RuleId rule, Tri guard);

 private:
  // How a policy votes if the rules up to some place are false, and what its
  // rules charge then: by place among the slice's charges, and firmly.
  struct Rest {
    smt::Bool deny, ask, allow;
    std::vector<smt::Bool> charged, firm;
  };
  const PolicyCode& PolicyOf(ir::RuleId rule) const;
  bool Charges(const ir::Rule& rule, const ChargeCode& code, bool firm) const;
  smt::Bool Others(ir::PolicyId but, const ChargeCode& code, bool firm) const;
  smt::Bool VoteDiffers(const ir::Rule& rule, Tri before, Tri after) const;
  const std::vector<Rest>& RestsOf(const PolicyCode& policy);
  // Whether the rules from a place on bring what rules of one effect with some
  // extras do: the last place first.
  struct Alike {
    ir::PolicyId policy;
    ir::Effect effect;
    Extras extras;
    std::vector<smt::Bool> from;
  };
  Alike& AlikeOf(const PolicyCode& policy, const ir::Rule& rule);
  smt::Bool SameExtras(const PolicyCode& policy, size_t from,
                       const ir::Rule& rule);
  smt::Bool SameReason(const PolicyCode& policy, size_t from,
                       const ir::Rule& rule) const;
  bool NothingFails() const;

  const ir::Module& module_;
  SliceModel* model_;
  std::map<ir::PolicyId, std::vector<Rest>> rests_;
  std::vector<Alike> alike_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_RULES_VARIANT_H_
