// The conditions that a rule's `when` is made of, each as something that can be
// evaluated alone: what `polc test --coverage` counts.
#ifndef POLC_COMPILER_LOWER_TERMS_H_
#define POLC_COMPILER_LOWER_TERMS_H_

#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"

namespace polc::lower {

/// `and`, `or` and `not` of terms, down to tests. A call of a predicate and a
/// quantifier are one test, however much is in them.
struct Term {
  enum class Kind : uint8_t { kTest, kNot, kAnd, kOr };
  Kind kind = Kind::kTest;
  source::Range range;
  ir::CondId cond;  // of a test, in RuleTerms::module
  std::vector<Term> operands;
};

struct RuleTerms {
  ir::Module module;             // of conditions alone
  std::vector<Term> whens;       // parallel to Program::rules
  std::vector<bool> is_written;  // whether the rule has a `when` at all
};

/// `program` must have been lowered without errors.
RuleTerms LowerTerms(const sema::Program& program);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_TERMS_H_
