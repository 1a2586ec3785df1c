// The memory store's steps as SQL. Dead counters are buried a few at a time by
// the new ones that come, so that no call pays for many.
#include "runtime/limits/sqlite_store.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "runtime/limits/counter.h"
#include "runtime/limits/sqlite_db.h"
#include "runtime/limits/sqlite_leases.h"
#include "runtime/limits/sqlite_marks.h"
#include "runtime/limits/sqlite_statements.h"
#include "runtime/limits/state_file.h"

namespace polc::runtime {
namespace {

constexpr std::chrono::seconds kPatience(1);

class SqliteStore : public Store {
 public:
  explicit SqliteStore(std::string path) : path_(std::move(path)) {}

  using Store::Take;
  TakeResult Take(const Going& going, int64_t now, TakeMode mode) override;
  std::optional<std::vector<bool>> Held(std::span<const Marking> marks,
                                        int64_t now,
                                        std::string* error) override;
  bool Refund(const Receipt& receipt) override;
  bool Renew() override;
  bool Connect(Deadline deadline, std::string* error);

 private:
  struct Row {
    int64_t limit_id = 0;  // 0: none yet
    int64_t counter_id = 0;
    int64_t latest = 0;
    CounterState state;
  };

  /// Does `body` in one transaction, and commits it if it returns true. False
  /// with `*error` set if anything failed.
  template <typename Body>
  bool InTransaction(std::string* error, Body body);
  bool Begin(Deadline deadline, std::string* error);
  std::string End();
  bool Look(const Going& going, int64_t now, TakeResult* result);
  void TakeAll(const Going& going, int64_t now, TakeResult* result);
  Decimal ReadAmount(int whole_column);
  void WriteAmount(int64_t counter, int64_t start, Decimal amount);
  Row Find(const Draw& draw, int64_t now);
  Taken Charge(const Draw& draw, Row row);
  int64_t AddLimit(const Draw& draw);
  int64_t AddCounter(const Row& row, const Taken& taken, int64_t before);

  const std::string path_;
  std::timed_mutex mutex_;
  SqliteLeases leases_;
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
  if (limit.window == Window::kConcurrent) {
    row.state.leases = leases_.Count(db_.get(), limit.name, draw.key);
    return row;
  }
  if (!db_->Run(kFindLimit, {limit.name, window})) return row;
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
  if (limit.window == Window::kConcurrent) {
    return {limit.name, WindowIdentity(limit), StoredKey(draw.key),
            leases_.Add(db_.get(), limit.name, draw.key), draw.amount};
  }
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

template <typename Body>
bool SqliteStore::InTransaction(std::string* error, Body body) {
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  const std::unique_lock lock(mutex_, deadline);
  if (!lock.owns_lock()) {
    *error = "state file `" + path_ + "`: too many calls wait for it";
    return false;
  }
  if (!Begin(deadline, error)) return false;
  bool done = true;
  if (body() && !db_->failed()) {
    done = db_->Commit();
  } else {
    done = !db_->failed();
    db_->Rollback();
  }
  if (!done) *error = End();
  return done;
}

/// True if what was decided on still holds and all draws fit.
bool SqliteStore::Look(const Going& going, int64_t now, TakeResult* result) {
  SqliteMarks marks(db_.get());
  for (size_t i = 0; i < going.reads.size(); ++i) {
    if (marks.IsHeld(going.reads[i], now) == going.held[i]) continue;
    result->status = TakeResult::Status::kChanged;
    return false;
  }
  for (size_t i = 0; i < going.draws.size(); ++i) {
    const Row row = Find(going.draws[i], now);
    const auto shortage = FindShortage(going.draws, i, row.state, now);
    if (shortage) result->shortages.push_back(*shortage);
  }
  result->status = result->shortages.empty() ? TakeResult::Status::kTaken
                                             : TakeResult::Status::kShort;
  return result->shortages.empty();
}

void SqliteStore::TakeAll(const Going& going, int64_t now, TakeResult* result) {
  for (const Draw& draw : going.draws) {
    // Nothing to count makes no counter.
    if (draw.amount == Decimal()) continue;
    // The draws before may have changed what was found.
    result->receipt.push_back(Charge(draw, Find(draw, now)));
  }
  SqliteMarks marks(db_.get());
  for (const Marking& marking : going.sets) {
    if (!marks.Set(marking, now)) db_->Fail(TooManyHold(*marking.mark));
  }
}

TakeResult SqliteStore::Take(const Going& going, int64_t now, TakeMode mode) {
  TakeResult result;
  if (going.draws.empty() && going.sets.empty() && going.reads.empty()) {
    result.status = TakeResult::Status::kTaken;
    return result;
  }
  std::string error;
  const bool done = InTransaction(&error, [&] {
    if (!Look(going, now, &result) || mode == TakeMode::kLook) return false;
    TakeAll(going, now, &result);
    return true;
  });
  if (!done) {
    leases_.Forget(result.receipt);
    result = TakeResult();
    result.error = std::move(error);
  }
  return result;
}

std::optional<std::vector<bool>> SqliteStore::Held(
    std::span<const Marking> marks, int64_t now, std::string* error) {
  std::vector<bool> held;
  const bool done = InTransaction(error, [&] {
    SqliteMarks found(db_.get());
    for (const Marking& marking : marks) {
      held.push_back(found.IsHeld(marking, now));
    }
    return false;
  });
  if (!done) return std::nullopt;
  return held;
}

bool SqliteStore::Refund(const Receipt& receipt) {
  if (receipt.empty()) return true;
  leases_.Forget(receipt);
  std::string error;
  return InTransaction(&error, [&] {
    for (const Taken& taken : receipt) {
      if (taken.window == WindowName(Window::kConcurrent)) {
        db_->Run(kEndLease, {taken.start});
        continue;
      }
      if (!db_->Run(kFindTaken, {taken.limit, taken.window, Blob{taken.key},
                                 taken.start})) {
        continue;
      }
      const int64_t counter = db_->Column(0);
      const auto left = Decimal::OfUnits(std::max<Decimal::Units>(
          ReadAmount(1).units() - taken.amount.units(), 0));
      WriteAmount(counter, taken.start, left.value_or(Decimal()));
    }
    return true;
  });
}

bool SqliteStore::Renew() {
  if (leases_.empty()) return true;
  std::string error;
  return InTransaction(&error, [&] {
    leases_.Renew(db_.get());
    return true;
  });
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
