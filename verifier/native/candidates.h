// Whether the index names a rule wherever its guard may be anything but false.
#ifndef POLC_VERIFIER_NATIVE_CANDIDATES_H_
#define POLC_VERIFIER_NATIVE_CANDIDATES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "verifier/native/index.h"

namespace polc::verifier::native {

class CandidateProof {
 public:
  /// All must outlive it.
  CandidateProof(const Canonical& canonical, ValueMaker* values)
      : canonical_(canonical), values_(*values) {}

  /// True only if each request on which neither `where` nor `guard` is false
  /// keeps one of `entries`. False says nothing.
  bool Covers(ir::CondId where, ir::CondId guard, Bucket* bucket,
              std::span<const uint32_t> entries);

 private:
  /// Not false or, else, not true.
  struct Wanted {
    ir::CondId cond;
    bool may_be = true;
  };
  /// What has to be so of a request: each of `all`, and `fields` hold what is
  /// left after the tests among them.
  struct Case {
    std::vector<Wanted> all;
    std::vector<Wanted> choices;  // `or` of their operands
    Bucket::Fields fields;
  };

  bool Cover(Case one);
  /// False if nothing is left: there is no such request.
  bool Take(Case* one);

  const Canonical& canonical_;
  ValueMaker& values_;
  Bucket* bucket_ = nullptr;
  std::span<const uint32_t> entries_;
  int left_ = 0;  // cases that are still looked at
};

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_CANDIDATES_H_
