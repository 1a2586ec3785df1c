#include "runtime/limits/counter.h"

#include <algorithm>
#include <iterator>

#include "runtime/sha256.h"

namespace polc::runtime {
namespace {

bool SameCounter(const Draw& a, const Draw& b) {
  return a.key == b.key && a.limit->window == b.limit->window &&
         a.limit->rolling == b.limit->rolling && a.limit->name == b.limit->name;
}

/// First instant at which `amount` fits; empty if there is none.
std::optional<int64_t> FitsAt(const LimitSpec& limit, Decimal::Units amount,
                              const CounterState& state) {
  // Without a counter of its own there are too many others.
  if (state.live.empty()) return WindowEnd(limit.window, state.now);
  Decimal::Units used = amount;
  for (const CounterSlot& slot : state.live) used += slot.used.units();
  for (const CounterSlot& slot : state.live) {
    used -= slot.used.units();
    if (used <= limit.amount.units()) return ForgottenAt(limit, slot.start);
  }
  return std::nullopt;
}

}  // namespace

std::string CounterKey(std::span<const std::string> parts) {
  std::string key;
  for (const std::string& part : parts) {
    key += std::to_string(part.size()) + ":" + part;
  }
  return key;
}

std::string WindowIdentity(const LimitSpec& limit) {
  return (limit.rolling ? "rolling " : "") +
         std::string(WindowName(limit.window));
}

std::string TooManyHold(const MarkSpec& mark) {
  return "mark `" + mark.name + "` is held by too many already";
}

Receipt LeasesOf(const Receipt& taken) {
  Receipt leases;
  std::copy_if(taken.begin(), taken.end(), std::back_inserter(leases),
               [](const Taken& one) {
                 return one.window == WindowName(Window::kConcurrent);
               });
  return leases;
}

std::string StoredKey(std::string_view key) {
  const Sha256Bytes hash = Sha256(key);
  return {hash.begin(), hash.end()};
}

int64_t NeverBack(int64_t now, int64_t latest) {
  return std::max(std::clamp(now, kFirstInstant, kLastInstant), latest);
}

int64_t ForgottenAt(const LimitSpec& limit, int64_t slot_start) {
  return limit.rolling ? slot_start + SlotLength(limit.window) +
                             WindowLength(limit.window)
                       : WindowEnd(limit.window, slot_start);
}

int64_t ForgottenBefore(const LimitSpec& limit, int64_t now) {
  return limit.rolling
             ? now - SlotLength(limit.window) - WindowLength(limit.window) + 1
             : WindowStart(limit.window, now);
}

int64_t SlotToCharge(const LimitSpec& limit, int64_t now) {
  return limit.rolling ? now - now % SlotLength(limit.window)
                       : WindowStart(limit.window, now);
}

std::optional<Shortage> FindShortage(std::span<const Draw> draws, size_t index,
                                     const CounterState& state, int64_t now) {
  const Draw& draw = draws[index];
  const LimitSpec& limit = *draw.limit;
  if (draw.amount < Decimal() || draw.amount > limit.amount) {
    return Shortage{index, std::nullopt};
  }
  // Of 10^24 at most each, so sums of these are far from overflow.
  Decimal::Units amount = draw.amount.units();
  for (size_t i = 0; i < index; ++i) {
    if (SameCounter(draws[i], draw)) amount += draws[i].amount.units();
  }
  if (limit.window == Window::kConcurrent) {
    amount += Decimal::kUnit * Decimal::Units(state.leases);
    // Nobody knows when a call ends.
    if (amount > limit.amount.units()) return Shortage{index, std::nullopt};
    return std::nullopt;
  }
  if (amount > limit.amount.units()) return Shortage{index, std::nullopt};
  Decimal::Units used = amount;
  for (const CounterSlot& slot : state.live) used += slot.used.units();
  if (state.has_room && used <= limit.amount.units()) return std::nullopt;
  const std::optional<int64_t> at = FitsAt(limit, amount, state);
  if (!at) return Shortage{index, std::nullopt};
  return Shortage{index, *at - std::clamp(now, kFirstInstant, kLastInstant)};
}

}  // namespace polc::runtime
