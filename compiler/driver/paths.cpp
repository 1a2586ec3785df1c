#include "compiler/driver/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace polc::driver {
namespace {

namespace fs = std::filesystem;

fs::path Canonical(const fs::path& path) {
  std::error_code error;
  fs::path out = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal() : out;
}

bool IsInside(const fs::path& path, const fs::path& root) {
  const auto [end, rest] =
      std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  (void)rest;
  return end == root.end();
}

// The directory that names may not leave: that of polc.yaml if there is one
// above, else the file's own.
fs::path RootOf(const fs::path& directory) {
  for (fs::path at = directory;; at = at.parent_path()) {
    std::error_code error;
    if (fs::is_regular_file(at / "polc.yaml", error)) return at;
    if (at == at.root_path() || at.empty()) return directory;
  }
}

}  // namespace

Result<std::vector<std::string>> PolicyFiles(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) {
    return Error{fmt::format("cannot read `{}`: no such file", path)};
  }
  if (!fs::is_directory(status)) return std::vector<std::string>{path};
  std::vector<std::string> out;
  fs::recursive_directory_iterator at(path, error), end;
  if (error) {
    return Error{fmt::format("cannot read `{}`: {}", path, error.message())};
  }
  while (at != end) {
    const fs::path& entry = at->path();
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (entry.filename().string().starts_with('.')) {
        at.disable_recursion_pending();
      }
    } else if (entry.extension() == ".pol") {
      out.push_back(entry.lexically_normal().string());
    }
    at.increment(error);
    if (error) {
      return Error{fmt::format("cannot read `{}`: {}", path, error.message())};
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<std::string> ResolveInside(const std::string& from,
                                         const std::string& name) {
  const fs::path relative(name);
  if (name.empty() || relative.is_absolute() ||
      name.find("://") != std::string::npos) {
    return std::nullopt;
  }
  const fs::path given = fs::path(from).parent_path();
  const fs::path directory = Canonical(given.empty() ? fs::path(".") : given);
  if (!IsInside(Canonical(directory / relative), RootOf(directory))) {
    return std::nullopt;
  }
  return (given / relative).lexically_normal().string();
}

std::optional<std::string> ConfigAbove(const std::string& path) {
  std::error_code error;
  const fs::path given(path.empty() ? "." : path);
  fs::path directory = Canonical(given);
  if (!fs::is_directory(directory, error)) directory = directory.parent_path();
  const fs::path config = RootOf(directory) / "polc.yaml";
  if (!fs::is_regular_file(config, error)) return std::nullopt;
  const fs::path here = Canonical(".");
  const fs::path near = config.lexically_relative(here);
  return given.is_absolute() || near.empty() ? config.string() : near.string();
}

std::string CanonicalPath(const std::string& path) {
  return Canonical(path).string();
}

}  // namespace polc::driver
