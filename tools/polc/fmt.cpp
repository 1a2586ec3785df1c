// `polc fmt`: lays policies out. Files stand for themselves here; no set is
// made of them.
#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/paths.h"
#include "compiler/import/import.h"
#include "compiler/support/limits.h"
#include "compiler/syntax/format/format.h"
#include "tools/polc/command.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

constexpr const char* kStdin = "-";

// One byte more than may be read shows that there is too much.
std::string ReadStdin() {
  std::string text;
  char buffer[1 << 16];
  while (text.size() <= kLimits.source_bytes) {
    const size_t count = std::fread(buffer, 1, sizeof buffer, stdin);
    if (count == 0) break;
    text.append(buffer, count);
  }
  return text;
}

std::vector<std::string> FilesOf(const std::vector<std::string>& paths,
                                 diag::Diagnostics* diags) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    if (path == kStdin) {
      out.push_back(path);
      continue;
    }
    Result<std::vector<std::string>> files = driver::PolicyFiles(path);
    if (files) {
      out.insert(out.end(), std::make_move_iterator(files->begin()),
                 std::make_move_iterator(files->end()));
    } else {
      diags->Report(diag::Kind::kCannotRead, {}, files.error().message);
    }
  }
  return out;
}

std::optional<source::FileId> Read(const std::string& path,
                                   source::Files* files,
                                   diag::Diagnostics* diags) {
  if (path == kStdin) return files->Add("<stdin>", ReadStdin());
  if (import::IsImported(path)) {
    diags
        ->Report(diag::Kind::kCannotRead, {},
                 fmt::format("`{}` is not Pol", path))
        .Help(fmt::format("`polc import {}` makes Pol of it", path));
    return std::nullopt;
  }
  Result<source::FileId> file = files->Read(path, kLimits.source_bytes);
  if (file) return *file;
  diags->Report(diag::Kind::kCannotRead, {}, file.error().message);
  return std::nullopt;
}

}  // namespace

int RunFmt(const FmtOptions& options) {
  driver::PolicySet set;
  diag::Diagnostics diags;
  int status = kOk;
  for (const std::string& path : FilesOf(options.paths, &diags)) {
    const std::optional<source::FileId> file = Read(path, &set.files, &diags);
    if (!file) continue;
    const auto text = syntax::Format(set.files, *file, &diags);
    if (!text) continue;
    const source::File& source = set.files.file(*file);
    const bool same = *text == source.text;
    if (options.check) {
      if (same) continue;
      fmt::print("{}\n", source.path);
      if (status == kOk) status = kFindings;
    } else if ((!same || path == kStdin) && WriteOutput(path, *text) != kOk) {
      status = kCannotRun;
    }
  }
  return PrintProblems(set, &diags) == kOk ? status : kCannotRun;
}

}  // namespace polc::tool
