// Counters in memory: one mutex, maps. What the SQLite store does in tables is
// here to be read.
#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>
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
  struct Counters {
    int64_t latest = 0;         // the clock never steps back of this
    int64_t buried_before = 0;  // no older slot was left by the last burial
    std::unordered_map<std::string, CounterSlots> keys;
  };

  Counters& CountersOf(const LimitSpec& limit) {
    return limits_[{limit.name, WindowIdentity(limit)}];
  }
  static bool HasRoom(const LimitSpec& limit, int64_t now, Counters* counters);
  CounterState Find(const Draw& draw, int64_t now);
  Taken Charge(const Draw& draw, int64_t now);

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Counters> limits_;
};

void Forget(int64_t before, CounterSlots* slots) {
  std::erase_if(*slots,
                [&](const CounterSlot& slot) { return slot.start < before; });
}

// Looks through the keys only when one of them can have died since the last
// time: refusing a flood of new keys must stay cheap.
bool MemoryStore::HasRoom(const LimitSpec& limit, int64_t now,
                          Counters* counters) {
  if (counters->keys.size() < kMaxLiveKeys) return true;
  const int64_t before = ForgottenBefore(limit, now);
  if (before <= counters->buried_before) return false;
  counters->buried_before = before;
  // What is buried at an instant must not come back at an earlier one.
  counters->latest = now;
  std::erase_if(counters->keys, [&](const auto& entry) {
    return entry.second.empty() || entry.second.back().start < before;
  });
  return counters->keys.size() < kMaxLiveKeys;
}

CounterState MemoryStore::Find(const Draw& draw, int64_t now) {
  CounterState state;
  if (draw.limit->window == Window::kConcurrent) return state;
  Counters& counters = CountersOf(*draw.limit);
  state.now = NeverBack(now, counters.latest);
  const auto entry = counters.keys.find(StoredKey(draw.key));
  if (entry == counters.keys.end()) {
    state.has_room = HasRoom(*draw.limit, state.now, &counters);
    return state;
  }
  state.live = entry->second;
  Forget(ForgottenBefore(*draw.limit, state.now), &state.live);
  return state;
}

Taken MemoryStore::Charge(const Draw& draw, int64_t now) {
  Counters& counters = CountersOf(*draw.limit);
  counters.latest = NeverBack(now, counters.latest);
  Taken taken{draw.limit->name, WindowIdentity(*draw.limit),
              StoredKey(draw.key), SlotToCharge(*draw.limit, counters.latest),
              draw.amount};
  CounterSlots& slots = counters.keys[taken.key];
  Forget(ForgottenBefore(*draw.limit, counters.latest), &slots);
  if (slots.empty() || slots.back().start != taken.start) {
    slots.push_back({taken.start, Decimal()});
  }
  // It fits, so the sum is in range.
  slots.back().used = *Add(slots.back().used, draw.amount);
  return taken;
}

TakeResult MemoryStore::Take(std::span<const Draw> draws, int64_t now,
                             TakeMode mode) {
  const std::lock_guard lock(mutex_);
  TakeResult result;
  for (size_t i = 0; i < draws.size(); ++i) {
    const auto shortage = FindShortage(draws, i, Find(draws[i], now), now);
    if (shortage) result.shortages.push_back(*shortage);
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
    Counters& counters = limits_[{taken.limit, taken.window}];
    const auto entry = counters.keys.find(taken.key);
    if (entry == counters.keys.end()) continue;
    for (CounterSlot& slot : entry->second) {
      if (slot.start != taken.start) continue;
      slot.used = *Decimal::OfUnits(std::max<Decimal::Units>(
          slot.used.units() - taken.amount.units(), 0));
    }
  }
  return true;
}

}  // namespace

std::unique_ptr<Store> MakeMemoryStore() {
  return std::make_unique<MemoryStore>();
}

}  // namespace polc::runtime
