// What one field may hold: a set of values, too large rather than too small.
// Enough to see, mostly, that a condition that is not false has its rule among
// the candidates; what is not seen so is asked of a solver.
#ifndef POLC_VERIFIER_NATIVE_VALUES_H_
#define POLC_VERIFIER_NATIVE_VALUES_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "verifier/native/canonical.h"

namespace polc::verifier::native {

struct Values {
  uint32_t kinds = (1u << ir::kKindCount) - 1;
  std::array<bool, 2> bools = {true, true};  // false, true
  std::vector<ir::Interval> numbers = {{}};  // as CanonicalIntervals
  /// Strings; owned by the ValueMaker. Longer ones than `longer_than` bytes
  /// are all there, if that is not 0.
  const automata::Dfa* strings = &automata::NulFree();
  uint32_t longer_than = 0;

  bool Has(ir::Kind kind) const {
    return (kinds >> static_cast<int>(kind) & 1) != 0;
  }
  bool empty() const { return kinds == 0; }
};

class ValueMaker {
 public:
  /// Must outlive it.
  explicit ValueMaker(const Canonical& canonical) : canonical_(canonical) {}

  /// On which the test is not false (`may_be` true) or not true.
  const Values& Of(ir::CondId test, bool may_be);
  /// What is in both, or in more.
  Values Meet(const Values& a, const Values& b);

 private:
  Values Make(const ir::Cond& cond, bool may_be);
  void LookAt(const ir::Test& test, bool may_be, Values* out);
  const automata::Dfa* Keep(automata::Dfa dfa);
  static void DropEmpty(Values* values);

  const Canonical& canonical_;
  std::map<std::pair<ir::CondId, bool>, Values> of_;
  std::map<std::pair<const automata::Dfa*, const automata::Dfa*>,
           const automata::Dfa*>
      met_;
  std::vector<std::unique_ptr<automata::Dfa>> kept_;
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_VALUES_H_
