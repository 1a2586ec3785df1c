// What can come of the requests of each tool: for reports to people, where
// `polc check` looks for what is wrong. Of requests that the server's schema
// accepts, charges taken to fit.
#ifndef POLC_VERIFIER_OUTCOMES_H_
#define POLC_VERIFIER_OUTCOMES_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "verifier/encode/slice.h"
#include "verifier/smt/expr.h"

namespace polc::verifier {

/// kMaybe: the solver gave up, or the question is encoded loosely.
enum class Answer : uint8_t { kNo, kYes, kMaybe };

/// The requests that name one tool (or all that no policy names, or another
/// target) of one server.
struct Outcomes {
  Slice slice;                    // its schemas left out
  std::array<Answer, 3> effects;  // by ir::Effect: some request is decided so
  Answer Of(ir::Effect effect) const {
    return effects[static_cast<size_t>(effect)];
  }
  /// Of `OutcomesWithRules` only, each in the module's order. The rules that
  /// decide some request, the policies whose default may vote, the limits that
  /// some request is charged against, the marks that some request sets.
  std::vector<ir::RuleId> rules;
  std::vector<ir::PolicyId> defaults;
  std::vector<ir::LimitId> limits;
  std::vector<ir::MarkId> marks;
};

/// One for each slice, in the order of MakeSlices.
std::vector<Outcomes> OutcomesOf(const ir::Module& module,
                                 const ir::Languages& languages,
                                 const smt::Options& options);
std::vector<Outcomes> OutcomesWithRules(const ir::Module& module,
                                        const ir::Languages& languages,
                                        const smt::Options& options);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_OUTCOMES_H_
