// Digests of what the answers about a slice hang on: the rules that its
// requests may meet, in their order and with their layout (findings point into
// them), the schemas and claims of its tool, and what belongs to the set as a
// whole (policies, limits, marks, assertions). Not on other slices' rules, nor
// on where in a file something stands.
#ifndef POLC_VERIFIER_MEMO_DIGESTS_H_
#define POLC_VERIFIER_MEMO_DIGESTS_H_

#include <string>
#include <vector>

#include "compiler/ir/parts.h"
#include "verifier/encode/slice.h"
#include "verifier/memo/bytes.h"
#include "verifier/verify.h"

namespace polc::verifier {

class Digests {
 public:
  /// All must outlive it. `module` is the set's own: no questions behind it.
  Digests(const ir::Module& module, const Options& options);

  /// Of a slice whose guards may be other than false for `rules`, in the
  /// policies' order.
  std::string OfSlice(const Slice& slice, const std::vector<ir::RuleId>& rules);
  /// Of a rule with its place among others: a slice's digest says nothing of
  /// the order of two slices' rules.
  const std::string& OfRule(ir::RuleId id);

 private:
  std::string MakeRule(ir::RuleId id) const;
  std::string MakeSet() const;

  const ir::Module& module_;
  const Options& options_;
  std::string set_;
  std::vector<std::string> rules_;  // empty: not made yet
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_MEMO_DIGESTS_H_
