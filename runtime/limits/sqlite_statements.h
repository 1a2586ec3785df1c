// What the SQLite store says to SQLite, each prepared once a connection.
#ifndef POLC_RUNTIME_LIMITS_SQLITE_STATEMENTS_H_
#define POLC_RUNTIME_LIMITS_SQLITE_STATEMENTS_H_

#include <cstddef>
#include <vector>

namespace polc::runtime {

enum Sql : size_t {
  kFindLimit,
  kAddLimit,
  kMoveLimit,
  kFindCounter,
  kAddCounter,
  kTouchCounter,
  kBury,
  kAnyDead,
  kReadSlots,
  kForgetSlots,
  kWriteSlot,
  kFindTaken,
  kFindMark,
  kAddMark,
  kMoveMark,
  kFindHolder,
  kAddHolder,
  kBuryHolders,
  kCountLeases,
  kAddLease,
  kRenewLease,
  kEndLease,
  kBuryLeases,
};

/// In the order of Sql.
inline const std::vector<const char*> kStatements = {
    "SELECT id, latest, live FROM limits WHERE name = ?1 AND window = ?2",
    "INSERT INTO limits(name, window, latest, live) VALUES (?1, ?2, 0, 0)",
    "UPDATE limits SET latest = max(latest, ?2), live = live + ?3 "
    "WHERE id = ?1",
    "SELECT id FROM counters WHERE limit_id = ?1 AND key = ?2",
    "INSERT INTO counters(limit_id, key, last) VALUES (?1, ?2, ?3)",
    "UPDATE counters SET last = ?2 WHERE id = ?1",
    "DELETE FROM counters WHERE id IN (SELECT id FROM counters "
    "WHERE limit_id = ?1 AND last < ?2 LIMIT 4)",
    "SELECT 1 FROM counters WHERE limit_id = ?1 AND last < ?2 LIMIT 1",
    "SELECT start, whole, nanos FROM slots "
    "WHERE counter_id = ?1 AND start >= ?2 ORDER BY start",
    "DELETE FROM slots WHERE counter_id = ?1 AND start < ?2",
    "INSERT INTO slots(counter_id, start, whole, nanos) "
    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE "
    "SET whole = excluded.whole, nanos = excluded.nanos",
    "SELECT s.counter_id, s.whole, s.nanos FROM limits l "
    "JOIN counters c ON c.limit_id = l.id "
    "JOIN slots s ON s.counter_id = c.id "
    "WHERE l.name = ?1 AND l.window = ?2 AND c.key = ?3 AND s.start = ?4",
    "SELECT id, latest, live FROM marks WHERE name = ?1 AND per = ?2",
    "INSERT INTO marks(name, per, latest, live) VALUES (?1, ?2, 0, 0)",
    "UPDATE marks SET latest = max(latest, ?2), live = live + ?3 "
    "WHERE id = ?1",
    "SELECT until FROM holders WHERE mark_id = ?1 AND key = ?2",
    "INSERT INTO holders(mark_id, key, until) VALUES (?1, ?2, ?3) "
    "ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
    "DELETE FROM holders WHERE (mark_id, key) IN (SELECT mark_id, key "
    "FROM holders WHERE mark_id = ?1 AND until <= ?2 LIMIT 4)",
    "SELECT count(*) FROM leases WHERE name = ?1 AND key = ?2 "
    "AND boot = ?3 AND until > ?4",
    "INSERT INTO leases(name, key, boot, until) VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO leases(id, name, key, boot, until) "
    "VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT DO UPDATE SET until = excluded.until",
    "DELETE FROM leases WHERE id = ?1",
    "DELETE FROM leases WHERE boot <> ?1 OR until <= ?2",
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_SQLITE_STATEMENTS_H_
