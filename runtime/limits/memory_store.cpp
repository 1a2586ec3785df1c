// Counters in memory: one mutex, ordered maps. What the SQLite store does in
// tables is here to be read.
#include <map>
#include <mutex>
#include <utility>

#include "runtime/limits/counter.h"
#include "runtime/limits/store.h"

namespace polc::runtime {
namespace {

class MemoryStore : public Store {
 public:
  TakeResult Take(std::span<const Draw> draws, int64_t now,
                  TakeMode mode) override;
  bool Refund(const Receipt& receipt) override;

 private:
  using Keys = std::map<std::string, CounterSlots, std::less<>>;

  static void Forget(const LimitSpec& limit, int64_t now, CounterSlots* slots);
  static bool HasRoom(const LimitSpec& limit, int64_t now, Keys* keys);
  bool Fits(const Draw& draw, int64_t now);
  Taken Charge(const Draw& draw, int64_t now);
  Keys& KeysOf(const LimitSpec& limit) {
    return counters_[{limit.name, WindowIdentity(limit)}];
  }

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Keys> counters_;
};

void MemoryStore::Forget(const LimitSpec& limit, int64_t now,
                         CounterSlots* slots) {
  std::erase_if(*slots, [&](const CounterSlot& slot) {
    return ForgottenAt(limit, slot.start) <= now;
  });
}

bool MemoryStore::HasRoom(const LimitSpec& limit, int64_t now, Keys* keys) {
  if (keys->size() < kMaxLiveKeys) return true;
  std::erase_if(*keys, [&](const auto& entry) {
    const CounterSlots& slots = entry.second;
    return slots.empty() || ForgottenAt(limit, slots.back().start) <= now;
  });
  return keys->size() < kMaxLiveKeys;
}

bool MemoryStore::Fits(const Draw& draw, int64_t now) {
  if (draw.limit->window == Window::kConcurrent) return false;
  Keys& keys = KeysOf(*draw.limit);
  const auto entry = keys.find(draw.key);
  if (entry == keys.end()) {
    return draw.amount <= draw.limit->amount &&
           HasRoom(*draw.limit, now, &keys);
  }
  Forget(*draw.limit, now, &entry->second);
  return FitsBeside(*draw.limit, entry->second, draw.amount);
}

Taken MemoryStore::Charge(const Draw& draw, int64_t now) {
  CounterSlots& slots = KeysOf(*draw.limit)[std::string(draw.key)];
  const int64_t start = SlotToCharge(*draw.limit, slots, now);
  if (slots.empty() || slots.back().start != start) {
    slots.push_back({start, Decimal()});
  }
  // It fits, so the sum is in range.
  slots.back().used = *Add(slots.back().used, draw.amount);
  return {draw.limit->name, WindowIdentity(*draw.limit), std::string(draw.key),
          start, draw.amount};
}

TakeResult MemoryStore::Take(std::span<const Draw> draws, int64_t now,
                             TakeMode mode) {
  const std::lock_guard lock(mutex_);
  TakeResult result;
  for (size_t i = 0; i < draws.size(); ++i) {
    if (Fits(draws[i], now)) continue;
    const Keys& keys = KeysOf(*draws[i].limit);
    const auto entry = keys.find(draws[i].key);
    result.shortages.push_back(
        {i, RetryAfter(*draws[i].limit,
                       entry == keys.end() ? CounterSlots() : entry->second,
                       draws[i].amount, now)});
  }
  if (!result.shortages.empty()) {
    result.status = TakeResult::Status::kShort;
    return result;
  }
  result.status = TakeResult::Status::kTaken;
  if (mode == TakeMode::kLook) return result;
  for (const Draw& draw : draws) {
    // Nothing to count makes no counter.
    if (draw.amount == Decimal()) continue;
    result.receipt.push_back(Charge(draw, now));
  }
  return result;
}

bool MemoryStore::Refund(const Receipt& receipt) {
  const std::lock_guard lock(mutex_);
  for (const Taken& taken : receipt) {
    Keys& keys = counters_[{taken.limit, taken.window}];
    const auto entry = keys.find(taken.key);
    if (entry == keys.end()) continue;
    for (CounterSlot& slot : entry->second) {
      // A slot that is forgotten takes nothing back.
      if (slot.start != taken.start) continue;
      slot.used = *Decimal::OfUnits(slot.used.units() - taken.amount.units());
    }
  }
  return true;
}

}  // namespace

std::unique_ptr<Store> MakeMemoryStore() {
  return std::make_unique<MemoryStore>();
}

}  // namespace polc::runtime
