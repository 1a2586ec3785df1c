// Runs `test` blocks on native code, with a clock and counters of their own.
#ifndef POLC_TOOLS_POLC_TEST_RUN_H_
#define POLC_TOOLS_POLC_TEST_RUN_H_

#include <functional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/sema/sema.h"
#include "runtime/engine.h"

namespace polc::tool {

struct TestResult {
  std::string policy;  // "ecs"
  std::string name;    // "a delete waits for a person"
  source::Range range;
  bool passed = false;
  double seconds = 0;
  // What it reported, by place among the diagnostics.
  size_t first_problem = 0;
  size_t end_problem = 0;
};

/// Sees each request that the tests make, before it is decided.
using Observer = std::function<void(const runtime::RequestView&)>;

/// Runs every test of the program's policies, each from fresh counters, and
/// reports each expectation that did not hold as `test-failed`. `observer` may
/// be empty.
std::vector<TestResult> RunTests(const sema::Program& program,
                                 const runtime::Engine& engine,
                                 diag::Diagnostics* diags,
                                 const Observer& observer = {});

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_TEST_RUN_H_
