#include "runtime/polrt/answer.h"

#include <cstdint>
#include <cstring>
#include <string>

namespace polc::runtime {
namespace {

static_assert(POL_EFFECT_DENY == static_cast<int>(Effect::kDeny) &&
              POL_EFFECT_ASK == static_cast<int>(Effect::kAsk) &&
              POL_EFFECT_ALLOW == static_cast<int>(Effect::kAllow));
static_assert(POL_BY_RULE == static_cast<int>(By::kRule) &&
              POL_BY_LIMIT == static_cast<int>(By::kLimit) &&
              POL_BY_DEFAULT == static_cast<int>(By::kDefault) &&
              POL_BY_SCHEMA == static_cast<int>(By::kSchema) &&
              POL_BY_ERROR == static_cast<int>(By::kError) &&
              POL_BY_UNCOVERED == static_cast<int>(By::kUncovered) &&
              POL_BY_APPROVAL == static_cast<int>(By::kApproval) &&
              POL_BY_MALFORMED == static_cast<int>(By::kMalformed));
static_assert(POL_PER_SECOND == static_cast<int>(Window::kSecond) &&
              POL_PER_MONTH == static_cast<int>(Window::kMonth) &&
              POL_CONCURRENT == static_cast<int>(Window::kConcurrent));

/// The caller's room, filled from its begin. Once something does not fit,
/// nothing more is written, but all of it is counted.
class Room {
 public:
  Room(void* begin, size_t size)
      : begin_(static_cast<char*>(begin)), size_(begin ? size : 0) {}

  bool fits() const { return used_ <= size_; }
  size_t used() const { return used_; }

  /// Null once it does not fit.
  void* Take(size_t bytes, size_t align) {
    const auto address = reinterpret_cast<uintptr_t>(begin_) + used_;
    used_ += (align - address % align) % align + bytes;
    return fits() ? begin_ + (used_ - bytes) : nullptr;
  }
  template <typename T>
  T* Array(size_t count) {
    return static_cast<T*>(Take(count * sizeof(T), alignof(T)));
  }
  pol_text Copy(std::string_view text) {
    void* to = Take(text.size(), 1);
    if (to == nullptr) return {};
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return {static_cast<char*>(to), text.size()};
  }

 private:
  char* begin_;
  size_t size_;
  size_t used_ = 0;
};

pol_charge ChargeOf(const Charge& charge, Room* room) {
  pol_charge out = {};
  out.limit = room->Copy(charge.limit->name);
  out.key = room->Copy(charge.identity);
  out.amount = room->Copy(charge.amount.ToString());
  out.limit_amount = room->Copy(charge.limit->amount.ToString());
  out.window = static_cast<uint8_t>(charge.limit->window);
  out.rolling = charge.limit->rolling ? 1 : 0;
  out.refunds = charge.limit->refund_on_error ? 1 : 0;
  out.or_ask = charge.or_ask ? 1 : 0;
  return out;
}

template <typename To, typename From, typename Make>
const To* Each(const std::vector<From>& from, Room* room, const Make& make) {
  if (from.empty()) return nullptr;
  To* to = room->Array<To>(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    const To one = make(from[i]);
    if (to != nullptr) to[i] = one;
  }
  return to;
}

void Clear(pol_decision* out) {
  pol_decision fresh = {};
  fresh.size = out->size;
  fresh.room = out->room;
  fresh.room_size = out->room_size;
  *out = fresh;
}

}  // namespace

void Deny(std::string_view reason, pol_decision* out) {
  Clear(out);
  out->effect = POL_EFFECT_DENY;
  out->by = POL_BY_ERROR;
  out->reason = TextOf(reason);
}

void Answer(const Decision& decision, pol_decision* out) {
  Clear(out);
  Room room(out->room, out->room_size);
  out->effect = static_cast<uint8_t>(decision.effect);
  out->by = static_cast<uint8_t>(decision.by);
  out->charges = Each<pol_charge>(
      decision.charges, &room,
      [&](const Charge& charge) { return ChargeOf(charge, &room); });
  out->charge_count = decision.charges.size();
  out->marks =
      Each<pol_mark>(decision.marks, &room, [&](const Marking& marking) {
        return pol_mark{room.Copy(marking.mark->name),
                        room.Copy(marking.holder),
                        marking.mark->lifetime_seconds};
      });
  out->mark_count = decision.marks.size();
  out->roles =
      Each<pol_text>(decision.roles, &room,
                     [&](std::string_view role) { return room.Copy(role); });
  out->role_count = decision.roles.size();
  out->within_seconds = decision.within_seconds;
  if (!decision.rule.empty()) out->rule = room.Copy(decision.rule);
  out->reason = room.Copy(decision.reason);
  const size_t needed = room.used();
  if (!room.fits()) {
    Deny("the decision has no room: see `needed`", out);
  }
  out->needed = needed;
}

}  // namespace polc::runtime
