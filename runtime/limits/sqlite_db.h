// One SQLite connection and its prepared statements, with errors that stick:
// after the first failure of a transaction nothing more is done in it, and it
// can only be rolled back. SQLite's header stays in the .cpp.
#ifndef POLC_RUNTIME_LIMITS_SQLITE_DB_H_
#define POLC_RUNTIME_LIMITS_SQLITE_DB_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace polc::runtime {

using Deadline = std::chrono::steady_clock::time_point;

/// Bytes are bound as a blob, text as text.
struct Blob {
  std::string_view bytes;
};
using SqlValue = std::variant<int64_t, std::string_view, Blob>;

class SqliteDb {
 public:
  /// Opens the counters' file at `path`, makes or checks its schema and
  /// prepares `statements`. Null with `*error` set, at the latest about when
  /// `deadline` has passed.
  static std::unique_ptr<SqliteDb> Open(
      const std::string& path, const std::vector<const char*>& statements,
      Deadline deadline, std::string* error);

  ~SqliteDb();
  SqliteDb(const SqliteDb&) = delete;
  SqliteDb& operator=(const SqliteDb&) = delete;

  /// Begins a transaction that nobody else can write beside. False if it can't
  /// before `deadline`, or if the file is no longer the one that was opened.
  bool Begin(Deadline deadline);
  /// False if anything failed since Begin; then all of it was undone.
  bool Commit();
  void Rollback();

  /// Runs statement number `index` to its first row; true if there is one.
  /// `Column` reads it; the next Run ends it.
  bool Run(size_t index, std::initializer_list<SqlValue> values);
  /// Moves to the next row of the last Run.
  bool Next();
  int64_t Column(int column) const;
  /// Rows that the last Run changed, without those that went by cascade.
  int64_t changes() const;
  int64_t last_id() const;

  /// Makes the transaction fail, as if SQLite had said `why`.
  void Fail(std::string why);
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }
  /// Whether the connection can go on, or should be opened afresh.
  bool usable() const { return usable_; }

 private:
  SqliteDb() = default;
  bool Connect(const std::string& path, Deadline deadline);
  bool Setup();
  bool Prepare(const std::vector<const char*>& statements);
  bool Exec(const char* sql);
  int64_t Pragma(const char* sql);
  void Check(int code);
  bool HasMoved();
  void SetTimeout(Deadline deadline);

  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  sqlite3_stmt* current_ = nullptr;
  std::string error_;
  bool usable_ = true;
  bool busy_ = false;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_SQLITE_DB_H_
