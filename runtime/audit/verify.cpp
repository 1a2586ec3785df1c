// Reading a log back: every line is a record, and holds the hash of the one
// before it.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/audit/audit.h"
#include "runtime/audit/chain.h"
#include "runtime/json/reader.h"
#include "runtime/sha256.h"

namespace polc::runtime {
namespace {

constexpr size_t kChunk = size_t{1} << 16;
// No record is longer than a quarter of this.
constexpr size_t kLongestLine = size_t{1} << 16;

class Verifier {
 public:
  explicit Verifier(const std::optional<std::string>& head) : wanted_(head) {}

  bool Line(std::string_view line);
  AuditVerdict Finish(std::string_view rest);
  AuditVerdict Bad(std::string problem);
  const AuditVerdict& verdict() const { return verdict_; }

 private:
  std::string Judge(std::string_view line);

  const std::optional<std::string>& wanted_;
  bool found_ = false;
  std::string prev_{kFirstPrev};
  json::Reader reader_;
  AuditVerdict verdict_;
};

/// What is wrong with the line; empty if nothing is.
std::string Verifier::Judge(std::string_view line) {
  if (!line.starts_with(kRecordBegin) ||
      reader_.ReadLeavingNul(line) != nullptr) {
    return "is no record";
  }
  const size_t tail = kPrevBegin.size() + kFirstPrev.size() + kRecordEnd.size();
  if (line.size() < tail || !line.ends_with(kRecordEnd) ||
      !line.substr(line.size() - tail).starts_with(kPrevBegin)) {
    return "does not end in the hash of the line before";
  }
  const std::string_view prev =
      line.substr(line.size() - tail + kPrevBegin.size(), kFirstPrev.size());
  if (prev == prev_) return "";
  if (verdict_.count == 0) {
    return "is not a log's first line: lines before it were cut";
  }
  const std::string before = std::to_string(verdict_.count);
  return "does not follow line " + before + ": line " + before +
         " was edited, or one was cut, put in or moved here";
}

bool Verifier::Line(std::string_view line) {
  if (std::string problem = Judge(line); !problem.empty()) {
    Bad("line " + std::to_string(verdict_.count + 1) + " " + problem);
    return false;
  }
  ++verdict_.count;
  prev_ = Sha256Hex(line);
  verdict_.head = prev_;
  found_ = found_ || (wanted_ && *wanted_ == prev_);
  return true;
}

AuditVerdict Verifier::Bad(std::string problem) {
  verdict_.ok = false;
  verdict_.line = verdict_.count + 1;
  verdict_.problem = std::move(problem);
  return verdict_;
}

AuditVerdict Verifier::Finish(std::string_view rest) {
  if (!rest.empty()) {
    return Bad("line " + std::to_string(verdict_.count + 1) +
               " is torn: it has no end");
  }
  if (wanted_ && !found_) {
    return Bad("the anchored record is missing: the log's end was cut or " +
               std::string("the log is another"));
  }
  verdict_.ok = true;
  return verdict_;
}

/// The size at an instant when no writer is in the middle of a line.
off_t QuietSize(int fd) {
  const bool locked = flock(fd, LOCK_SH | LOCK_NB) == 0;
  struct stat info{};
  const off_t size =
      fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? info.st_size : -1;
  if (locked) flock(fd, LOCK_UN);
  return size;
}

AuditVerdict Verify(int fd, const std::optional<std::string>& head) {
  Verifier verifier(head);
  const off_t size = QuietSize(fd);
  if (size < 0) return verifier.Bad("is no regular file");
  std::string pending;
  std::string chunk(kChunk, '\0');
  for (off_t at = 0; at < size;) {
    const auto want = std::min<off_t>(size - at, static_cast<off_t>(kChunk));
    const ssize_t got = pread(fd, chunk.data(), static_cast<size_t>(want), at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return verifier.Bad("can't be read");
    at += got;
    pending.append(chunk, 0, static_cast<size_t>(got));
    size_t begin = 0;
    for (size_t end = pending.find('\n'); end != std::string::npos;
         end = pending.find('\n', begin)) {
      const auto line = std::string_view(pending).substr(begin, end - begin);
      if (!verifier.Line(line)) return verifier.verdict();
      begin = end + 1;
    }
    pending.erase(0, begin);
    if (pending.size() > kLongestLine) {
      return verifier.Bad("the next line is longer than any record");
    }
  }
  return verifier.Finish(pending);
}

}  // namespace

AuditVerdict VerifyAudit(const std::string& path,
                         const std::optional<std::string>& head) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    AuditVerdict verdict;
    verdict.problem = "can't open `" + path + "`: " + std::strerror(errno);
    return verdict;
  }
  AuditVerdict verdict = Verify(fd, head);
  close(fd);
  return verdict;
}

}  // namespace polc::runtime
