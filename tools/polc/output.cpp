// A file is written beside its target, then renamed: a half-written one must
// not look like a whole one.
#include "tools/polc/output.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "tools/polc/command.h"

namespace polc::tool {
namespace {

int WriteStdout(const std::string& bytes) {
  const bool ok =
      std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() &&
      std::fflush(stdout) == 0;
  if (!ok) std::fprintf(stderr, "polc: cannot write: %s\n", strerror(errno));
  return ok ? kOk : kCannotRun;
}

// What `path` is after symbolic links.
std::string Target(const std::string& path) {
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

bool WriteWhole(std::FILE* file, const std::string& bytes,
                const std::string& target) {
  struct stat old = {};
  const bool exists = stat(target.c_str(), &old) == 0;
  return (!exists || fchmod(fileno(file), old.st_mode & 07777) == 0) &&
         std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
         std::fflush(file) == 0 && fsync(fileno(file)) == 0;
}

}  // namespace

int WriteOutput(const std::string& path, const std::string& bytes) {
  if (path == "-") return WriteStdout(bytes);
  const std::string target = Target(path);
  const std::string temporary = fmt::format("{}.{}.tmp", target, getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wbx");
  if (file != nullptr) {
    bool ok = WriteWhole(file, bytes, target);
    ok = std::fclose(file) == 0 && ok;
    if (ok && std::rename(temporary.c_str(), target.c_str()) == 0) return kOk;
  }
  std::fprintf(stderr, "polc: cannot write `%s`: %s\n", path.c_str(),
               strerror(errno));
  if (file != nullptr) std::remove(temporary.c_str());
  return kCannotRun;
}

}  // namespace polc::tool
