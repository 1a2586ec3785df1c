// What two canonical forms did not settle: asked of the verifier's encoding,
// slice by slice, like any other property.
#ifndef POLC_VERIFIER_NATIVE_QUESTIONS_H_
#define POLC_VERIFIER_NATIVE_QUESTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "verifier/native/canonical.h"
#include "verifier/smt/expr.h"

namespace polc::verifier::native {

struct Question {
  enum class Of : uint8_t {
    kSameVerdict,  // `of_ir` and `of_tables` are equal
    kSameTruth,    // one is true where the other is
    kNotFalse,     // where `of_ir` is not false, `of_tables` is not
  };
  Of of = Of::kSameVerdict;
  ir::CondId where;  // on these requests; never an error
  ir::CondId of_ir;
  ir::CondId of_tables;
  source::Range range;
  std::string what;  // "the guard of rule `p.r` for tool `t`"
};

struct Answer {
  enum class Is : uint8_t { kProved, kRefuted, kUnknown };
  Is is = Is::kProved;
  std::optional<eval::Request> request;  // of kRefuted
  std::string reason;                    // of kUnknown
};

/// An answer for each. `canonical` has their conditions; requests are those
/// that some policy covers and that the enforced catalogs know the tool of.
std::vector<Answer> Ask(const Canonical& canonical,
                        const std::vector<Question>& questions,
                        const smt::Options& solver);

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_QUESTIONS_H_
