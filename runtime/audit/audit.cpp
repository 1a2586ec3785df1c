// Appending. A regular file is locked, its last line's hash known or read
// again, one line written, and what was written of a failed one cut off. A
// stream (pipe, terminal, device) can't be locked or read: its chain is this
// process's.
#include "runtime/audit/audit.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <thread>

#include "runtime/audit/chain.h"
#include "runtime/sha256.h"

namespace polc::runtime {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience(1);
// Holds a torn record and the one before: a record has at most 16 KiB.
constexpr off_t kLongestTail = 1 << 16;

class FileLock {
 public:
  FileLock(int fd, Clock::time_point deadline) : fd_(fd) {
    // flock has no timeout, and the holder is done within microseconds.
    while (!(held_ = flock(fd_, LOCK_EX | LOCK_NB) == 0) &&
           (errno == EWOULDBLOCK || errno == EINTR) &&
           Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  }
  ~FileLock() {
    if (held_) flock(fd_, LOCK_UN);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool held() const { return held_; }

 private:
  int fd_;
  bool held_ = false;
};

}  // namespace

struct AuditLog::State {
  bool Open();
  bool Reopen();
  bool ReadEnd(off_t size);
  bool AppendToFile(const AuditRecord& record, Clock::time_point deadline);
  bool AppendToStream(const AuditRecord& record, Clock::time_point deadline);
  bool WriteStream(std::string_view bytes, Clock::time_point deadline);
  bool Fail(const std::string& why);
  bool FailErrno();
  void Close();

  std::timed_mutex mutex;
  std::string path;
  int fd = -1;
  bool is_file = false;
  bool torn = false;    // stream: the last line lacks its end
  off_t known_end = 0;  // file: where the line that `prev` hashes ends
  std::string prev{kFirstPrev};
  mutable std::mutex problem_mutex;
  std::string problem;
};

bool AuditLog::State::Fail(const std::string& why) {
  const std::lock_guard lock(problem_mutex);
  problem = "audit log `" + path + "`: " + why;
  return false;
}

bool AuditLog::State::FailErrno() { return Fail(std::strerror(errno)); }

void AuditLog::State::Close() {
  if (fd > STDERR_FILENO) close(fd);
  fd = -1;
}

bool AuditLog::State::Open() {
  if (path == "-") {
    fd = STDERR_FILENO;
    return true;
  }
  // The log must be read to be continued; a FIFO must not be waited for.
  constexpr int kFlags = O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode)) {
    fd = open(path.c_str(), kFlags | O_RDWR | O_CREAT | O_NONBLOCK,
              S_IRUSR | S_IWUSR);
  } else {
    fd = open(path.c_str(), kFlags | O_WRONLY | O_NONBLOCK);
  }
  if (fd < 0 || fstat(fd, &info) != 0) {
    return errno == ELOOP ? Fail("is a symbolic link") : FailErrno();
  }
  is_file = S_ISREG(info.st_mode);
  if (!is_file && !S_ISFIFO(info.st_mode) && !S_ISCHR(info.st_mode)) {
    return Fail("is no file");
  }
  // A device belongs to root; what others may write, they may forge.
  if (!S_ISCHR(info.st_mode) && info.st_uid != geteuid()) {
    return Fail("belongs to another user");
  }
  if (is_file && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Fail("may be written by others: give it mode 0600");
  }
  known_end = -1;
  if (!is_file) return true;
  const FileLock lock(fd, Clock::now() + kPatience);
  if (!lock.held()) return Fail("is locked by another process");
  return fstat(fd, &info) == 0 ? ReadEnd(info.st_size) : FailErrno();
}

/// Continues in a new file if the path no longer names the one that is open.
bool AuditLog::State::Reopen() {
  struct stat here{};
  struct stat there{};
  if (fd >= 0 && fstat(fd, &here) == 0 && lstat(path.c_str(), &there) == 0 &&
      here.st_dev == there.st_dev && here.st_ino == there.st_ino) {
    return true;
  }
  Close();
  if (Open()) return true;
  Close();
  return false;
}

