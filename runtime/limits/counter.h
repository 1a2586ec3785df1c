// What one counter remembers, and the arithmetic that all stores share.
#ifndef POLC_RUNTIME_LIMITS_COUNTER_H_
#define POLC_RUNTIME_LIMITS_COUNTER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/limits/store.h"

namespace polc::runtime {

/// What was charged in one window or, of a rolling limit, one sixtieth.
struct CounterSlot {
  int64_t start = 0;
  Decimal used;
};
using CounterSlots = std::vector<CounterSlot>;  // oldest first

/// "minute", "rolling minute": part of a counter's identity.
std::string WindowIdentity(const LimitSpec& limit);

/// What stores keep of a key: 32 bytes, whatever an agent put into it.
std::string StoredKey(std::string_view key);

/// The instant to count at: `now`, unless the limit has seen a later one.
int64_t NeverBack(int64_t now, int64_t latest);

/// First second at which the slot counts no more.
int64_t ForgottenAt(const LimitSpec& limit, int64_t slot_start);

/// Every slot that starts before this is forgotten at `now`.
int64_t ForgottenBefore(const LimitSpec& limit, int64_t now);

/// The slot to charge at `now`.
int64_t SlotToCharge(const LimitSpec& limit, int64_t now);

/// Why one more can't hold the mark.
std::string TooManyHold(const MarkSpec& mark);

/// What a store found for a draw, at the limit's own clock.
struct CounterState {
  int64_t now = 0;
  size_t leases = 0;     // of a concurrent limit
  CounterSlots live;     // slots that still count
  bool has_room = true;  // the key has a counter, or may have one
};

/// Whether `draws[index]` does not fit beside what is counted and what the
/// draws before it take from the same counter, and then when it will. `now` is
/// the caller's clock, which the wait is told by.
std::optional<Shortage> FindShortage(std::span<const Draw> draws, size_t index,
                                     const CounterState& state, int64_t now);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_COUNTER_H_
