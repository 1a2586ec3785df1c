// Test results as JUnit XML, which CI systems read.
#ifndef POLC_TOOLS_POLC_JUNIT_H_
#define POLC_TOOLS_POLC_JUNIT_H_

#include <functional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "tools/polc/test/run.h"

namespace polc::tool {

/// One suite a policy, one case a `test` block. `diags` are those that the
/// results count in.
std::string JunitXml(const source::Files& files,
                     const std::vector<TestResult>& results,
                     const diag::Diagnostics& diags);

/// One suite, one case a finding; `fails` says which of them are failures. What
/// stayed unknown is an error. Without findings, one case that passes.
std::string JunitFindings(
    const source::Files& files, const diag::Diagnostics& diags,
    const std::string& title,
    const std::function<bool(const diag::Diagnostic&)>& fails);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_JUNIT_H_
