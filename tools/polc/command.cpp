#include "tools/polc/command.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "compiler/support/limits.h"

namespace polc::tool {

bool StopsChecks(diag::Kind kind) {
  // 1xxx, 2xxx and 4xxx: there is no policy to check. 6xxx but for failed
  // tests and notes: there is nothing to read.
  const int code = static_cast<int>(kind);
  if (kind == diag::Kind::kTestFailed) return false;
  return code / 1000 == 1 || code / 1000 == 2 || code / 1000 == 4 ||
         code / 1000 == 6;
}

bool Fails(const diag::Diagnostic& d, FailOn level) {
  using diag::Severity;
  switch (level) {
    case FailOn::kNever:
      return false;
    case FailOn::kError:
    case FailOn::kUnknown:
      return d.severity == Severity::kError;
    case FailOn::kWidened:
      return d.severity == Severity::kError || (d.finding && d.finding->widens);
    case FailOn::kWarning:
      return d.severity == Severity::kError || d.severity == Severity::kWarning;
    case FailOn::kNote:
      return d.severity != Severity::kUnknown;
  }
  return true;
}

bool WantsColor(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(fd) != 0 && (no_color == nullptr || *no_color == '\0');
}

int PrintProblems(const driver::PolicySet& set, diag::Diagnostics* diags) {
  driver::MapOrigins(set, diags);
  return PrintProblems(set.files, diags);
}

int PrintProblems(const source::Files& files, diag::Diagnostics* diags) {
  diags->SortAndDeduplicate();
  const std::string text = diag::RenderText(
      files, *diags,
      {.color = WantsColor(STDERR_FILENO), .max_errors = kLimits.errors_shown});
  std::fputs(text.c_str(), stderr);
  return diags->has_errors() ? kCannotRun : kOk;
}

}  // namespace polc::tool
