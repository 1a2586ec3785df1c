#include "tools/polc/check/paranoid.h"

#include <fmt/format.h>

#include "runtime/aot.h"
#include "verifier/native/prove.h"

namespace polc::tool {
namespace {

namespace native = verifier::native;

// "a.pol:3:1: the guard of rule `p.r`: why".
std::string Words(const source::Files& files, const native::Problem& problem) {
  std::string place;
  if (problem.range.file.valid()) {
    const auto at = files.Locate(problem.range.file, problem.range.begin);
    place = fmt::format("{}:{}:{}: ", files.file(problem.range.file).path,
                        at.line, at.column);
  }
  return fmt::format("{}{}: {}", place, problem.what, problem.why);
}

std::string ProveOne(const runtime::Engine& engine, const std::string& of,
                     Examined* examined) {
  NativeReplayer replayer(&engine);
  const native::Report report =
      native::Prove(*examined->session.module, *examined->session.languages,
                    engine.code(), engine.manifest(), {}, &replayer);
  if (report.bug) {
    CheckFailed(of.c_str(), 0, "the tables say what the policies say",
                Words(examined->session.set->files, *report.bug));
  }
  for (const native::Problem& open : report.unknown) {
    ++examined->summary.unknown;
    examined->diags
        .Report(diag::Kind::kUnknown, open.range,
                fmt::format("could not decide whether {} in {} says what the "
                            "policies say: {}",
                            open.what, of, open.why))
        .With({.rule = open.rule,
               .by = {},
               .witness = "",
               .witness_shadowed = ""});
  }
  const size_t guards = report.proved + report.unknown.size();
  return fmt::format(
      "{}: {} of {} proved equal to the IR{}\n", of, report.proved,
      Counted(guards, "guard"),
      report.asked == 0
          ? ""
          : fmt::format(", {} with a solver's help", report.asked));
}

}  // namespace

Result<std::string> ProveNative(const std::string& library,
                                Examined* examined) {
  std::string out = ProveOne(examined->engine(), "native code", examined);
  if (library.empty()) return out;
  std::string error;
  const auto opened = runtime::OpenCompiled(library, &error);
  if (opened == nullptr) return Error{error};
  if (opened->manifest().digest != examined->session.module->digest) {
    return Error{library + ": compiled from other policies (set " +
                 opened->manifest().digest.substr(0, 16) + ")"};
  }
  return out + ProveOne(*opened, library, examined);
}

}  // namespace polc::tool
