// `polc check`: everything polc can find wrong with policy sets. What CI runs.
#include <fmt/format.h>

#include "tools/polc/examine.h"
#include "tools/polc/report.h"

namespace polc::tool {
namespace {

void CheckSet(const CheckOptions& options, const driver::SetOptions& set,
              const std::string& name, Findings* findings) {
  Examined one =
      Examine(set, {.dump_smt = options.dump_smt, .run_tests = true});
  findings->Append(one.session.set->files, one.diags, one.summary);
  if (one.compiled() && !name.empty()) findings->verdict += name + ": ";
  findings->verdict += SummaryLine(one);
}

}  // namespace

int RunCheck(const CheckOptions& options) {
  Findings findings;
  findings.title = "polc check";
  if (!options.set.paths.empty()) {
    CheckSet(options, options.set, "", &findings);
    return Report(options.report, &findings);
  }
  for (const driver::NamedSet& set : options.sets) {
    driver::SetOptions read = options.set;
    read.paths = set.paths;
    CheckSet(options, read, set.name, &findings);
  }
  return Report(options.report, &findings);
}

}  // namespace polc::tool
