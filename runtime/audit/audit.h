// The audit log: JSON Lines, one record a decision, each holding the SHA-256 of
// the line before, so that a cut, edited or reordered log shows.
//
//   auto opened = AuditLog::Open(path);  // "-": standard error
//   if (!opened.log) Refuse(opened.problem);
//   if (!opened.log->Append(record)) Deny();  // no record, no call
//
// Invariant: a line is written by one write(2) while the file is locked, and
// Append is true only if all of it was accepted; so every line is whole valid
// JSON and chains to the one before, whoever else writes the same file. Values
// of arguments are never in it: only their names and a hash.
//
// A log that was renamed or removed goes on in a new file at its path, with a
// new chain. The program must ignore SIGPIPE if the log may be a pipe.
#ifndef POLC_RUNTIME_AUDIT_AUDIT_H_
#define POLC_RUNTIME_AUDIT_AUDIT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/decimal.h"

namespace polc::runtime {

struct AuditCharge {
  std::string limit;
  /// Name and value, as the decision's JSON shows them. Of a key named
  /// "args..." the log holds the value's SHA-256.
  std::vector<std::pair<std::string, std::string>> key;
  Decimal amount;
};

/// Strings may be any bytes and any length: what is not UTF-8 is replaced,
/// what would disturb a reader is escaped, what is long is cut.
struct AuditRecord {
  int64_t time_ms = 0;  // Unix milliseconds
  std::string grant;
  std::string subject;
  std::string client_name;
  std::string client_version;
  std::string server;
  std::string method;
  std::string target_kind;  // "tool", "resource", "prompt"; empty: none
  std::string target;
  std::vector<std::string> args;  // names of the arguments' members
  std::string args_sha256;        // hex, of the canonical arguments
  std::string decision;           // "allow", "ask", "deny"
  std::string by;
  std::string rule;    // empty: null
  std::string reason;  // empty: null
  std::vector<AuditCharge> charges;
  std::vector<std::string> marks;  // that the call sets
  std::string policy;              // digest
  int64_t latency_ns = 0;
};

/// The record as one JSON object without newline; "prev" is its last member.
/// At most 16 KiB.
std::string AuditLine(const AuditRecord& record, std::string_view prev);

class AuditLog {
 public:
  struct Opened {
    std::unique_ptr<AuditLog> log;  // null: `problem` says why
    std::string problem;
  };

  /// Opens or makes (0600) the log at `path`; "-" is standard error, whose
  /// chain begins with this process. A symbolic link, a file of another user,
  /// and what is neither a regular file nor a FIFO or character device are
  /// refused, as is one whose last line is no record. A record torn by a full
  /// disk is cut off by the next Append.
  static Opened Open(const std::string& path);

  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  ~AuditLog();

  /// Writes one line; false if it is not in the log, and then the call it is
  /// about must not go out. Waits at most about a second for other writers.
  /// Safe to use from several threads. Does not sync to the disk: a record
  /// survives the death of the process, not the loss of power.
  bool Append(const AuditRecord& record);

  /// Why the last Append failed.
  std::string problem() const;

 private:
  struct State;
  explicit AuditLog(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

struct AuditVerdict {
  bool ok = false;
  uint64_t line = 0;  // the first bad line, from 1; 0 if there is none
  std::string problem;
  uint64_t count = 0;  // good lines before it
  std::string head;    // hash of the last good line, to anchor outside
};

/// Reads a whole log and checks its chain. A tail cut at a line's end is not
/// seen unless `head`, the hash noted before, is given: some line must have it.
AuditVerdict VerifyAudit(const std::string& path,
                         const std::optional<std::string>& head = {});

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_AUDIT_AUDIT_H_
