// The memory store's steps as SQL. Dead counters are buried a few at a time by
// the new ones that come, so that no call pays for many.
#include "runtime/limits/sqlite_store.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "runtime/limits/counter.h"
#include "runtime/limits/sqlite_db.h"
#include "runtime/limits/state_file.h"

namespace polc::runtime {
namespace {

constexpr std::chrono::seconds kPatience(1);

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
};

// In the order of Sql.
const std::vector<const char*> kStatements = {
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
};

class SqliteStore : public Store {
 public:
  explicit SqliteStore(std::string path) : path_(std::move(path)) {}

  TakeResult Take(std::span<const Draw> draws, int64_t now,
                  TakeMode mode) override;
  bool Refund(const Receipt& receipt) override;
  bool Connect(Deadline deadline, std::string* error);

 private:
  struct Row {
    int64_t limit_id = 0;  // 0: none yet
    int64_t counter_id = 0;
    int64_t latest = 0;
    CounterState state;
  };

  bool Begin(Deadline deadline, std::string* error);
  std::string End();
  Decimal ReadAmount(int whole_column);
  void WriteAmount(int64_t counter, int64_t start, Decimal amount);
  Row Find(const Draw& draw, int64_t now);
  Taken Charge(const Draw& draw, Row row);
  int64_t AddLimit(const Draw& draw);
  int64_t AddCounter(const Row& row, const Taken& taken, int64_t before);

