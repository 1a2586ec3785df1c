// What a change of policies changes, for every request: which calls are newly
// allowed, asked about or denied, which limits, marks and approvals got looser
// or tighter, what is new in the catalogs. Each difference carries a request
// that both engines of both sides have decided, and a condition for all of its
// requests; where nothing is reported, and nothing unknown, there is none.
#ifndef POLC_VERIFIER_DIFF_COMPARE_H_
#define POLC_VERIFIER_DIFF_COMPARE_H_

#include <optional>
#include <string>

#include "compiler/diag/diag.h"
#include "compiler/ir/ir.h"
#include "verifier/replay.h"
#include "verifier/smt/expr.h"

namespace polc::verifier {

/// One of the two sets.
struct DiffSide {
  const ir::Module* module = nullptr;
  /// May be null: then the evaluator alone confirms requests.
  Replayer* replayer = nullptr;
};

struct DiffReport {
  size_t slices = 0;   // parts that the requests fall into
  size_t changed = 0;  // of these, where something differs
  size_t unknown = 0;
  size_t wider = 0;  // differences that permit more than before
  /// As in Report.
  std::optional<std::string> bug;
  /// Nothing is more permitted than before, for all requests.
  bool NothingWidened() const { return unknown == 0 && wider == 0; }
};

/// Differences go to `diags`, with places in the files of `after`. Limits count
/// as "fits". Deterministic.
DiffReport Compare(const DiffSide& before, const DiffSide& after,
                   const smt::Options& solver, diag::Diagnostics* diags);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_DIFF_COMPARE_H_
