// Why a rule never decides: which rules (or policies' defaults, or limits)
// take all that it matches. The set that is named is minimal, none of it can
// be left out; among minimal sets one is preferred whose members take much,
// and have another effect than the rule (those are the likely mistakes).
#ifndef POLC_VERIFIER_PROPERTIES_EXPLAIN_H_
#define POLC_VERIFIER_PROPERTIES_EXPLAIN_H_

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "verifier/properties/run.h"

namespace polc::verifier {

/// Something that takes requests from a rule.
struct Blame {
  enum class Kind : uint8_t { kRule, kDefault, kCharge };
  Kind kind = Kind::kRule;
  size_t index = 0;  // of the rule, the policy, or as in ChargeCode
  auto operator<=>(const Blame&) const = default;
};

struct Taker {
  Blame blame;
  smt::Bool spares;  // a literal: it leaves the request alone
};

/// What stands between the rule's guard and its decision, in one slice.
std::vector<Taker> TakersOf(const ir::Module& module, SliceModel* model,
                            ir::RuleId rule);

/// Can the rule decide some request of the slice?
Found FindDecided(const ir::Module& module, SliceModel* model, ir::RuleId rule);

/// A minimal set that takes all of the rule's requests in all slices. Call it
/// only for a rule that no slice lets decide.
std::vector<Blame> Explain(const ir::Module& module, ir::RuleId rule,
                           const std::vector<SliceModel*>& slices);

/// An earlier rule of the same policy and of another effect that is the first
/// to take some of the rule's requests: the one that takes most, as far as one
/// takes all that another does. Empty if there is none. What explains a dead
/// rule may be of its own effect, and then hide that others contradict it.
std::optional<ir::RuleId> Contradiction(const ir::Module& module,
                                        ir::RuleId rule,
                                        const std::vector<SliceModel*>& slices);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_EXPLAIN_H_
