// Runs `test` blocks on native code, with a clock and counters of their own.
#ifndef POLC_TOOLS_POLC_TEST_RUN_H_
#define POLC_TOOLS_POLC_TEST_RUN_H_

#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/sema/sema.h"
#include "runtime/engine.h"

namespace polc::tool {

struct TestResult {
  std::string name;  // "ecs: a delete waits for a person"
  bool passed = false;
};

/// Runs every test of the program's policies, each from fresh counters, and
/// reports each expectation that did not hold as `test-failed`.
std::vector<TestResult> RunTests(const sema::Program& program,
                                 const runtime::Engine& engine,
                                 diag::Diagnostics* diags);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_TEST_RUN_H_
