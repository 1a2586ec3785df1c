// One slice with two policy sets over the same unknowns: what is asked is how
// they differ.
#ifndef POLC_VERIFIER_ENCODE_PAIR_MODEL_H_
#define POLC_VERIFIER_ENCODE_PAIR_MODEL_H_

#include <array>
#include <optional>
#include <vector>

#include "compiler/ir/join.h"
#include "verifier/encode/set_code.h"

namespace polc::verifier {

class PairModel {
 public:
  /// All must outlive it; `facts` is of the joined module.
  PairModel(const ir::Joined& joined, const SlicePair& slices, Facts* facts,
            smt::Context* context)
      : encoding_(joined.module, {&slices[0], &slices[1]}, facts, context) {
    if (too_large()) return;
    for (size_t i = 0; i < 2; ++i) {
      sets_[i].emplace(joined.module, slices[i], joined.parts[i], &encoding_);
    }
  }

  /// Too many values to encode: then nothing else may be asked.
  bool too_large() const { return encoding_.space()->too_large(); }
  const SetCode& set(size_t side) const { return *sets_[side]; }
  Tri Encode(ir::CondId cond) { return encoding_.Encode(cond); }
  smt::Bool CostFails(ir::TermId cost) { return encoding_.CostFails(cost); }
  smt::Bool Literal(smt::Bool b) { return encoding_.Literal(b); }
  Found Find(const std::vector<smt::Bool>& assumptions, const char* name) {
    return encoding_.search()->Find(assumptions, name);
  }
  Found Exists(const std::vector<smt::Bool>& assumptions, const char* name) {
    return encoding_.search()->Exists(assumptions, name);
  }
  const Space& space() const { return *encoding_.space(); }
  Folder* folder() { return encoding_.folder(); }

 private:
  Encoding encoding_;
  std::array<std::optional<SetCode>, 2> sets_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_PAIR_MODEL_H_
