// What the commands of `polc` share: the options for reading a set, exit
// codes, and the end of a run.
#ifndef POLC_TOOLS_POLC_COMMAND_H_
#define POLC_TOOLS_POLC_COMMAND_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/diag/render.h"
#include "compiler/driver/set.h"

namespace polc::tool {

/// The contract's exit codes; 70 is a bug in polc (compiler/support/check.h).
enum ExitCode { kOk = 0, kFindings = 1, kCannotRun = 2, kUndecided = 3 };

/// What fails a run: findings at or above this, or anything left undecided.
enum class FailOn { kNever, kError, kWarning, kNote, kUnknown };

enum class Format { kText, kJson, kJunit };

struct CheckOptions {
  driver::SetOptions set;
  Format format = Format::kText;
  FailOn fail_on = FailOn::kError;
  std::string dump_smt;  // a directory, or empty
};
int RunCheck(const CheckOptions& options);

struct BuildOptions {
  driver::SetOptions set;
  std::string emit;  // tokens, ast, typed-ast, ir, llvm, asm
  std::string output = "-";
};
int RunBuild(const BuildOptions& options);

struct EvalOptions {
  driver::SetOptions set;
  std::string request = "-";
  bool native = true;
};
int RunEval(const EvalOptions& options);

struct TestOptions {
  driver::SetOptions set;
  Format format = Format::kText;
  bool coverage = false;
  std::optional<int> fail_under;  // percent of what coverage counts
};
int RunTest(const TestOptions& options);

struct FmtOptions {
  std::vector<std::string> paths;  // `-`: standard input, to standard output
  bool check = false;              // change nothing, name what would change
};
int RunFmt(const FmtOptions& options);

/// `name`: a check or a code; empty: lists them.
int RunExplain(const std::string& name);

struct ImportOptions {
  std::vector<std::string> files;
  std::string output = "-";  // a file; a directory for several
};
int RunImport(const ImportOptions& options);

int RunAuditVerify(const std::string& path);

/// True if `kind` says that the checks could not run (syntax, names, types,
/// imports, files) rather than what they found.
bool StopsChecks(diag::Kind kind);

/// Prints diagnostics as text to stderr, for commands whose output is data.
/// Returns kCannotRun if one is an error, else kOk.
int PrintProblems(const driver::PolicySet& set, diag::Diagnostics* diags);

/// Colour only on a terminal, and never with NO_COLOR set.
bool WantsColor(int fd);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_COMMAND_H_
