// Marks in the state file; inside a transaction of SqliteDb.
#ifndef POLC_RUNTIME_LIMITS_SQLITE_MARKS_H_
#define POLC_RUNTIME_LIMITS_SQLITE_MARKS_H_

#include <cstdint>

#include "runtime/limits/sqlite_db.h"
#include "runtime/limits/store.h"

namespace polc::runtime {

class SqliteMarks {
 public:
  explicit SqliteMarks(SqliteDb* db) : db_(*db) {}

  bool IsHeld(const Marking& marking, int64_t now);
  /// False if too many hold the mark already.
  bool Set(const Marking& marking, int64_t now);

 private:
  struct Row {
    int64_t id = 0;  // 0: nobody ever held it
    int64_t latest = 0;
    int64_t live = 0;
  };
  Row Find(const MarkSpec& mark);

  SqliteDb& db_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_SQLITE_MARKS_H_
