// The file that holds the counters, before SQLite gets to see it: whoever can
// choose or write it chooses the counters, so it must be ours alone.
#ifndef POLC_RUNTIME_LIMITS_STATE_FILE_H_
#define POLC_RUNTIME_LIMITS_STATE_FILE_H_

#include <optional>
#include <string>

namespace polc::runtime {

/// `path` with its directory's symbolic links resolved (those of the path's
/// last part are refused later). Empty with `*error` set if the directory is
/// not there, or anyone may rename files in it.
std::string ResolveStatePath(const std::string& path, std::string* error);

/// Makes the file (mode 0600) if absent, with no journal left beside it by one
/// that was deleted. False with `*error` set unless it, and the journal files
/// that are there, are regular files of ours that others may not open. Opens
/// nothing that exists: closing would drop the locks that SQLite holds.
bool PrepareStateFile(const std::string& path, std::string* error);

/// Keeps other processes from preparing files of the same directory.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::string& path);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  bool held() const { return held_; }

 private:
  int fd_ = -1;
  bool held_ = false;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_STATE_FILE_H_
