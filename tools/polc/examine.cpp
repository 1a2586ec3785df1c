#include "tools/polc/examine.h"

#include <fmt/format.h>

#include <chrono>

#include "tools/polc/progress.h"
#include "tools/polc/same.h"
#include "tools/polc/test_run.h"
#include "verifier/verify.h"

namespace polc::tool {
namespace {

using Clock = std::chrono::steady_clock;

double Milliseconds(Clock::time_point since) {
  const std::chrono::duration<double, std::milli> elapsed =
      Clock::now() - since;
  return elapsed.count();
}

void Verify(const ExamineOptions& options, Examined* examined) {
  const ir::Module& module = *examined->session.module;
  Progress progress("checking");
  verifier::Options verify;
  verify.solver.dump_directory = options.dump_smt;
  verify.targets_reported = true;  // by sema, as unknown-tool
  verify.progress = [&](size_t done, size_t all) { progress.Show(done, all); };
  const verifier::Report report =
      verifier::Verify(module, *examined->session.languages, verify,
                       examined->replayer.get(), &examined->diags);
  // Two engines that disagree are a bug of ours, never a finding.
  POLC_CHECK(!report.bug, report.bug.value_or(""));
  examined->summary.rules = module.rules.size();
  examined->summary.proved = report.proved;
  examined->summary.refuted = report.refuted;
  examined->summary.unknown = report.unknown;
}

}  // namespace

Examined Compile(const driver::SetOptions& options) {
  Examined out;
  out.session = driver::Run(options, driver::Phase::kNative, &out.diags);
  if (out.session.native == nullptr) return out;
  out.engine = MakeEngine(std::move(out.session.native));
  out.replayer = std::make_unique<NativeReplayer>(out.engine.get());
  return out;
}

Examined Examine(const driver::SetOptions& set, const ExamineOptions& options) {
  const auto start = Clock::now();
  Examined out = Compile(set);
  driver::PolicySet& read = *out.session.set;
  if (out.compiled()) {
    Verify(options, &out);
    CheckSames(set, options, &out);
    if (options.run_tests) {
      out.tests =
          RunTests(*out.session.program, *out.engine, &out.diags).size();
    }
  }
  driver::Suppress(&read.suppressions, &out.diags);
  if (out.compiled()) driver::ReportUnused(read.suppressions, &out.diags);
  driver::MapOrigins(read, &out.diags);
  if (out.session.program) {
    out.summary.files = out.session.program->files.size();
  }
  out.summary.milliseconds = Milliseconds(start);
  return out;
}

std::string Counted(size_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string SummaryLine(const Examined& examined) {
  if (!examined.compiled()) return "";
  const diag::Summary& s = examined.summary;
  return fmt::format("{}, {}: {} proved, {} refuted, {} unknown, {}; set {}\n",
                     Counted(s.files, "file"), Counted(s.rules, "rule"),
                     s.proved, s.refuted, s.unknown,
                     Counted(examined.tests, "test"),
                     examined.session.set->digest.substr(0, 16));
}

}  // namespace polc::tool
