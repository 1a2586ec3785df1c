// Which store a URL names, and where the state lives when nobody says.
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/limits/sqlite_store.h"
#include "runtime/limits/store.h"

namespace polc::runtime {
namespace {

/// Makes the directory and those above it, each for its user alone.
bool MakeDirectories(const std::string& path) {
  for (size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (mkdir(part.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
      // A directory above may be there and yet not ours to make.
      struct stat info{};
      if (stat(part.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
        return false;
      }
    }
    if (at == std::string::npos) return true;
  }
}

}  // namespace

std::unique_ptr<Store> OpenStore(const std::string& url, std::string* error) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url == "memory:") return MakeMemoryStore();
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
    return OpenSqliteStore(url.substr(kSqlite.size()), error);
  }
  *error = "state `" + url + "` is neither `memory:` nor `sqlite:FILE`";
  return nullptr;
}

std::string DefaultStateFile(std::string* error) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::string directory;
  // The base directory specification has relative paths ignored.
  if (state != nullptr && state[0] == '/') {
    directory = state;
  } else if (home != nullptr && home[0] == '/') {
    directory = std::string(home) + "/.local/state";
  } else {
    *error = "there is no home directory for the state; name a file";
    return "";
  }
  directory += "/polc";
  if (!MakeDirectories(directory)) {
    *error = "can't make `" + directory + "`: " + std::strerror(errno);
    return "";
  }
  return directory + "/state.db";
}

}  // namespace polc::runtime
