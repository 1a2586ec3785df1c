// Leases in the state file. They are told apart by number, end by themselves
// three renewals after the last one, and with the boot that they were taken in.
#ifndef POLC_RUNTIME_LIMITS_SQLITE_LEASES_H_
#define POLC_RUNTIME_LIMITS_SQLITE_LEASES_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/limits/sqlite_db.h"
#include "runtime/limits/store.h"

namespace polc::runtime {

class SqliteLeases {
 public:
  SqliteLeases();

  // Inside a transaction.

  /// Leases of one key that somebody keeps.
  size_t Count(SqliteDb* db, std::string_view limit, std::string_view key);
  /// The number of a new one, which is ours from now on.
  int64_t Add(SqliteDb* db, std::string_view limit, std::string_view key);
  /// Keeps ours. One that was taken for dead meanwhile is there again: its call
  /// still runs.
  void Renew(SqliteDb* db);

  /// These are ours no more.
  void Forget(const Receipt& receipt);
  bool empty() const;

 private:
  struct Lease {
    std::string limit;
    std::string key;  // as stored
  };

  const std::string boot_;
  mutable std::mutex mutex_;
  std::map<int64_t, Lease> ours_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_SQLITE_LEASES_H_
