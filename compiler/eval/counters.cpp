// Counters on a virtual clock. A clock that moves back changes no window: what
// was charged stays in the window it was charged to until that one is over.
#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "compiler/eval/eval.h"
#include "compiler/support/check.h"

namespace polc::eval {
namespace {

using ir::Window;

constexpr int64_t kSecondsADay = 86'400;
constexpr size_t kMaxLiveKeys = 100'000;

int64_t FloorTo(int64_t value, int64_t unit) {
  const int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

// Seconds of a window; of a month the most, so that a rolling one forgets
// nothing early.
int64_t Length(Window window) {
  switch (window) {
    case Window::kSecond:
      return 1;
    case Window::kMinute:
      return 60;
    case Window::kHour:
      return 3600;
    case Window::kDay:
      return kSecondsADay;
    case Window::kWeek:
      return 7 * kSecondsADay;
    case Window::kMonth:
      return 31 * kSecondsADay;
    case Window::kConcurrent:
      break;
  }
  POLC_UNREACHABLE("a concurrent limit has no window");
}

// A rolling window's sixtieth; whole seconds, as the clock.
int64_t SlotLength(Window window) { return (Length(window) + 59) / 60; }

std::chrono::year_month MonthOf(int64_t now) {
  const std::chrono::sys_days day{
      std::chrono::days(FloorTo(now, kSecondsADay) / kSecondsADay)};
  const std::chrono::year_month_day date(day);
  return date.year() / date.month();
}

int64_t FirstSecond(std::chrono::year_month month) {
  return std::chrono::sys_days(month / 1).time_since_epoch().count() *
         kSecondsADay;
}

std::string UsedUp(const ir::Limit& limit, std::optional<int64_t> retry) {
  std::string reason = "limit `" + limit.name + "` is used up";
  if (retry) reason += "; try again in " + std::to_string(*retry) + " seconds";
  return reason;
}

void DenyByLimit(const ir::Limit& limit, std::optional<int64_t> retry,
                 Decision* decision) {
  *decision = Decision();
  decision->effect = ir::Effect::kDeny;
  decision->by = By::kLimit;
  decision->limit = limit.name;
  decision->reason = UsedUp(limit, retry);
  decision->retry_after = retry;
}

}  // namespace

int64_t WindowStart(Window window, int64_t now) {
  switch (window) {
    case Window::kWeek:
      // 1970-01-01 was a Thursday: Mondays are 4 days past a multiple of 7.
      return FloorTo(now - 4 * kSecondsADay, 7 * kSecondsADay) +
             4 * kSecondsADay;
    case Window::kMonth:
      return FirstSecond(MonthOf(now));
    default:
      return FloorTo(now, Length(window));
  }
}

int64_t WindowEnd(Window window, int64_t now) {
  if (window == Window::kMonth) {
    return FirstSecond(MonthOf(now) + std::chrono::months(1));
  }
  return WindowStart(window, now) + Length(window);
}

// The first second at which `slot` counts no more.
int64_t Counters::Forgotten(const ir::Limit& limit, const Slot& slot) {
  return limit.rolling
             ? slot.start + SlotLength(limit.window) + Length(limit.window)
             : WindowEnd(limit.window, slot.start);
}

void Counters::Forget(const ir::Limit& limit, int64_t now, Slots* slots) {
  std::erase_if(
      *slots, [&](const Slot& slot) { return Forgotten(limit, slot) <= now; });
}

Counters::Keys& Counters::KeysOf(const ir::Limit& limit) {
  std::string name = limit.name + "\n" + std::string(WindowName(limit.window));
  if (limit.rolling) name += "\nrolling";
  return limits_[name];
}

bool Counters::HasRoom(const ir::Limit& limit, int64_t now,
                       const std::string& identity, Keys* keys) {
  if (keys->contains(identity) || keys->size() < kMaxLiveKeys) return true;
  std::erase_if(*keys, [&](const auto& entry) {
    return std::all_of(
        entry.second.begin(), entry.second.end(),
        [&](const Slot& slot) { return Forgotten(limit, slot) <= now; });
  });
  return keys->size() < kMaxLiveKeys;
}

bool Counters::Fits(const ir::Limit& limit, const Charge& charge, int64_t now) {
  if (charge.amount > limit.amount) return false;
  if (limit.window == Window::kConcurrent) return true;
  Keys& keys = KeysOf(limit);
  if (!HasRoom(limit, now, charge.identity, &keys)) return false;
  const auto entry = keys.find(charge.identity);
  if (entry == keys.end()) return true;
  Forget(limit, now, &entry->second);
  std::optional<Decimal> used = charge.amount;
  for (const Slot& slot : entry->second) {
    used = used ? Add(*used, slot.used) : std::nullopt;
  }
  return used && *used <= limit.amount;
}

void Counters::Take(const ir::Limit& limit, const Charge& charge, int64_t now) {
  if (limit.window == Window::kConcurrent || charge.amount == Decimal()) {
    return;
  }
  int64_t start = limit.rolling ? FloorTo(now, SlotLength(limit.window))
                                : WindowStart(limit.window, now);
  Slots& slots = KeysOf(limit)[charge.identity];
  // The clock may have moved back; the window does not.
  if (!slots.empty()) start = std::max(start, slots.back().start);
  if (slots.empty() || slots.back().start != start) {
    slots.push_back({start, Decimal()});
  }
  // It fits, so the sum is within the limit's amount.
  slots.back().used = *Add(slots.back().used, charge.amount);
}

// Seconds until enough is forgotten; empty if it can never fit.
std::optional<int64_t> Counters::RetryAfter(const ir::Limit& limit,
                                            const Charge& charge, int64_t now) {
  if (charge.amount > limit.amount || limit.window == Window::kConcurrent) {
    return std::nullopt;
  }
  const Keys& keys = KeysOf(limit);
  const auto entry = keys.find(charge.identity);
  if (entry == keys.end() || entry->second.empty()) {
    return WindowEnd(limit.window, now) - now;  // too many live keys
  }
  const Slots& slots = entry->second;
  Decimal::Units used = charge.amount.units();
  for (const Slot& slot : slots) used += slot.used.units();
  for (const Slot& slot : slots) {
    used -= slot.used.units();
    if (used <= limit.amount.units()) return Forgotten(limit, slot) - now;
  }
  return std::nullopt;
}

void Counters::Settle(const ir::Module& module, int64_t now,
                      Decision* decision) {
  if (decision->effect == ir::Effect::kDeny) return;
  std::vector<Charge> fitting;
  std::vector<ir::LimitId> asking;
  std::optional<Charge> soft;
  for (const Charge& charge : decision->charges) {
    const ir::Limit& limit = module.limit(charge.limit);
    if (Fits(limit, charge, now)) {
      fitting.push_back(charge);
    } else if (charge.or_ask) {
      asking.push_back(charge.limit);
      if (!soft) soft = charge;
    } else {
      DenyByLimit(limit, RetryAfter(limit, charge, now), decision);
      return;
    }
  }
  decision->charges = fitting;
  decision->grounds.limits = asking;
  if (soft && decision->effect == ir::Effect::kAllow) {
    const ir::Limit& limit = module.limit(soft->limit);
    decision->effect = ir::Effect::kAsk;
    decision->by = By::kLimit;
    decision->limit = limit.name;
    decision->retry_after = RetryAfter(limit, *soft, now);
    decision->reason = UsedUp(limit, decision->retry_after);
    decision->within_seconds = ir::Rule().within_seconds;
  }
  if (decision->effect == ir::Effect::kAsk) return;
  for (const Charge& charge : fitting) {
    Take(module.limit(charge.limit), charge, now);
  }
}

}  // namespace polc::eval
