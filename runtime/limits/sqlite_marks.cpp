// As counters, ended holdings are buried a few at a time by new ones.
#include "runtime/limits/sqlite_marks.h"

#include <string>

#include "runtime/limits/counter.h"
#include "runtime/limits/sqlite_statements.h"

namespace polc::runtime {

SqliteMarks::Row SqliteMarks::Find(const MarkSpec& mark) {
  if (!db_.Run(kFindMark, {mark.name, mark.per})) return {};
  return {db_.Column(0), db_.Column(1), db_.Column(2)};
}

bool SqliteMarks::IsHeld(const Marking& marking, int64_t now) {
  const Row row = Find(*marking.mark);
  const std::string key = StoredKey(marking.holder);
  return row.id != 0 && db_.Run(kFindHolder, {row.id, Blob{key}}) &&
         NeverBack(now, row.latest) < db_.Column(0);
}

bool SqliteMarks::Set(const Marking& marking, int64_t now) {
  Row row = Find(*marking.mark);
  if (row.id == 0) {
    db_.Run(kAddMark, {marking.mark->name, marking.mark->per});
    row.id = db_.last_id();
  }
  const int64_t at = NeverBack(now, row.latest);
  const std::string key = StoredKey(marking.holder);
  int64_t more = 0;
  if (!db_.Run(kFindHolder, {row.id, Blob{key}})) {
    db_.Run(kBuryHolders, {row.id, at});
    more = 1 - db_.changes();
    const auto most = static_cast<int64_t>(kMaxLiveKeys);
    if (row.live + more > most) return false;
  }
  db_.Run(kAddHolder, {row.id, Blob{key}, at + marking.mark->lifetime_seconds});
  db_.Run(kMoveMark, {row.id, at, more});
  return true;
}

}  // namespace polc::runtime
