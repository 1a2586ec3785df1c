// The end of a run: what is known is left out, severities are as the
// configuration has them, the rest is printed and decides the exit code.
#ifndef POLC_TOOLS_POLC_REPORT_H_
#define POLC_TOOLS_POLC_REPORT_H_

#include <string>

#include "compiler/diag/diag.h"
#include "compiler/diag/render.h"
#include "tools/polc/command.h"

namespace polc::tool {

/// What a command found, with the files that places are in.
struct Findings {
  source::Files files;
  diag::Diagnostics diags;
  diag::Summary summary;
  std::string title;    // of Markdown
  std::string verdict;  // of Markdown, and what text ends with; may be empty

  /// Adds what was found in files of another set.
  void Append(const source::Files& other, const diag::Diagnostics& found,
              const diag::Summary& numbers);
};

/// Prints to standard output; returns the exit code.
int Report(const ReportOptions& options, Findings* findings);

/// Drops the findings whose fingerprints are in `known`, never errors that
/// stopped the checks and never what stayed unknown. Returns how many.
size_t DropKnown(const source::Files& files,
                 const std::vector<std::string>& known,
                 diag::Diagnostics* diags);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_REPORT_H_
