// By inotify(7), on directories: editors replace files instead of writing to
// them.
#include "tools/polc/check/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include "tools/polc/command.h"

namespace polc::tool {
namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE |
                             IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY;
// Changes that come closer together than this are one: a save is several.
constexpr int kQuietMilliseconds = 20;

class Watcher {
 public:
  Watcher() : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}
  ~Watcher() {
    if (fd_ >= 0) close(fd_);
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // With all directories below, if it is one; else the directory of the file.
  void AddTree(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return AddFile(path);
    Add(path);
    for (std::filesystem::recursive_directory_iterator it(path, error), end;
         !error && it != end; it.increment(error)) {
      if (it->is_directory(error)) Add(it->path().string());
    }
  }

  void AddFile(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    Add(folder.empty() ? "." : folder.string());
  }

  bool watches() const { return !watched_.empty(); }

  // Returns at the end of a burst of changes; false if that cannot be seen.
  bool Wait() {
    if (!Ready(-1)) return false;
    do {
      std::array<char, 1 << 14> events;
      while (read(fd_, events.data(), events.size()) > 0) {
      }
    } while (Ready(kQuietMilliseconds));
    return true;
  }

 private:
  void Add(const std::string& folder) {
    if (fd_ < 0 || !watched_.insert(folder).second) return;
    if (inotify_add_watch(fd_, folder.c_str(), kEvents) < 0) {
      watched_.erase(folder);
    }
  }

  bool Ready(int milliseconds) const {
    pollfd wait = {fd_, POLLIN, 0};
    int n = 0;
    do {
      n = poll(&wait, 1, milliseconds);
    } while (n < 0 && errno == EINTR);
    return n > 0;
  }

  int fd_;
  std::set<std::string> watched_;
};

}  // namespace

int Watch(const std::vector<std::string>& paths,
          const std::function<std::vector<std::string>()>& check) {
  Watcher watcher;
  for (;;) {
    for (const std::string& path : paths) watcher.AddTree(path);
    for (const std::string& file : check()) watcher.AddFile(file);
    std::fflush(stdout);
    if (!watcher.watches() || !watcher.Wait()) {
      fmt::print(stderr, "polc: cannot watch: {}\n", std::strerror(errno));
      return kCannotRun;
    }
  }
}

}  // namespace polc::tool
