// What enumeration knows of a set over a small domain: which findings there
// must be, computed from every request and nothing of the verifier.
#ifndef POLC_TEST_DIFF_ORACLE_H_
#define POLC_TEST_DIFF_ORACLE_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/eval/eval.h"
#include "test/diff/small_domain.h"

namespace polc::testing {

class Oracle {
 public:
  /// `small` must outlive it.
  explicit Oracle(const Small& small);

  /// "check rule" for each finding that must be there; "check tool" of
  /// uncovered-tool. Of redundant-condition, the operand's number behind it.
  std::set<std::string> Expected() const;

  /// Do the rules named (with the defaults of other policies, if `defaults`,
  /// and limits and marks, if `charges`) take all that rule r matches?
  bool Covers(size_t r, const std::set<std::string>& by, bool defaults,
              bool charges) const;

 private:
  // All that is known of one accepted request.
  struct Row {
    const eval::Request* request = nullptr;
    std::vector<ir::Verdict> guard;              // by rule
    std::vector<std::vector<ir::Verdict>> part;  // by rule, then part
    eval::Decision decision;
    std::vector<ir::Verdict> on;  // by limit; false without one
    std::vector<bool> unpayable;  // by limit: its key or cost has no value
    bool mark_fails = false;
    std::vector<int>
        vote;  // by policy: the rule that is not false first, or -1
    std::vector<std::pair<bool, ir::Effect>> asserted;  // inside, decision
  };
  // What is decided if a rule's guard had another value: an effect, and what
  // is charged, 1 with `else ask` only, 2 firmly.
  using Outcome = std::pair<ir::Effect, std::vector<int>>;

  void AddRow(const eval::Request& request);
  Outcome Decide(const Row& row, size_t rule, ir::Verdict instead) const;
  bool Missed(size_t rule, int part) const;

  template <typename F>
  bool Any(const F& f) const {
    for (const Row& row : rows_) {
      if (f(row)) return true;
    }
    return false;
  }
  static bool Matches(const Row& row, size_t r) {
    return row.guard[r] == ir::Verdict::kTrue;
  }
  bool Votes(const Row& row, size_t r) const;
  bool Decides(const Row& row, size_t r) const;
  bool Takes(const Row& row, size_t j, size_t r) const;
  bool TakenByDefault(const Row& row, size_t r) const;
  bool Fails(const Row& row) const;

  void AddRules(std::set<std::string>* expected, std::set<size_t>* dead) const;
  void AddOperands(size_t r, std::set<std::string>* expected) const;
  bool ErrorDenies(size_t r) const;
  bool Excused(const Row& row, ir::CondId cond) const;
  bool EmptyAll(size_t r) const;
  bool PartlyShadowed(size_t r) const;
  void AddLimits(const std::set<size_t>& dead,
                 std::set<std::string>* expected) const;
  bool NeverBinds(size_t limit, size_t by) const;
  void AddSet(std::set<std::string>* expected) const;

  const Small& small_;
  const ir::Module& module_;
  std::vector<Row> rows_;
  std::set<std::string> permitting_;  // marks that a request gains by holding
};

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_ORACLE_H_
