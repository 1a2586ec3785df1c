#include "runtime/limits/state_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace polc::runtime {
namespace {

bool Fail(const std::string& path, std::string_view why, std::string* error) {
  *error = "state file `" + path + "` " + std::string(why);
  return false;
}

bool FailErrno(const std::string& path, std::string* error) {
  return Fail(path, std::string("can't be used: ") + std::strerror(errno),
              error);
}

/// Absent is fine.
bool IsOursAlone(const std::string& path, std::string* error) {
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0) {
    return errno == ENOENT || FailErrno(path, error);
  }
  if (S_ISLNK(info.st_mode)) return Fail(path, "is a symbolic link", error);
  if (!S_ISREG(info.st_mode)) return Fail(path, "is no regular file", error);
  if (info.st_uid != geteuid()) {
    return Fail(path, "belongs to another user", error);
  }
  // Under a second name it would have a second journal, and so two truths.
  if (info.st_nlink > 1) return Fail(path, "has several names", error);
  if ((info.st_mode & 077) != 0) {
    return Fail(path, "is open to others: give it mode 0600", error);
  }
  return true;
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::string ResolveStatePath(const std::string& path, std::string* error) {
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name.empty() || name == "." || name == ".." ||
      path.find('\0') != std::string::npos) {
    Fail(path, "is no name of a file", error);
    return "";
  }
  const std::unique_ptr<char, void (*)(void*)> directory(
      realpath(DirectoryOf(path).c_str(), nullptr), std::free);
  struct stat info{};
  if (directory == nullptr || stat(directory.get(), &info) != 0) {
    FailErrno(path, error);
    return "";
  }
  if ((info.st_mode & S_IWOTH) != 0 && (info.st_mode & S_ISVTX) == 0) {
    Fail(path, "lies in a directory that anyone may write to", error);
    return "";
  }
  const std::string resolved = directory.get();
  return (resolved == "/" ? "" : resolved) + "/" + name;
}

bool PrepareStateFile(const std::string& path, std::string* error) {
  const int fd =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
           S_IRUSR | S_IWUSR);
  if (fd >= 0) {
    fchmod(fd, S_IRUSR | S_IWUSR);  // a umask may have taken more
    close(fd);
    for (const char* suffix : {"-wal", "-shm", "-journal"}) {
      unlink((path + suffix).c_str());
    }
  } else if (errno != EEXIST) {
    return FailErrno(path, error);
  }
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    if (!IsOursAlone(path + suffix, error)) return false;
  }
  return true;
}

DirectoryLock::DirectoryLock(const std::string& path)
    : fd_(open(DirectoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  held_ = fd_ >= 0 && flock(fd_, LOCK_EX | LOCK_NB) == 0;
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace polc::runtime
