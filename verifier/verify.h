// The verifier: what holds of a policy set for every request, by proof, and
// what does not, by a request that shows it. docs/verification.md says what is
// checked, how, and what has to be trusted.
//
//   Report report = Verify(module, languages, {}, &native, &diags);
//   if (report.bug) ...            // polc is wrong, not the policy: exit 70
//   findings are in `diags`, each with its request
#ifndef POLC_VERIFIER_VERIFY_H_
#define POLC_VERIFIER_VERIFY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/parts.h"
#include "verifier/memo/memo.h"
#include "verifier/replay.h"
#include "verifier/smt/expr.h"

namespace polc::verifier {

/// What a server says of one of its tools, where a catalog has it.
struct ToolClaim {
  std::string catalog;  // the schema's path
  std::string tool;
  /// "write", "execute", "destructive" or "financial"; empty: none of them,
  /// or it hangs on an argument.
  std::string risk = {};
  std::string alias_of = {};  // another tool that it is another name of
  /// Arguments that choose what a call does.
  std::vector<std::string> operations = {};
};

struct Options {
  smt::Options solver;
  /// Of the module; null: nothing is said of operands.
  const ir::Parts* parts = nullptr;
  std::vector<ToolClaim> tools = {};
  /// Whether such an argument's value says that the call only reads.
  std::function<bool(const std::string& operation)> only_reads = {};
  /// Nothing but assertions is checked.
  bool assertions_only = false;
  /// Targets that name no tool of a catalog have been reported where they are
  /// written: a rule that can't match for that reason is counted, and not
  /// reported again.
  bool targets_reported = false;
  /// Keeps what was found out for the next run; null: nothing is kept. Reports
  /// are the same with and without.
  Memo* memo = nullptr;
  /// Told now and then how many of the properties are done.
  std::function<void(size_t done, size_t all)> progress = {};
};

struct Report {
  /// Properties of rules, of assertions and of the set: those that hold on all
  /// requests, those that do not, those that could not be decided.
  size_t proved = 0;
  size_t refuted = 0;
  size_t unknown = 0;
  /// Two engines disagreed, or a request did not show what it was to show.
  /// Nothing else of the report should be relied on.
  std::optional<std::string> bug;
  uint64_t slices = 0;
  uint64_t encoded = 0;  // of these, the ones that something was asked of
  uint64_t refinements = 0;
  /// Of sets of many rules: the parts that checks fall into, those of which
  /// the memo knew the answer, and those for which a solver was needed.
  uint64_t tasks = 0;
  uint64_t remembered = 0;
  uint64_t solved = 0;
};

/// Checks all that docs/verification.md lists. Findings and unknowns go to
/// `diags`, check by check, in the order of the module. `replayer` may be null:
/// then the evaluator alone confirms requests. Deterministic: no clock, no
/// randomness.
Report Verify(const ir::Module& module, const ir::Languages& languages,
              const Options& options, Replayer* replayer,
              diag::Diagnostics* diags);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_VERIFY_H_
