// `polc test --coverage`: which rules voted in the tests, and which operands of
// their conditions ever decided anything.
#ifndef POLC_TOOLS_POLC_TEST_COVERAGE_H_
#define POLC_TOOLS_POLC_TEST_COVERAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"
#include "compiler/lower/terms.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"

namespace polc::tool {

/// A test between the `and`, `or` and `not` of a rule's `when`. It decides a
/// request if the rule is tried on it, its target covers it, and the condition
/// would come out otherwise if this operand alone did.
struct OperandCoverage {
  source::Range range;
  uint64_t as_true = 0;   // requests that it decided by being true
  uint64_t as_false = 0;  // by being false
  bool covered() const { return as_true > 0 && as_false > 0; }
};

struct RuleCoverage {
  std::string name;  // "ecs.writes"
  ir::Effect effect = ir::Effect::kDeny;
  source::Range range;
  uint64_t tried = 0;   // requests on which no rule before it voted
  uint64_t voted = 0;   // of these, those that it matched
  uint64_t failed = 0;  // and those on which it could not be decided
  std::vector<OperandCoverage> operands;
};

/// Counts what requests do; the reference evaluator says what they do.
class Coverage {
 public:
  /// `module` is that of `program`; both must outlive this.
  Coverage(const sema::Program& program, const ir::Module& module);

  void Add(const eval::Request& request);

  /// In the order of the files, and in these as written.
  const std::vector<RuleCoverage>& rules() const { return rules_; }

  struct Count {
    uint64_t covered = 0;
    uint64_t all = 0;
  };
  Count CountRules() const;     // covered: voted
  Count CountOperands() const;  // covered: decided as true and as false
  /// Of rules and operands together, rounded down; 100 if there are none.
  int Percent() const;

 private:
  void AddPolicy(const ir::Policy& policy, const eval::Request& request);
  void AddOperands(ir::RuleId id, const eval::Request& request);

  const ir::Module& module_;
  lower::RuleTerms terms_;
  std::vector<RuleCoverage> rules_;  // by Program::rules
  std::vector<size_t> index_of_;     // by ir::RuleId: into rules_
};

std::string CoverageText(const source::Files& files, const Coverage& coverage);
/// One object, to stand as a member of another.
std::string CoverageJson(const source::Files& files, const Coverage& coverage);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_TEST_COVERAGE_H_
