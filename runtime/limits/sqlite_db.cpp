#include "runtime/limits/sqlite_db.h"

#include <sqlite3.h>

#include <algorithm>

#include "runtime/limits/state_file.h"

namespace polc::runtime {
namespace {

constexpr int64_t kSchemaVersion = 2;
constexpr int64_t kApplicationId = 0x706F6C63;  // "polc"

// A counter's slots go with it, a limit's counters with the limit. `latest` is
// the limit's own clock, `live` the number of its counters.
constexpr char kSchema[] = R"sql(
  CREATE TABLE limits(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    window TEXT NOT NULL,
    latest INTEGER NOT NULL,
    live INTEGER NOT NULL CHECK (live >= 0),
    UNIQUE (name, window)) STRICT;
  CREATE TABLE counters(
    id INTEGER PRIMARY KEY,
    limit_id INTEGER NOT NULL REFERENCES limits ON DELETE CASCADE,
    key BLOB NOT NULL,
    last INTEGER NOT NULL,
    UNIQUE (limit_id, key)) STRICT;
  CREATE INDEX counters_by_last ON counters(limit_id, last);
  CREATE TABLE slots(
    counter_id INTEGER NOT NULL REFERENCES counters ON DELETE CASCADE,
    start INTEGER NOT NULL,
    whole INTEGER NOT NULL CHECK (whole BETWEEN 0 AND 999999999999999),
    nanos INTEGER NOT NULL CHECK (nanos BETWEEN 0 AND 999999999),
    PRIMARY KEY (counter_id, start)) STRICT, WITHOUT ROWID;
  PRAGMA application_id = 0x706F6C63;
)sql";

// What the second version has besides: `latest` is the mark's own clock, `live`
// the number of its holders; a lease holds until `until` milliseconds of the
// monotonic clock of the boot that it was taken in.
constexpr char kMarksAndLeases[] = R"sql(
  CREATE TABLE marks(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    per TEXT NOT NULL,
    latest INTEGER NOT NULL,
    live INTEGER NOT NULL CHECK (live >= 0),
    UNIQUE (name, per)) STRICT;
  CREATE TABLE holders(
    mark_id INTEGER NOT NULL REFERENCES marks ON DELETE CASCADE,
    key BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (mark_id, key)) STRICT, WITHOUT ROWID;
  CREATE INDEX holders_by_until ON holders(mark_id, until);
  CREATE TABLE leases(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    key BLOB NOT NULL,
    boot TEXT NOT NULL,
    until INTEGER NOT NULL) STRICT;
  CREATE INDEX leases_by_key ON leases(name, key);
  PRAGMA user_version = 2;
)sql";

}  // namespace

std::unique_ptr<SqliteDb> SqliteDb::Open(
    const std::string& path, const std::vector<const char*>& statements,
    Deadline deadline, std::string* error) {
  while (true) {
    std::unique_ptr<SqliteDb> db(new SqliteDb());
    // Making a file, its journal and its schema is left to one at a time.
    const DirectoryLock lock(path);
    if (!lock.held()) {
      db->busy_ = true;
      db->Fail("the state directory is locked");
    } else if (!PrepareStateFile(path, error)) {
      return nullptr;
    } else if (db->Connect(path, deadline) && db->Setup() &&
               db->Prepare(statements)) {
      return db;
    }
    *error = "state file `" + path + "`: " + db->error_;
    if (!db->busy_ || std::chrono::steady_clock::now() >= deadline) {
      return nullptr;
    }
    sqlite3_sleep(2);
  }
}

SqliteDb::~SqliteDb() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

void SqliteDb::SetTimeout(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  sqlite3_busy_timeout(
      db_, static_cast<int>(std::clamp<int64_t>(left.count(), 1, 1000)));
}

bool SqliteDb::Connect(const std::string& path, Deadline deadline) {
  Check(sqlite3_open_v2(path.c_str(), &db_,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                            SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE,
                        nullptr));
  if (failed()) return false;
  SetTimeout(deadline);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // A crash of the process loses nothing with NORMAL; a loss of power may lose
  // the last commits.
  Exec("PRAGMA journal_mode = WAL");
  Exec("PRAGMA synchronous = NORMAL");
  Exec("PRAGMA foreign_keys = ON");
  return !failed();
}

