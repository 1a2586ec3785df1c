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
// Time never steps back: a limit's clock is the latest `now` that any take of
// it went out at, so that a clock set back keeps charging the later window.
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

/// Counters of one limit that may be alive at once; a further key is refused.
inline constexpr size_t kMaxLiveKeys = 100'000;

struct LimitSpec {
  std::string name;  // "ecs.scans"
  Decimal amount;
  Window window = Window::kMinute;
  bool rolling = false;
  /// What a call took comes back if the server answers it with an error.
  bool refund_on_error = false;
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
  int64_t start = 0;
  Decimal amount;
};
using Receipt = std::vector<Taken>;

struct Shortage {
  size_t draw = 0;
  std::optional<int64_t> retry_after;  // seconds; empty: it can never fit
};

struct TakeResult {
  enum class Status : uint8_t { kTaken, kShort, kUnavailable };
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

  /// Takes all draws at `now` (Unix seconds), or none. Answers within about a
  /// second; a store that failed is tried afresh by the next call. Safe to use
  /// from several threads.
  virtual TakeResult Take(std::span<const Draw> draws, int64_t now,
                          TakeMode mode) = 0;
  /// Gives back what was taken for nothing, once, to the windows it came from;
  /// one that is over takes nothing back. False if it could not; then the
  /// counters stay too high, never too low.
  virtual bool Refund(const Receipt& receipt) = 0;
};

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
