// `polc test`: the `test` blocks alone, and what they leave untested.
#include <fmt/format.h>

#include <optional>

#include "compiler/driver/session.h"
#include "compiler/support/json_string.h"
#include "tools/polc/command.h"
#include "tools/polc/junit.h"
#include "tools/polc/native.h"
#include "tools/polc/request.h"
#include "tools/polc/test/coverage.h"
#include "tools/polc/test/run.h"

namespace polc::tool {
namespace {

struct Tested {
  const source::Files& files;
  std::vector<TestResult> results;
  diag::Diagnostics failures;
  std::optional<Coverage> coverage;
  size_t failed = 0;
};

void PrintText(const Tested& tested) {
  for (const TestResult& result : tested.results) {
    fmt::print("{} {}: {}\n", result.passed ? "ok  " : "FAIL", result.policy,
               result.name);
  }
  fmt::print("{} passed, {} failed\n", tested.results.size() - tested.failed,
             tested.failed);
}

std::string ResultJson(const Tested& tested, const TestResult& result) {
  const source::LineColumn at =
      tested.files.Locate(result.range.file, result.range.begin);
  std::string problems;
  for (size_t i = result.first_problem; i < result.end_problem; ++i) {
    const diag::Diagnostic& d = tested.failures.all()[i];
    const source::LineColumn place =
        tested.files.Locate(d.range.file, d.range.begin);
    problems += fmt::format(
        "{}{{\"line\": {}, \"column\": {}, \"message\": {}, \"request\": {}}}",
        problems.empty() ? "" : ", ", place.line, place.column,
        JsonString(d.message), d.finding ? d.finding->witness : "null");
  }
  return fmt::format(
      "  {{\"policy\": {}, \"name\": {}, \"file\": {}, \"line\": {}, "
      "\"passed\": {}, \"problems\": [{}]}}",
      JsonString(result.policy), JsonString(result.name),
      JsonString(tested.files.file(result.range.file).path), at.line,
      result.passed, problems);
}

void PrintJson(const Tested& tested) {
  std::string tests;
  for (const TestResult& result : tested.results) {
    tests += tests.empty() ? "\n" : ",\n";
    tests += ResultJson(tested, result);
  }
  fmt::print("{{\"version\": 1, \"tests\": [{}],\n", tests);
  if (tested.coverage) {
    fmt::print("\"coverage\": {},\n",
               CoverageJson(tested.files, *tested.coverage));
  }
  fmt::print("\"summary\": {{\"passed\": {}, \"failed\": {}}}}}\n",
             tested.results.size() - tested.failed, tested.failed);
}

// The results to standard output, what is for people to standard error where
// that is not text.
void Print(Tested* tested, Format format, const driver::PolicySet& set) {
  if (format == Format::kText) PrintText(*tested);
  if (format == Format::kJson) PrintJson(*tested);
  if (format == Format::kJunit) {
    fmt::print("{}",
               JunitXml(tested->files, tested->results, tested->failures));
  }
  if (tested->coverage && format != Format::kJson) {
    fmt::print(format == Format::kText ? stdout : stderr, "{}",
               CoverageText(tested->files, *tested->coverage));
  }
  (void)PrintProblems(set, &tested->failures);
}

}  // namespace

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
  Tested tested{session.set->files, {}, {}, {}, 0};
  Observer observer;
  if (options.coverage || options.fail_under) {
    tested.coverage.emplace(*session.program, *session.module);
    observer = [&](const runtime::RequestView& request) {
      tested.coverage->Add(ToEvalRequest(request));
    };
  }
  tested.results =
      RunTests(*session.program, *engine, &tested.failures, observer);
  for (const TestResult& result : tested.results) {
    tested.failed += !result.passed;
  }
  Print(&tested, options.format, *session.set);
  if (tested.failed > 0) return kFindings;
  const bool is_under =
      options.fail_under && tested.coverage->Percent() < *options.fail_under;
  if (!is_under) return kOk;
  fmt::print(stderr, "polc: coverage is {}%, less than the {}% wanted\n",
             tested.coverage->Percent(), *options.fail_under);
  return kFindings;
}

}  // namespace polc::tool
