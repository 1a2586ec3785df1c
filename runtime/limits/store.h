// Where counters live. A store takes the draws of one call all or none, at a
// time that the caller names; the sum of what it lets through never passes a
// limit, under any interleaving of threads and processes, any kill, and any
// step of the clock. What errs, errs by counting too much. What a store can't
// do is refused: an unreachable store denies.
//
//   std::string error;
//   auto store = OpenStore("sqlite:" + DefaultStateFile(&error), &error);
//   TakeResult result = store->Take(draws, now, TakeMode::kTake);
//   // kTaken: forward; if no byte went out, store->Refund(result.receipt).
//   // kShort: deny by limit. kUnavailable: deny by error.
//
// Time never steps back: the clock of a limit or mark is the latest `now` that
// any take of it went out at, so that a clock set back keeps charging the later
// window, and no mark ends twice.
//
// What a concurrent limit takes is a lease. It ends when it is given back or,
// where several processes share the store, soon after its taker has stopped to
// renew: a process that was killed leaks nothing.
#ifndef POLC_RUNTIME_LIMITS_STORE_H_
#define POLC_RUNTIME_LIMITS_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/decimal.h"
#include "runtime/limits/window.h"

namespace polc::runtime {

/// Counters of one limit, and holders of one mark, that may be alive at once; a
/// further key is refused.
inline constexpr size_t kMaxLiveKeys = 100'000;

struct LimitSpec {
  std::string name;  // "ecs.scans"
  Decimal amount;
  Window window = Window::kMinute;
  bool rolling = false;
  /// What a call took comes back if the server answers it with an error.
  bool refund_on_error = false;
};

struct MarkSpec {
  std::string name;  // "mail.read_private"
  std::string per;   // "grant", "subject", "session"
  int64_t lifetime_seconds = 0;
};

/// A mark and who may hold it. (name, per, holder) is its identity in a store.
struct Marking {
  const MarkSpec* mark = nullptr;
  std::string holder;
};

/// A counter is (limit's name, window, key): changing the amount keeps it,
/// changing anything else starts afresh. `key` tells types and neighbouring
/// parts apart by its spelling.
struct Draw {
  const LimitSpec* limit = nullptr;
  std::string_view key;
  Decimal amount;
};

/// Joins parts so that no two lists of parts are spelt alike: each goes with
/// its length.
std::string CounterKey(std::span<const std::string> parts);

/// What a draw took, and from which window: the way back.
struct Taken {
  std::string limit;
  std::string window;  // as part of the counter's identity
  std::string key;     // as stored
  int64_t start = 0;   // of the window; of a lease its number
  Decimal amount;
};
using Receipt = std::vector<Taken>;

/// Of what was taken, the leases: they end with the call.
Receipt LeasesOf(const Receipt& taken);

/// What one call takes and sets, and the marks that it was decided on.
struct Going {
  std::span<const Draw> draws;
  std::span<const Marking> sets = {};
  std::span<const Marking> reads = {};
  std::vector<bool> held = {};  // which of `reads`
};

struct Shortage {
  size_t draw = 0;
  std::optional<int64_t> retry_after;  // seconds; empty: it can never fit
};

struct TakeResult {
  /// kChanged: another mark is held than was decided on.
  enum class Status : uint8_t { kTaken, kShort, kChanged, kUnavailable };
  Status status = Status::kUnavailable;
  std::vector<Shortage> shortages;  // of kShort, in the order of draws
  Receipt receipt;                  // of kTaken, unless only looked at
  std::string error;                // of kUnavailable
};

enum class TakeMode : uint8_t { kTake, kLook };

class Store {
 public:
  virtual ~Store() = default;
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// In one step at `now` (Unix seconds): looks whether `reads` are held as
  /// they were, takes all draws, sets the marks; all of it or nothing. kLook
  /// only looks for shortages. Answers within about a second; a store that
  /// failed is tried afresh by the next call. Safe to use from several threads.
  virtual TakeResult Take(const Going& going, int64_t now, TakeMode mode) = 0;
  TakeResult Take(std::span<const Draw> draws, int64_t now, TakeMode mode) {
    return Take(Going{draws}, now, mode);
  }
  /// Which of `marks` are held at `now`. Empty with `*error` set if that can't
  /// be told.
  virtual std::optional<std::vector<bool>> Held(std::span<const Marking> marks,
                                                int64_t now,
                                                std::string* error) = 0;
  /// Gives back what was taken for nothing, once, to the windows it came from;
  /// one that is over takes nothing back. False if it could not; then the
  /// counters stay too high, never too low.
  virtual bool Refund(const Receipt& receipt) = 0;
  /// Keeps the leases that were taken here: to be called every
  /// kRenewSeconds while there are any. False if it could not.
  virtual bool Renew() = 0;
};

/// How often leases are to be renewed; they last three times as long.
inline constexpr int64_t kRenewSeconds = 10;

/// Of one process; for tests, `polc eval`, and `--state memory:`.
std::unique_ptr<Store> MakeMemoryStore();

/// "memory:" or "sqlite:FILE" (made with mode 0600 if absent; several
/// processes may share it). Null with `*error` set if it can't be opened
/// safely: a file that is a symbolic link, another user's, open to others, of
/// a newer version, or not SQLite's. A corrupt file is never made anew.
std::unique_ptr<Store> OpenStore(const std::string& url, std::string* error);

/// The state file of a user who named none; its directory is made, mode 0700.
/// Empty with `*error` set if there is no home for it.
std::string DefaultStateFile(std::string* error);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_STORE_H_
