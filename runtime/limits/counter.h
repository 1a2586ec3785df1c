// What one counter remembers, and the arithmetic that all stores share.
#ifndef POLC_RUNTIME_LIMITS_COUNTER_H_
#define POLC_RUNTIME_LIMITS_COUNTER_H_

#include <cstdint>
#include <optional>
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

/// First second at which the slot counts no more.
int64_t ForgottenAt(const LimitSpec& limit, int64_t slot_start);

/// Every slot that starts before this is forgotten at `now`.
int64_t ForgottenBefore(const LimitSpec& limit, int64_t now);

/// Whether `amount` fits beside slots that still count.
bool FitsBeside(const LimitSpec& limit, const CounterSlots& slots,
                Decimal amount);

/// The slot to charge at `now`. A clock that moved back changes no window.
int64_t SlotToCharge(const LimitSpec& limit, const CounterSlots& slots,
                     int64_t now);

/// Seconds until `amount` fits; empty if never.
std::optional<int64_t> RetryAfter(const LimitSpec& limit,
                                  const CounterSlots& slots, Decimal amount,
                                  int64_t now);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_COUNTER_H_
