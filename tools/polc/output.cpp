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

bool WriteTo(std::FILE* file, const std::string& bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
         std::fflush(file) == 0;
}

int WriteStdout(const std::string& bytes) {
  const bool ok = WriteTo(stdout, bytes);
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
         WriteTo(file, bytes) && fsync(fileno(file)) == 0;
}

// A device or a FIFO is written to: renaming over it would take it away from
// everybody else.
bool IsSpecial(const std::string& target) {
  struct stat info = {};
  return stat(target.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

bool WriteSpecial(const std::string& target, const std::string& bytes) {
  std::FILE* file = std::fopen(target.c_str(), "wb");
  if (file == nullptr) return false;
  const bool ok = WriteTo(file, bytes);
  return std::fclose(file) == 0 && ok;
}

bool ReplaceFile(const std::string& target, const std::string& bytes) {
  const std::string temporary = fmt::format("{}.{}.tmp", target, getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wbx");
  if (file == nullptr) return false;
  bool ok = WriteWhole(file, bytes, target);
  ok = std::fclose(file) == 0 && ok;
  ok = ok && std::rename(temporary.c_str(), target.c_str()) == 0;
  if (!ok) {
    const int problem = errno;
    std::remove(temporary.c_str());
    errno = problem;
  }
  return ok;
}

}  // namespace

int WriteOutput(const std::string& path, const std::string& bytes) {
  if (path == "-") return WriteStdout(bytes);
  const std::string target = Target(path);
  const bool ok = IsSpecial(target) ? WriteSpecial(target, bytes)
                                    : ReplaceFile(target, bytes);
  if (ok) return kOk;
  std::fprintf(stderr, "polc: cannot write `%s`: %s\n", path.c_str(),
               strerror(errno));
  return kCannotRun;
}

}  // namespace polc::tool
