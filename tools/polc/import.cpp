// `polc import`: policies of other formats as Pol, for moving to it. The same
// translation that every command makes when it is given such a file.
#include "compiler/import/import.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "compiler/support/limits.h"
#include "tools/polc/command.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

namespace fs = std::filesystem;

bool IsDirectory(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

int Problem(const std::string& message) {
  fmt::print(stderr, "polc: {}\n", message);
  return kCannotRun;
}

// Where the Pol of `file` goes.
std::string Target(const ImportOptions& options, const std::string& file) {
  if (!IsDirectory(options.output)) return options.output;
  return (fs::path(options.output) / fs::path(file).stem()).string() + ".pol";
}

// A policy per file: several do not fit into one.
int CheckTargets(const ImportOptions& options) {
  if (options.files.size() > 1 && !IsDirectory(options.output)) {
    return Problem(
        "several files need `-o` with a directory: a file of Pol "
        "holds one policy");
  }
  std::set<std::string> targets;
  for (const std::string& file : options.files) {
    if (!targets.insert(Target(options, file)).second) {
      return Problem(fmt::format("two files would be written to `{}`",
                                 Target(options, file)));
    }
  }
  return kOk;
}

}  // namespace

int RunImport(const ImportOptions& options) {
  if (CheckTargets(options) != kOk) return kCannotRun;
  driver::PolicySet set;
  diag::Diagnostics diags;
  int status = kOk;
  for (const std::string& path : options.files) {
    Result<source::FileId> file = set.files.Read(path, kLimits.source_bytes);
    if (!file) {
      diags.Report(diag::Kind::kCannotRead, {}, file.error().message);
      continue;
    }
    const auto made = import::Import(set.files, *file, &diags);
    if (!made) continue;
    const int written = WriteOutput(Target(options, path), made->pol);
    if (written != kOk) status = written;
  }
  return PrintProblems(set, &diags) == kOk ? status : kCannotRun;
}

}  // namespace polc::tool
