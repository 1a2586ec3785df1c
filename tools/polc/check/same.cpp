#include "tools/polc/check/same.h"

#include <fmt/format.h>

#include "compiler/driver/paths.h"
#include "verifier/diff/same.h"

namespace polc::tool {
namespace {

// The place of an error in the other set's files, and what it says.
std::string FirstError(const Examined& other) {
  const source::Files& files = other.session.set->files;
  for (const diag::Diagnostic& d : other.diags.all()) {
    if (d.severity != diag::Severity::kError) continue;
    if (!d.range.valid()) return d.message;
    const source::LineColumn at = files.Locate(d.range.file, d.range.begin);
    return fmt::format("{}:{}:{}: {}", files.file(d.range.file).path, at.line,
                       at.column, d.message);
  }
  POLC_UNREACHABLE("a set that does not compile has an error");
}

void CheckOne(const driver::SetOptions& set, const ExamineOptions& options,
              const ir::Same& same, Examined* examined) {
  const driver::Session& session = examined->session;
  Examined other = CompileOther(set, session, same);
  if (!other.compiled()) {
    driver::MapOrigins(*other.session.set, &other.diags);
    examined->diags.Report(diag::Kind::kImportProblem, same.range,
                           fmt::format("assertion `{}` can't be checked: {}",
                                       same.name, FirstError(other)));
    return;
  }
  smt::Options solver;
  solver.dump_directory = options.dump_smt;
  const verifier::SameReport report = verifier::CheckSame(
      {&*session.module, examined->replayer()}, same,
      {&*other.session.module, other.replayer()}, solver, &examined->diags);
  POLC_CHECK(!report.bug, report.bug.value_or(""));
  diag::Summary& summary = examined->summary;
  switch (report.verdict) {
    case verifier::SameVerdict::kProved:
      ++summary.proved;
      return;
    case verifier::SameVerdict::kRefuted:
      ++summary.refuted;
      return;
    case verifier::SameVerdict::kUnknown:
      ++summary.unknown;
      return;
  }
}

}  // namespace

Examined CompileOther(const driver::SetOptions& set,
                      const driver::Session& session, const ir::Same& same) {
  const auto path = driver::ResolveInside(
      session.set->files.file(same.range.file).path, same.other);
  POLC_CHECK(path.has_value(), "a path was not checked");
  driver::SetOptions other = set;
  other.paths = {*path};
  return Compile(other);
}

void CheckSames(const driver::SetOptions& set, const ExamineOptions& options,
                Examined* examined) {
  for (const ir::Same& same : examined->session.module->sames) {
    CheckOne(set, options, same, examined);
  }
}

}  // namespace polc::tool
