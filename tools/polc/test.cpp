// `polc test`: the `test` blocks alone.
#include <fmt/format.h>

#include "compiler/driver/session.h"
#include "tools/polc/command.h"
#include "tools/polc/junit.h"
#include "tools/polc/native.h"
#include "tools/polc/test_run.h"

namespace polc::tool {

int RunTest(const TestOptions& options) {
  diag::Diagnostics diags;
  driver::Session session =
      driver::Run(options.set, driver::Phase::kNative, &diags);
  if (session.native == nullptr) {
    (void)PrintProblems(*session.set, &diags);
    return kCannotRun;
  }
  const std::unique_ptr<runtime::Engine> engine =
      MakeEngine(std::move(session.native));
  diag::Diagnostics failures;
  const std::vector<TestResult> results =
      RunTests(*session.program, *engine, &failures);
  size_t failed = 0;
  for (const TestResult& result : results) failed += !result.passed;
  if (options.format == Format::kJunit) {
    fmt::print("{}", JunitXml(session.set->files, results, failures));
    (void)PrintProblems(*session.set, &failures);
    return failed == 0 ? kOk : kFindings;
  }
  for (const TestResult& result : results) {
    fmt::print("{} {}: {}\n", result.passed ? "ok  " : "FAIL", result.policy,
               result.name);
  }
  (void)PrintProblems(*session.set, &failures);
  fmt::print("{} passed, {} failed\n", results.size() - failed, failed);
  return failed == 0 ? kOk : kFindings;
}

}  // namespace polc::tool
