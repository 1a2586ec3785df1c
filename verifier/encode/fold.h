// What a slice decides without a solver: conditions on the names that it
// fixes. Most rules' targets end here.
#ifndef POLC_VERIFIER_ENCODE_FOLD_H_
#define POLC_VERIFIER_ENCODE_FOLD_H_

#include <optional>
#include <vector>

#include "compiler/ir/ir.h"
#include "verifier/encode/facts.h"
#include "verifier/encode/slice.h"

namespace polc::verifier {

class Folder {
 public:
  /// All must outlive it.
  Folder(const ir::Module& module, const Slice& slice, Facts* facts);

  /// The condition's value on every request of the slice, if the fixed names
  /// give it one.
  std::optional<ir::Verdict> Fold(ir::CondId id);

  bool IsFalse(ir::CondId id) { return Fold(id) == ir::Verdict::kFalse; }

 private:
  std::optional<ir::Verdict> Compute(const ir::Cond& cond);
  std::optional<ir::Verdict> FoldTest(const ir::Cond& cond);

  const ir::Module& module_;
  Facts* facts_;
  std::vector<std::optional<Fixed>> roots_;
  std::vector<uint8_t> done_;
  std::vector<std::optional<ir::Verdict>> memo_;
};

/// The verdict of a test on a string.
ir::Verdict TestString(Facts* facts, const ir::Test& test,
                       const std::string& text);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_FOLD_H_
