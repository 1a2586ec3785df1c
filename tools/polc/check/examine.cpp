#include "tools/polc/check/examine.h"

#include <fmt/format.h>

#include <chrono>
#include <set>

#include "compiler/lint/lint.h"
#include "tools/polc/check/claims.h"
#include "tools/polc/check/mutate.h"
#include "tools/polc/check/paranoid.h"
#include "tools/polc/check/same.h"
#include "tools/polc/progress.h"
#include "tools/polc/test/run.h"
#include "verifier/verify.h"

namespace polc::tool {
namespace {

using Clock = std::chrono::steady_clock;

double Milliseconds(Clock::time_point since) {
  const std::chrono::duration<double, std::milli> elapsed =
      Clock::now() - since;
  return elapsed.count();
}

class LateReplayer : public verifier::Replayer {
 public:
  explicit LateReplayer(const Examined* examined) : examined_(*examined) {}
  Result<verifier::Replayed> Decide(const eval::Request& request,
                                    const std::string& json) override {
    return examined_.replayer()->Decide(request, json);
  }
  Result<std::vector<verifier::Replayed>> Play(
      const std::string& server,
      const std::vector<std::string>& lines) override {
    return examined_.replayer()->Play(server, lines);
  }

 private:
  const Examined& examined_;
};

bool HasTests(const sema::Program& program) {
  for (const sema::LoadedFile& file : program.files) {
    for (const ast::Decl& decl : file.ast.decls) {
      if (std::holds_alternative<ast::Test>(decl.node)) return true;
    }
  }
  return false;
}

void Verify(const ExamineOptions& options, Examined* examined) {
  const ir::Module& module = *examined->session.module;
  Progress progress("checking");
  verifier::Options verify;
  verify.solver.dump_directory = options.dump_smt;
  verify.targets_reported = true;  // by sema, as unknown-tool
  verify.parts = &examined->session.parts;
  verify.memo = options.memo;
  verify.tools = ClaimsOf(examined->session);
  verify.only_reads = OnlyReads;
  verify.progress = [&](size_t done, size_t all) { progress.Show(done, all); };
  LateReplayer replayer(examined);
  const auto start = Clock::now();
  examined->report = verifier::Verify(module, *examined->session.languages,
                                      verify, &replayer, &examined->diags);
  examined->checking_ms = Milliseconds(start);
  const verifier::Report& report = examined->report;
  // Two engines that disagree are a bug of ours, never a finding.
  POLC_CHECK(!report.bug, report.bug.value_or(""));
  examined->summary.rules = module.rules.size();
  examined->summary.proved = report.proved;
  examined->summary.refuted = report.refuted;
  examined->summary.unknown = report.unknown;
}

// A set that fails its own tests notices everything.
void MutateIfSound(const driver::SetOptions& set, Examined* examined) {
  for (const diag::Diagnostic& d : examined->diags.all()) {
    if (d.kind == diag::Kind::kTestFailed ||
        d.kind == diag::Kind::kAssertionFailed) {
      return;
    }
  }
  Mutate(set, examined);
}

}  // namespace

Examined Compile(const driver::SetOptions& options,
                 driver::Readings* readings) {
  Examined out;
  out.session =
      driver::Run(options, driver::Phase::kLower, &out.diags, readings);
  return out;
}

const runtime::Engine& Examined::engine() const {
  if (engine_ == nullptr) {
    auto code = codegen::Compile(*session.module, *session.languages);
    POLC_CHECK(code.has_value(), code ? "" : code.error().message);
    engine_ = MakeEngine(std::move(*code));
  }
  return *engine_;
}

verifier::Replayer* Examined::replayer() const {
  if (replayer_ == nullptr) {
    replayer_ = std::make_unique<NativeReplayer>(&engine());
  }
  return replayer_.get();
}

Examined Examine(const driver::SetOptions& set, const ExamineOptions& options) {
  const auto start = Clock::now();
  driver::SetOptions wanted = set;
  wanted.with_parts = true;
  Examined out = Compile(wanted, options.readings);
  driver::PolicySet& read = *out.session.set;
  if (out.compiled()) {
    std::set<source::FileId> imported;
    for (const driver::Origin& origin : read.origins) {
      imported.insert(origin.made.file);
    }
    lint::Lint({read.files, *out.session.program, imported, &out.diags});
    Verify(options, &out);
    CheckSames(set, options, &out);
    if (options.run_tests && HasTests(*out.session.program)) {
      out.tests =
          RunTests(*out.session.program, out.engine(), &out.diags).size();
    }
    if (options.mutate) MutateIfSound(set, &out);
    if (options.paranoid) out.native = ProveNative(options.library, &out);
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
