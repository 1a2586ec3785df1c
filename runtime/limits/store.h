// What limits count, kept where a crash, a second process or a stepped clock
// cannot refill it.
//
//   auto opened = OpenStore("sqlite:" + DefaultStatePath());
//   if (!opened.store) Refuse(opened.problem);
//   Outcome outcome = opened.store->Take(charges, now);
//   switch (outcome.kind) {
//     case Outcome::kTaken:       // forward; on "no byte went out":
//                                 //   store->Refund(std::move(receipt))
//     case Outcome::kDoesNotFit:  // deny, by limit charges[outcome.refused]
//     case Outcome::kUnavailable: // deny, by error, with outcome.problem
//   }
//
// Invariant: for every counter (limit, window kind, key) and every window, what
// was acknowledged as taken, less what was refunded, is never above the bound
// it was taken against, under any interleaving of threads and processes, any
// kill and any step of the clock. What errs, errs by counting too much.
//
// A limit's window never moves back: its start is the latest that any take
// saw, and a clock that steps back keeps charging that later window.
#ifndef POLC_RUNTIME_LIMITS_STORE_H_
#define POLC_RUNTIME_LIMITS_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/decimal.h"
#include "runtime/limits/window.h"
#include "runtime/sha256.h"

namespace polc::runtime {

/// Live keys a limit may have; a charge for one more does not fit until the
/// window ends.
inline constexpr int64_t kMaxLiveKeys = 100'000;

/// One charge of one counter. Name each counter at most once a call (the
/// larger amount counts); named twice, both amounts are taken.
struct Charge {
  std::string limit;  // qualified name
  Window window = Window::kMinute;
  /// The key's typed identity: any bytes, as long as two different keys have
  /// different bytes (CounterKey makes such). Stores keep only its SHA-256.
  std::string key;
  Decimal amount;  // at least 0; a negative one never fits
  Decimal bound;   // the limit's amount
};

/// Joins the parts of a key so that no two lists of parts collide: each part
/// goes with its length. A part begins with its type ("s" string, "n" number
/// ...), which is the caller's business.
std::string CounterKey(const std::vector<std::string>& parts);

/// What one Take took, for giving it back. Dropping it keeps the charges.
struct Receipt {
  struct Part {
    std::string limit;
    Window window = Window::kMinute;
    Sha256Bytes key{};
    int64_t start = 0;  // of the window it was taken from
    Decimal amount;
  };

  Receipt() = default;
  Receipt(Receipt&&) = default;
  Receipt& operator=(Receipt&&) = default;
  Receipt(const Receipt&) = delete;  // refunded at most once
  Receipt& operator=(const Receipt&) = delete;

  std::vector<Part> parts;
};

struct Outcome {
  enum Kind : uint8_t { kTaken, kDoesNotFit, kUnavailable };

  Kind kind = kUnavailable;
  /// kDoesNotFit: index of the first charge that does not fit.
  size_t refused = 0;
  /// kDoesNotFit: seconds to the end of that charge's window, at least 1;
  /// empty if it can never fit.
  std::optional<int64_t> retry_after;
  /// kUnavailable: why, for logs and reasons; no secrets.
  std::string problem;
  /// kTaken.
  Receipt receipt;
};

/// Safe to use from several threads. Any call returns within about a second.
/// A store that failed is tried afresh by the next call.
class Store {
 public:
  virtual ~Store() = default;

  /// Takes all charges or none. `now` is in Unix seconds. No charges: kTaken,
  /// without looking at the store.
  virtual Outcome Take(const std::vector<Charge>& charges, int64_t now) = 0;

  /// What Take would answer, taking nothing (for asks); the receipt is empty.
  virtual Outcome Probe(const std::vector<Charge>& charges, int64_t now) = 0;

  /// Gives charges back to the windows they came from; one that is over has
  /// nothing left to give back to. False if the store could not be reached:
  /// the charges stay taken.
  virtual bool Refund(Receipt receipt) = 0;
};

struct OpenedStore {
  std::unique_ptr<Store> store;  // null: `problem` says why
  std::string problem;
};

/// "memory:" (this process only, gone with it) or "sqlite:FILE" (several
/// processes; made with mode 0600 if absent; refused if it or its -wal or -shm
/// is a symbolic link, no regular file, or another user's, if it is corrupt,
/// or if a newer polc wrote it).
OpenedStore OpenStore(std::string_view url);

/// $XDG_STATE_HOME/polc/state.db, or ~/.local/state/polc/state.db, with its
/// directories made (0700). Empty if there is no home or they can't be made.
std::string DefaultStatePath();

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_STORE_H_