/// Finds the hash of the last whole line, and cuts off a record after it that
/// has no end. The file must be locked.
bool AuditLog::State::ReadEnd(off_t size) {
  if (size == known_end) return true;
  const off_t start = std::max<off_t>(size - kLongestTail, 0);
  std::string tail(static_cast<size_t>(size - start), '\0');
  if (pread(fd, tail.data(), tail.size(), start) !=
      static_cast<ssize_t>(tail.size())) {
    return FailErrno();
  }
  const size_t newline = tail.rfind('\n');
  const size_t whole = newline == std::string::npos ? 0 : newline + 1;
  if (whole == 0 && start > 0) return Fail("its last line is no record");
  if (whole < tail.size()) {
    const std::string_view rest = std::string_view(tail).substr(whole);
    const size_t common = std::min(rest.size(), kRecordBegin.size());
    // Somebody's own file must not lose its last line to us.
    if (rest.substr(0, common) != kRecordBegin.substr(0, common)) {
      return Fail("its last line is no record");
    }
    if (ftruncate(fd, start + static_cast<off_t>(whole)) != 0) {
      return FailErrno();
    }
  }
  prev = kFirstPrev;
  if (whole > 0) {
    std::string_view line = std::string_view(tail).substr(0, whole - 1);
    const size_t before = line.rfind('\n');
    if (before == std::string_view::npos && start > 0) {
      return Fail("its last line is no record");
    }
    if (before != std::string_view::npos) line.remove_prefix(before + 1);
    if (!line.starts_with(kRecordBegin)) {
      return Fail("its last line is no record");
    }
    prev = Sha256Hex(line);
  }
  known_end = start + static_cast<off_t>(whole);
  return true;
}

bool AuditLog::State::AppendToFile(const AuditRecord& record,
                                   Clock::time_point deadline) {
  if (!Reopen()) return false;
  if (!is_file) return AppendToStream(record, deadline);
  const FileLock lock(fd, deadline);
  if (!lock.held()) return Fail("is locked by another process");
  struct stat info{};
  if (fstat(fd, &info) != 0) return FailErrno();
  if (!ReadEnd(info.st_size)) {
    known_end = -1;
    return false;
  }
  std::string line = AuditLine(record, prev);
  const std::string hash = Sha256Hex(line);
  line += '\n';
  ssize_t written = -1;
  do {
    written = write(fd, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) {
    known_end += written;
    prev = hash;
    return true;
  }
  if (written < 0) return FailErrno();
  // If this fails too, the next ReadEnd does it.
  if (ftruncate(fd, known_end) != 0) known_end = -1;
  return Fail("could write only a part of a record");
}

bool AuditLog::State::WriteStream(std::string_view bytes,
                                  Clock::time_point deadline) {
  while (!bytes.empty()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - Clock::now());
    pollfd ready{fd, POLLOUT, 0};
    const int polled = poll(&ready, 1, static_cast<int>(left.count()));
    if (polled == 0 || left.count() <= 0) return Fail("nobody reads it");
    // A pipe that is ready takes this much without making us wait.
    const ssize_t written =
        polled < 0
            ? -1
            : write(fd, bytes.data(), std::min(bytes.size(), size_t{PIPE_BUF}));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return FailErrno();
    if (written <= 0) continue;
    torn = bytes[static_cast<size_t>(written) - 1] != '\n';
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool AuditLog::State::AppendToStream(const AuditRecord& record,
                                     Clock::time_point deadline) {
  if (torn && !WriteStream("\n", deadline)) return false;
  const std::string line = AuditLine(record, prev);
  if (!WriteStream(line + '\n', deadline)) return false;
  prev = Sha256Hex(line);
  return true;
}

AuditLog::AuditLog(std::unique_ptr<State> state) : state_(std::move(state)) {}

AuditLog::~AuditLog() { state_->Close(); }

AuditLog::Opened AuditLog::Open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  Opened opened;
  if (!state->Open()) {
    opened.problem = state->problem;
    state->Close();
    return opened;
  }
  opened.log.reset(new AuditLog(std::move(state)));
  return opened;
}

bool AuditLog::Append(const AuditRecord& record) {
  const Clock::time_point deadline = Clock::now() + kPatience;
  const std::unique_lock lock(state_->mutex, deadline);
  if (!lock.owns_lock()) return state_->Fail("too many calls wait for it");
  return state_->path == "-" ? state_->AppendToStream(record, deadline)
                             : state_->AppendToFile(record, deadline);
}

std::string AuditLog::problem() const {
  const std::lock_guard lock(state_->problem_mutex);
  return state_->problem;
}

}  // namespace polc::runtime
