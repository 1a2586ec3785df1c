// `polc check`: everything polc can find wrong with a policy set. What CI
// runs.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "compiler/driver/session.h"
#include "compiler/support/limits.h"
#include "tools/polc/command.h"
#include "tools/polc/native.h"
#include "tools/polc/test_run.h"
#include "verifier/verify.h"

namespace polc::tool {
namespace {

using diag::Severity;
using driver::Session;

double Milliseconds(std::chrono::steady_clock::time_point since) {
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - since;
  return elapsed.count();
}

struct CheckRun {
  diag::Summary summary;
  size_t tests = 0;
};

// Verifies and tests a set that compiled.
CheckRun Examine(Session* session, const CheckOptions& options,
                 diag::Diagnostics* diags) {
  CheckRun run;
  const ir::Module& module = *session->module;
  const std::unique_ptr<runtime::Engine> engine =
      MakeEngine(std::move(session->native));
  NativeReplayer replayer(engine.get());
  verifier::Options verify;
  verify.solver.dump_directory = options.dump_smt;
  verify.targets_reported = true;  // by sema, as unknown-tool
  const verifier::Report report =
      verifier::Verify(module, *session->languages, verify, &replayer, diags);
  // Two engines that disagree are a bug of ours, never a finding.
  POLC_CHECK(!report.bug, report.bug.value_or(""));
  run.summary.rules = module.rules.size();
  run.summary.proved = report.proved;
  run.summary.refuted = report.refuted;
  run.summary.unknown = report.unknown;
  run.tests = RunTests(*session->program, *engine, diags).size();
  return run;
}

bool Fails(const diag::Diagnostic& d, FailOn level) {
  switch (level) {
    case FailOn::kNever:
      return false;
    case FailOn::kError:
    case FailOn::kUnknown:
      return d.severity == Severity::kError;
    case FailOn::kWarning:
      return d.severity == Severity::kError || d.severity == Severity::kWarning;
    case FailOn::kNote:
      return d.severity != Severity::kUnknown;
  }
  return true;
}

int ExitCodeOf(const diag::Diagnostics& diags, FailOn level) {
  int code = kOk;
  for (const diag::Diagnostic& d : diags.all()) {
    if (d.severity == Severity::kError && StopsChecks(d.kind)) {
      return kCannotRun;
    }
    if (Fails(d, level)) code = kFindings;
    if (d.severity == Severity::kUnknown && level == FailOn::kUnknown &&
        code == kOk) {
      code = kUndecided;
    }
  }
  return code;
}

std::string Counted(size_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

void PrintText(const Session& session, const CheckRun& run, bool examined,
               const diag::Diagnostics& diags) {
  fmt::print("{}", diag::RenderText(session.set->files, diags,
                                    {.color = WantsColor(STDOUT_FILENO),
                                     .max_errors = kLimits.errors_shown}));
  if (!examined) return;
  const diag::Summary& s = run.summary;
  fmt::print("{}, {}: {} proved, {} refuted, {} unknown, {}; set {}\n",
             Counted(s.files, "file"), Counted(s.rules, "rule"), s.proved,
             s.refuted, s.unknown, Counted(run.tests, "test"),
             session.set->digest.substr(0, 16));
}

}  // namespace

int RunCheck(const CheckOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  diag::Diagnostics diags;
  Session session = driver::Run(options.set, driver::Phase::kNative, &diags);
  const bool examined = session.native != nullptr;
  CheckRun run;
  if (examined) run = Examine(&session, options, &diags);
  driver::Suppress(&session.set->suppressions, &diags);
  if (examined) driver::ReportUnused(session.set->suppressions, &diags);
  driver::MapOrigins(*session.set, &diags);
  diags.SortAndDeduplicate();
  if (session.program) run.summary.files = session.program->files.size();
  run.summary.milliseconds = Milliseconds(start);
  if (options.format == Format::kJson) {
    fmt::print("{}", diag::RenderJson(session.set->files, diags, run.summary));
  } else {
    PrintText(session, run, examined, diags);
  }
  return ExitCodeOf(diags, options.fail_on);
}

}  // namespace polc::tool
