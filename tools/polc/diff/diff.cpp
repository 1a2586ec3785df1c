// `polc diff`: what one policy set does and another does not.
#include <fmt/format.h>

#include "tools/polc/check/examine.h"
#include "tools/polc/diff/compare_sets.h"
#include "tools/polc/report.h"

namespace polc::tool {

std::string VerdictOf(const verifier::DiffReport& report, size_t differences) {
  if (differences == 0 && report.unknown == 0) {
    return "nothing changes: proved for all requests\n";
  }
  std::string out = Counted(differences, "difference");
  if (report.NothingWidened()) {
    return out +
           "; nothing is more permitted than before: proved for all "
           "requests\n";
  }
  out += fmt::format(", {} of them permitting more", report.wider);
  if (report.unknown > 0) {
    out += fmt::format("; {} stayed unknown", report.unknown);
  }
  return out + "\n";
}

verifier::DiffReport CompareSets(const Examined* before, const Examined& after,
                                 diag::Diagnostics* diags) {
  const ir::Module nothing;
  verifier::DiffSide old_side{&nothing, nullptr};
  if (before != nullptr) {
    old_side = {&*before->session.module, before->replayer()};
  }
  const verifier::DiffReport report = verifier::Compare(
      old_side, {&*after.session.module, after.replayer()}, {}, diags);
  POLC_CHECK(!report.bug, report.bug.value_or(""));
  return report;
}

int RunDiff(const DiffOptions& options) {
  Examined before = Compile(options.before);
  Examined after = Compile(options.after);
  Findings findings;
  findings.title = "polc diff";
  for (Examined* side : {&before, &after}) {
    if (side->compiled()) continue;
    driver::MapOrigins(*side->session.set, &side->diags);
    findings.Append(side->session.set->files, side->diags, side->summary);
  }
  if (!before.compiled() || !after.compiled()) {
    return Report(options.report, &findings);
  }
  diag::Diagnostics diags;
  const verifier::DiffReport report = CompareSets(&before, after, &diags);
  driver::MapOrigins(*after.session.set, &diags);
  findings.verdict = VerdictOf(report, diags.all().size() - report.unknown);
  diag::Summary summary;
  summary.files = after.session.program->files.size();
  summary.rules = after.session.module->rules.size();
  summary.unknown = report.unknown;
  findings.Append(after.session.set->files, diags, summary);
  return Report(options.report, &findings);
}

}  // namespace polc::tool