bool SqliteDb::Setup() {
  if (!Exec("BEGIN IMMEDIATE")) return false;
  if (HasMoved()) Fail("was replaced while it was opened");
  const int64_t version = Pragma("PRAGMA user_version");
  const int64_t application = Pragma("PRAGMA application_id");
  const int64_t tables = Pragma("SELECT count(*) FROM sqlite_schema");
  if (!failed() && version == 0 && application == 0 && tables == 0) {
    Exec(kSchema);
    Exec(kMarksAndLeases);
  } else if (!failed() && application != kApplicationId) {
    Fail("is a database of another program");
  } else if (!failed() && version == 1) {
    Exec(kMarksAndLeases);  // a version that knew neither wrote it
  } else if (!failed() && version != kSchemaVersion) {
    Fail("was written by another version of polc");
  }
  return Commit();
}

bool SqliteDb::Prepare(const std::vector<const char*>& statements) {
  for (const char* sql : statements) {
    sqlite3_stmt* statement = nullptr;
    Check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT,
                             &statement, nullptr));
    if (failed()) return false;
    statements_.push_back(statement);
  }
  return true;
}

bool SqliteDb::Exec(const char* sql) {
  if (failed()) return false;
  Check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr));
  return !failed();
}

int64_t SqliteDb::Pragma(const char* sql) {
  if (failed()) return -1;
  sqlite3_stmt* statement = nullptr;
  Check(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr));
  int64_t value = -1;
  if (!failed()) {
    const int code = sqlite3_step(statement);
    Check(code);
    if (code == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return value;
}

void SqliteDb::Check(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  const int primary = code & 0xFF;
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    busy_ = true;
    if (!failed()) error_ = "is locked by another process";
    return;
  }
  usable_ = false;
  if (!failed()) error_ = sqlite3_errstr(code);
}

void SqliteDb::Fail(std::string why) {
  usable_ = usable_ && busy_;
  if (!failed()) error_ = std::move(why);
}

bool SqliteDb::HasMoved() {
  int moved = 0;
  Check(sqlite3_file_control(db_, "main", SQLITE_FCNTL_HAS_MOVED, &moved));
  return moved != 0;
}

bool SqliteDb::Begin(Deadline deadline) {
  error_.clear();
  busy_ = false;
  SetTimeout(deadline);
  if (!Exec("BEGIN IMMEDIATE")) return false;
  // Counting on in a file that nobody else finds would be a second truth.
  if (HasMoved()) Fail("was deleted or replaced");
  if (failed()) Rollback();
  return !failed();
}

bool SqliteDb::Commit() {
  if (current_ != nullptr) sqlite3_reset(current_);
  current_ = nullptr;
  Exec("COMMIT");
  if (failed()) Rollback();
  return !failed();
}

void SqliteDb::Rollback() {
  if (current_ != nullptr) sqlite3_reset(current_);
  current_ = nullptr;
  // Some errors have rolled back already.
  if (sqlite3_get_autocommit(db_) == 0) {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

bool SqliteDb::Run(size_t index, std::initializer_list<SqlValue> values) {
  if (failed()) return false;
  if (current_ != nullptr) sqlite3_reset(current_);
  current_ = statements_[index];
  sqlite3_reset(current_);
  int position = 0;
  for (const SqlValue& value : values) {
    ++position;
    if (const auto* number = std::get_if<int64_t>(&value)) {
      Check(sqlite3_bind_int64(current_, position, *number));
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      Check(sqlite3_bind_text64(current_, position, text->data(), text->size(),
                                SQLITE_TRANSIENT, SQLITE_UTF8));
    } else {
      const std::string_view bytes = std::get<Blob>(value).bytes;
      Check(sqlite3_bind_blob64(current_, position, bytes.data(), bytes.size(),
                                SQLITE_TRANSIENT));
    }
  }
  return Next();
}

bool SqliteDb::Next() {
  if (failed() || current_ == nullptr) return false;
  const int code = sqlite3_step(current_);
  Check(code);
  return code == SQLITE_ROW;
}

int64_t SqliteDb::Column(int column) const {
  return sqlite3_column_int64(current_, column);
}

int64_t SqliteDb::changes() const { return sqlite3_changes64(db_); }

int64_t SqliteDb::last_id() const { return sqlite3_last_insert_rowid(db_); }

}  // namespace polc::runtime
