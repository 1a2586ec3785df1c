// Rules without one operand of their conditions: what the verifier asks of
// operands that change nothing, and what a mutation of a policy leaves out.
// Beside the module, so that engines which decide never see it.
#ifndef POLC_COMPILER_IR_PARTS_H_
#define POLC_COMPILER_IR_PARTS_H_

#include <vector>

#include "compiler/ir/ir.h"

namespace polc::ir {

struct RulePart {
  source::Range range;  // of the operand, as it was written
  CondId without;       // the rule's guard with the operand left out
  bool whole = false;   // the operand is all of `when`
};

struct Parts {
  std::vector<Cond> conds;  // their ids go on from the module's
  std::vector<std::vector<RulePart>> rules;  // by rule; outer operands first

  bool empty() const { return rules.empty(); }
};

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_PARTS_H_
