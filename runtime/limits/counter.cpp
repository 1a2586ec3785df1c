#include "runtime/limits/counter.h"

#include <algorithm>

namespace polc::runtime {

std::string WindowIdentity(const LimitSpec& limit) {
  return (limit.rolling ? "rolling " : "") +
         std::string(WindowName(limit.window));
}

int64_t ForgottenAt(const LimitSpec& limit, int64_t slot_start) {
  return limit.rolling ? slot_start + SlotLength(limit.window) +
                             WindowLength(limit.window)
                       : WindowEnd(limit.window, slot_start);
}

int64_t ForgottenBefore(const LimitSpec& limit, int64_t now) {
  return limit.rolling ? now - SlotLength(limit.window) -
                             WindowLength(limit.window) + 1
                       : WindowStart(limit.window, now);
}

bool FitsBeside(const LimitSpec& limit, const CounterSlots& slots,
                Decimal amount) {
  std::optional<Decimal> used = amount;
  for (const CounterSlot& slot : slots) {
    used = used ? Add(*used, slot.used) : std::nullopt;
  }
  return used && *used <= limit.amount;
}

int64_t SlotToCharge(const LimitSpec& limit, const CounterSlots& slots,
                     int64_t now) {
  int64_t start = WindowStart(limit.window, now);
  if (limit.rolling) {
    const int64_t length = SlotLength(limit.window);
    const int64_t rest = now % length;
    start = now - (rest < 0 ? rest + length : rest);
  }
  return slots.empty() ? start : std::max(start, slots.back().start);
}

std::optional<int64_t> RetryAfter(const LimitSpec& limit,
                                  const CounterSlots& slots, Decimal amount,
                                  int64_t now) {
  if (amount > limit.amount || limit.window == Window::kConcurrent) {
    return std::nullopt;
  }
  // No counter of its own: there are too many others.
  if (slots.empty()) return WindowEnd(limit.window, now) - now;
  Decimal::Units used = amount.units();
  for (const CounterSlot& slot : slots) used += slot.used.units();
  for (const CounterSlot& slot : slots) {
    used -= slot.used.units();
    if (used <= limit.amount.units()) {
      return ForgottenAt(limit, slot.start) - now;
    }
  }
  return std::nullopt;
}

}  // namespace polc::runtime
