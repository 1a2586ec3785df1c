// The monotonic clock, which nobody can set and which stands still while the
// machine sleeps: a lease ends only after its taker had the time to renew it.
#include "runtime/limits/sqlite_leases.h"

#include <fstream>

#include "runtime/limits/counter.h"
#include "runtime/limits/sqlite_statements.h"

namespace polc::runtime {
namespace {

constexpr int64_t kLeaseMs = 3 * kRenewSeconds * 1000;

int64_t MonotonicMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// The clock begins anew with each boot. Without a name for it all boots are
/// one, and a lease of an earlier one may hold too long.
std::string BootName() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

SqliteLeases::SqliteLeases() : boot_(BootName()) {}

size_t SqliteLeases::Count(SqliteDb* db, std::string_view limit,
                           std::string_view key) {
  const std::string stored = StoredKey(key);
  db->Run(kCountLeases, {limit, Blob{stored}, boot_, MonotonicMs()});
  return db->failed() ? 0 : static_cast<size_t>(db->Column(0));
}

int64_t SqliteLeases::Add(SqliteDb* db, std::string_view limit,
                          std::string_view key) {
  const std::string stored = StoredKey(key);
  const int64_t now = MonotonicMs();
  db->Run(kBuryLeases, {boot_, now});
  db->Run(kAddLease, {limit, Blob{stored}, boot_, now + kLeaseMs});
  const int64_t number = db->last_id();
  const std::lock_guard lock(mutex_);
  if (!db->failed()) ours_[number] = {std::string(limit), stored};
  return number;
}

void SqliteLeases::Renew(SqliteDb* db) {
  const std::lock_guard lock(mutex_);
  const int64_t until = MonotonicMs() + kLeaseMs;
  for (const auto& [number, lease] : ours_) {
    db->Run(kRenewLease, {number, lease.limit, Blob{lease.key}, boot_, until});
  }
}

void SqliteLeases::Forget(const Receipt& receipt) {
  const std::lock_guard lock(mutex_);
  for (const Taken& taken : LeasesOf(receipt)) ours_.erase(taken.start);
}

bool SqliteLeases::empty() const {
  const std::lock_guard lock(mutex_);
  return ours_.empty();
}

}  // namespace polc::runtime
