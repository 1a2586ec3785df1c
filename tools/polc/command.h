// What the commands of `polc` share: the options for reading a set, exit
// codes, and the end of a run.
#ifndef POLC_TOOLS_POLC_COMMAND_H_
#define POLC_TOOLS_POLC_COMMAND_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/diag/render.h"
#include "compiler/driver/config.h"
#include "compiler/driver/set.h"

namespace polc::tool {

/// The contract's exit codes; 70 is a bug in polc (compiler/support/check.h).
enum ExitCode { kOk = 0, kFindings = 1, kCannotRun = 2, kUndecided = 3 };

/// What fails a run: findings at or above this, or anything left undecided.
/// kWidened: errors, and what permits more than before (or may).
enum class FailOn { kNever, kError, kWarning, kNote, kUnknown, kWidened };

enum class Format { kText, kJson, kSarif, kGithub, kMarkdown, kJunit };

struct ReportOptions {
  Format format = Format::kText;
  FailOn fail_on = FailOn::kError;
  std::string baseline;        // a file of known findings, or empty
  std::string write_baseline;  // where to write one, or empty
  /// Other than the default; nullopt: not reported.
  std::map<diag::Kind, std::optional<diag::Severity>> severities;
};

struct CheckOptions {
  driver::SetOptions set;
  std::vector<driver::NamedSet>
      sets;  // instead of `set.paths`, if that is empty
  ReportOptions report;
  std::string dump_smt;   // a directory, or empty
  bool fix = false;       // first change what can be put right
  bool watch = false;     // again whenever a file changes, without end
  bool mutate = false;    // look for rules that nothing holds
  bool paranoid = false;  // prove that native code says what the IR says
  std::string library;    // compiled policies: the same of these, or empty
  std::string cache;      // a directory; empty: nothing is kept in files
  bool use_cache = true;  // else nothing is kept at all
  bool stats = false;     // say on standard error what the check took
};
int RunCheck(const CheckOptions& options);

struct DiffOptions {
  driver::SetOptions before;
  driver::SetOptions after;
  ReportOptions report;
};
int RunDiff(const DiffOptions& options);

struct ReviewOptions {
  std::string base;  // a revision of git
  driver::SetOptions set;
  std::vector<driver::NamedSet> sets;
  ReportOptions report;
};
int RunReview(const ReviewOptions& options);

struct BuildOptions {
  driver::SetOptions set;
  std::string emit = "so";  // or tokens, ast, typed-ast, ir, llvm, asm, obj
  std::string output;       // empty: standard output, for what is text
};
int RunBuild(const BuildOptions& options);

struct EvalOptions {
  driver::SetOptions set;
  std::string request = "-";
  std::string server;  // of requests that name none; empty: the only one
  bool native = true;
  bool explain = false;  // say why, rule by rule
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

struct DocOptions {
  driver::SetOptions set;
  bool library = false;  // the standard library's reference instead
  bool html = false;     // else Markdown
  std::string output = "-";
};
int RunDoc(const DocOptions& options);

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

/// Whether a diagnostic fails a run at this level; of what stayed undecided see
/// kUnknown.
bool Fails(const diag::Diagnostic& d, FailOn level);

/// Prints diagnostics as text to stderr, for commands whose output is data.
/// Returns kCannotRun if one is an error, else kOk.
int PrintProblems(const driver::PolicySet& set, diag::Diagnostics* diags);
/// The same, of files that are no set.
int PrintProblems(const source::Files& files, diag::Diagnostics* diags);

/// Colour only on a terminal, and never with NO_COLOR set.
bool WantsColor(int fd);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_COMMAND_H_