  const std::string path_;
  std::timed_mutex mutex_;
  std::unique_ptr<SqliteDb> db_;
};

bool SqliteStore::Connect(Deadline deadline, std::string* error) {
  db_ = SqliteDb::Open(path_, kStatements, deadline, error);
  return db_ != nullptr;
}

bool SqliteStore::Begin(Deadline deadline, std::string* error) {
  if (db_ == nullptr && !Connect(deadline, error)) return false;
  if (db_->Begin(deadline)) return true;
  *error = End();
  return false;
}

/// What went wrong since Begin. A connection that failed is closed, so that
/// the next call begins with a new one.
std::string SqliteStore::End() {
  std::string problem = "state file `" + path_ + "`: " + db_->error();
  if (!db_->usable()) db_.reset();
  return problem;
}

Decimal SqliteStore::ReadAmount(int whole_column) {
  const auto amount = Decimal::OfUnits(
      Decimal::Units{db_->Column(whole_column)} * Decimal::kUnit +
      db_->Column(whole_column + 1));
  if (!amount || *amount < Decimal()) db_->Fail("holds an impossible amount");
  return amount.value_or(Decimal());
}

void SqliteStore::WriteAmount(int64_t counter, int64_t start, Decimal amount) {
  const Decimal::Units units = amount.units();
  db_->Run(kWriteSlot,
           {counter, start, static_cast<int64_t>(units / Decimal::kUnit),
            static_cast<int64_t>(units % Decimal::kUnit)});
}

SqliteStore::Row SqliteStore::Find(const Draw& draw, int64_t now) {
  Row row;
  row.state.now = NeverBack(now, 0);
  const LimitSpec& limit = *draw.limit;
  const std::string window = WindowIdentity(limit);
  if (limit.window == Window::kConcurrent ||
      !db_->Run(kFindLimit, {limit.name, window})) {
    return row;
  }
  row.limit_id = db_->Column(0);
  row.latest = db_->Column(1);
  row.state.now = NeverBack(now, row.latest);
  const bool full = db_->Column(2) >= static_cast<int64_t>(kMaxLiveKeys);
  const int64_t before = ForgottenBefore(limit, row.state.now);
  const std::string key = StoredKey(draw.key);
  if (!db_->Run(kFindCounter, {row.limit_id, Blob{key}})) {
    row.state.has_room = !full || db_->Run(kAnyDead, {row.limit_id, before});
    return row;
  }
  row.counter_id = db_->Column(0);
  bool more = db_->Run(kReadSlots, {row.counter_id, before});
  for (; more; more = db_->Next()) {
    row.state.live.push_back({db_->Column(0), ReadAmount(1)});
  }
  return row;
}

int64_t SqliteStore::AddLimit(const Draw& draw) {
  const std::string window = WindowIdentity(*draw.limit);
  db_->Run(kAddLimit, {draw.limit->name, window});
  return db_->last_id();
}

int64_t SqliteStore::AddCounter(const Row& row, const Taken& taken,
                                int64_t before) {
  db_->Run(kBury, {row.limit_id, before});
  const int64_t buried = db_->changes();
  db_->Run(kAddCounter, {row.limit_id, Blob{taken.key}, taken.start});
  const int64_t id = db_->last_id();
  db_->Run(kMoveLimit, {row.limit_id, row.state.now, 1 - buried});
  return id;
}

/// `row` is what Find found, with nothing changed since.
Taken SqliteStore::Charge(const Draw& draw, Row row) {
  const LimitSpec& limit = *draw.limit;
  if (row.limit_id == 0) row.limit_id = AddLimit(draw);
  const int64_t before = ForgottenBefore(limit, row.state.now);
  Taken taken{limit.name, WindowIdentity(limit), StoredKey(draw.key),
              SlotToCharge(limit, row.state.now), draw.amount};
  const CounterSlots& live = row.state.live;
  if (row.counter_id == 0) {
    row.counter_id = AddCounter(row, taken, before);
  } else {
    if (live.empty() || live.back().start != taken.start) {
      db_->Run(kForgetSlots, {row.counter_id, before});
      db_->Run(kTouchCounter, {row.counter_id, taken.start});
    }
    if (row.state.now > row.latest) {
      db_->Run(kMoveLimit, {row.limit_id, row.state.now, int64_t{0}});
    }
  }
  Decimal used = draw.amount;
  if (!live.empty() && live.back().start == taken.start) {
    // It fits, so the sum is in range.
    used = Add(used, live.back().used).value_or(limit.amount);
  }
  WriteAmount(row.counter_id, taken.start, used);
  return taken;
}

TakeResult SqliteStore::Take(std::span<const Draw> draws, int64_t now,
                             TakeMode mode) {
  TakeResult result;
  if (draws.empty()) {
    result.status = TakeResult::Status::kTaken;
    return result;
  }
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  const std::unique_lock lock(mutex_, deadline);
  if (!lock.owns_lock()) {
    result.error = "state file `" + path_ + "`: too many calls wait for it";
    return result;
  }
  if (!Begin(deadline, &result.error)) return result;
  Row row;
  for (size_t i = 0; i < draws.size(); ++i) {
    row = Find(draws[i], now);
    const auto shortage = FindShortage(draws, i, row.state, now);
    if (shortage) result.shortages.push_back(*shortage);
  }
  bool done = !db_->failed();
  if (done && result.shortages.empty() && mode == TakeMode::kTake) {
    for (const Draw& draw : draws) {
      // Nothing to count makes no counter.
      if (draw.amount == Decimal()) continue;
      // The draws before may have changed what was found.
      if (draws.size() > 1) row = Find(draw, now);
      result.receipt.push_back(Charge(draw, row));
    }
    done = db_->Commit();
  } else {
    db_->Rollback();
  }
  if (!done) {
    result = TakeResult();
    result.error = End();
    return result;
  }
  result.status = result.shortages.empty() ? TakeResult::Status::kTaken
                                           : TakeResult::Status::kShort;
  return result;
}

bool SqliteStore::Refund(const Receipt& receipt) {
  if (receipt.empty()) return true;
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  const std::unique_lock lock(mutex_, deadline);
  std::string error;
  if (!lock.owns_lock() || !Begin(deadline, &error)) return false;
  for (const Taken& taken : receipt) {
    if (!db_->Run(kFindTaken,
                  {taken.limit, taken.window, Blob{taken.key}, taken.start})) {
      continue;
    }
    const int64_t counter = db_->Column(0);
    const auto left = Decimal::OfUnits(std::max<Decimal::Units>(
        ReadAmount(1).units() - taken.amount.units(), 0));
    WriteAmount(counter, taken.start, left.value_or(Decimal()));
  }
  const bool done = db_->Commit();
  if (!done) End();
  return done;
}

}  // namespace

std::unique_ptr<Store> OpenSqliteStore(const std::string& path,
                                       std::string* error) {
  const std::string resolved = ResolveStatePath(path, error);
  if (resolved.empty()) return nullptr;
  auto store = std::make_unique<SqliteStore>(resolved);
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  if (!store->Connect(deadline, error)) return nullptr;
  return store;
}

}  // namespace polc::runtime
