// The kinds of callers that a policy set tells apart by grant and role, and
// the set as callers of one kind see it. For reports to people: a column each.
#ifndef POLC_VERIFIER_CALLERS_H_
#define POLC_VERIFIER_CALLERS_H_

#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"

namespace polc::verifier {

struct CallerKind {
  enum class By : uint8_t { kOther, kGrant, kRole };
  By by = By::kOther;
  /// The grant or role; a member of those that a pattern describes. Empty of
  /// kOther.
  std::string name;
  /// A caller of this kind, with that grant or role and no other.
  eval::Caller caller;
};

/// Callers whom no condition names come first, then each grant and each role
/// that one does, by name. Claims and subjects are not told apart.
std::vector<CallerKind> CallerKinds(const ir::Module& module,
                                    const ir::Languages& languages);

/// `module` for requests of that caller: what depends on grant and roles alone
/// is decided, the rest stays. Ids stay good.
ir::Module ForCaller(const ir::Module& module, const eval::Caller& caller);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_CALLERS_H_
