// Counters, marks and leases in memory: one mutex, maps. What the SQLite store
// does in tables is here to be read.
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
  using Store::Take;
  TakeResult Take(const Going& going, int64_t now, TakeMode mode) override;
  std::optional<std::vector<bool>> Held(std::span<const Marking> marks,
                                        int64_t now,
                                        std::string* error) override;
  bool Refund(const Receipt& receipt) override;
  /// Whoever took a lease here is alive as long as this is.
  bool Renew() override { return true; }

 private:
  struct Counters {
    int64_t latest = 0;         // the clock never steps back of this
    int64_t buried_before = 0;  // no older slot was left by the last burial
    std::unordered_map<std::string, CounterSlots> keys;
  };

  struct Mark {
    int64_t latest = 0;
    std::unordered_map<std::string, int64_t> until;  // by holder
  };

  Counters& CountersOf(const LimitSpec& limit) {
    return limits_[{limit.name, WindowIdentity(limit)}];
  }
  static bool HasRoom(const LimitSpec& limit, int64_t now, Counters* counters);
  CounterState Find(const Draw& draw, int64_t now);
  Taken Charge(const Draw& draw, int64_t now);
  Mark& MarkOf(const Marking& marking) {
    return marks_[{marking.mark->name, marking.mark->per}];
  }
  bool IsHeld(const Marking& marking, int64_t now);
  bool CanSet(const Marking& marking, int64_t now);
  void Set(const Marking& marking, int64_t now);

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Mark> marks_;
  std::map<int64_t, std::pair<std::string, std::string>> leases_;
  int64_t last_lease_ = 0;
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
  if (draw.limit->window == Window::kConcurrent) {
    const std::pair wanted(draw.limit->name, StoredKey(draw.key));
    state.leases = static_cast<size_t>(
        std::count_if(leases_.begin(), leases_.end(),
                      [&](const auto& one) { return one.second == wanted; }));
    return state;
  }
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
  if (draw.limit->window == Window::kConcurrent) {
    const std::string key = StoredKey(draw.key);
    leases_[++last_lease_] = {draw.limit->name, key};
    return {draw.limit->name, WindowIdentity(*draw.limit), key, last_lease_,
            draw.amount};
  }
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

bool MemoryStore::IsHeld(const Marking& marking, int64_t now) {
  const Mark& mark = MarkOf(marking);
  const auto entry = mark.until.find(StoredKey(marking.holder));
  return entry != mark.until.end() &&
         NeverBack(now, mark.latest) < entry->second;
}

// Burying all that ended is dear, and needed once a lifetime.
bool MemoryStore::CanSet(const Marking& marking, int64_t now) {
  Mark& mark = MarkOf(marking);
  if (mark.until.size() < kMaxLiveKeys ||
      mark.until.contains(StoredKey(marking.holder))) {
    return true;
  }
  mark.latest = NeverBack(now, mark.latest);
  std::erase_if(mark.until,
                [&](const auto& one) { return one.second <= mark.latest; });
  return mark.until.size() < kMaxLiveKeys;
}

void MemoryStore::Set(const Marking& marking, int64_t now) {
  Mark& mark = MarkOf(marking);
  mark.latest = NeverBack(now, mark.latest);
  int64_t& until = mark.until[StoredKey(marking.holder)];
  until = std::max(until, mark.latest + marking.mark->lifetime_seconds);
}

TakeResult MemoryStore::Take(const Going& going, int64_t now, TakeMode mode) {
  const std::lock_guard lock(mutex_);
  TakeResult result;
  for (size_t i = 0; i < going.reads.size(); ++i) {
    if (IsHeld(going.reads[i], now) != going.held[i]) {
      result.status = TakeResult::Status::kChanged;
      return result;
    }
  }
  for (size_t i = 0; i < going.draws.size(); ++i) {
    const auto shortage =
        FindShortage(going.draws, i, Find(going.draws[i], now), now);
    if (shortage) result.shortages.push_back(*shortage);
  }
  if (!result.shortages.empty()) {
    result.status = TakeResult::Status::kShort;
    return result;
  }
  for (const Marking& marking : going.sets) {
    if (mode == TakeMode::kLook || CanSet(marking, now)) continue;
    result.error = TooManyHold(*marking.mark);
    return result;
  }
  result.status = TakeResult::Status::kTaken;
  if (mode == TakeMode::kLook) return result;
  for (const Draw& draw : going.draws) {
    // Nothing to count makes no counter.
    if (draw.amount == Decimal()) continue;
    result.receipt.push_back(Charge(draw, now));
  }
  for (const Marking& marking : going.sets) Set(marking, now);
  return result;
}

std::optional<std::vector<bool>> MemoryStore::Held(
    std::span<const Marking> marks, int64_t now, std::string*) {
  const std::lock_guard lock(mutex_);
  std::vector<bool> held;
  for (const Marking& marking : marks) held.push_back(IsHeld(marking, now));
  return held;
}

bool MemoryStore::Refund(const Receipt& receipt) {
  const std::lock_guard lock(mutex_);
  for (const Taken& taken : receipt) {
    if (taken.window == WindowName(Window::kConcurrent)) {
      leases_.erase(taken.start);
      continue;
    }
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
