#include "runtime/decision.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "runtime/text.h"

namespace polc::runtime {
namespace {

// Of an ask whose rule does not say.
constexpr int64_t kDefaultWithin = 600;

void AppendName(std::string_view name, std::string_view value,
                std::string* out) {
  *out += '"';
  *out += name;
  *out += "\":\"";
  *out += value;
  *out += '"';
}

std::string UsedUp(const LimitSpec& limit, std::optional<int64_t> retry) {
  std::string reason = "limit `" + limit.name + "` is used up";
  if (retry) reason += "; try again in " + std::to_string(*retry) + " seconds";
  return reason;
}

void BecomeByLimit(const LimitSpec& limit, const Shortage& shortage,
                   Decision* decision) {
  decision->by = By::kLimit;
  decision->rule = limit.name;
  decision->retry_after = shortage.retry_after;
  decision->reason = UsedUp(limit, shortage.retry_after);
}

void ApplyShortages(const std::vector<Shortage>& shortages,
                    Decision* decision) {
  const auto hard = std::find_if(
      shortages.begin(), shortages.end(),
      [&](const auto& one) { return !decision->charges[one.draw].or_ask; });
  if (hard != shortages.end()) {
    const LimitSpec& limit = *decision->charges[hard->draw].limit;
    *decision = Decision();
    return BecomeByLimit(limit, *hard, decision);
  }
  if (decision->effect == Effect::kAllow) {
    decision->effect = Effect::kAsk;
    decision->within_seconds = kDefaultWithin;
    const Shortage& first = shortages.front();
    BecomeByLimit(*decision->charges[first.draw].limit, first, decision);
  }
  for (const Shortage& shortage : shortages) {
    decision->grounds.limits.push_back(decision->charges[shortage.draw].limit);
  }
  for (auto it = shortages.rbegin(); it != shortages.rend(); ++it) {
    decision->charges.erase(decision->charges.begin() +
                            static_cast<ptrdiff_t>(it->draw));
  }
}

}  // namespace

std::string_view EffectName(Effect effect) {
  constexpr std::array<std::string_view, 3> kNames = {"deny", "ask", "allow"};
  return kNames[static_cast<size_t>(effect)];
}

std::string_view ByName(By by) {
  constexpr std::array<std::string_view, 8> kNames = {
      "rule",  "limit",     "default",  "schema",
      "error", "uncovered", "approval", "malformed"};
  return kNames[static_cast<size_t>(by)];
}

namespace {

/// The first on top, so that each serves again for what it served for.
template <typename T>
[[gnu::noinline]] void Spare(std::vector<T>* list, std::vector<T>* spare) {
  std::move(list->rbegin(), list->rend(), std::back_inserter(*spare));
  list->clear();
}

}  // namespace

[[gnu::hot]] void Decision::Clear() {
  effect = Effect::kDeny;
  by = By::kDefault;
  rule = {};
  reason.clear();
  if (!charges.empty()) Spare(&charges, &spare_charges);
  if (!marks.empty()) Spare(&marks, &spare_marks);
  roles.clear();
  within_seconds = 0;
  grounds.votes.clear();
  grounds.limits.clear();
  retry_after.reset();
}

namespace {

template <typename T>
T& Again(std::vector<T>* spare, std::vector<T>* list) {
  if (spare->empty()) {
    spare->reserve(list->size() + 1);  // for when it is cleared
    return list->emplace_back();
  }
  list->push_back(std::move(spare->back()));
  spare->pop_back();
  return list->back();
}

}  // namespace

Charge& Decision::AddCharge() { return Again(&spare_charges, &charges); }
Marking& Decision::AddMark() { return Again(&spare_marks, &marks); }

void Decision::DropCharge(size_t index) {
  spare_charges.push_back(std::move(charges[index]));
  charges.erase(charges.begin() + static_cast<ptrdiff_t>(index));
}

Decision Denial(By by, std::string reason) {
  Decision decision;
  decision.by = by;
  decision.reason = std::move(reason);
  return decision;
}

void AppendCharges(const std::vector<Charge>& charges, std::string* out) {
  *out += '[';
  for (const Charge& charge : charges) {
    if (&charge != charges.data()) *out += ',';
    *out += "{\"limit\":";
    AppendJsonString(charge.limit->name, out);
    *out += ",\"key\":{";
    for (const ChargeKey& key : charge.key) {
      if (&key != charge.key.data()) *out += ',';
      AppendJsonString(key.name, out);
      *out += ':';
      if (key.is_number) {
        *out += key.value;
      } else {
        AppendJsonString(key.value, out);
      }
    }
    *out += "},\"amount\":" + charge.amount.ToString() + "}";
  }
  *out += ']';
}

std::string DecisionJson(const Decision& decision) {
  std::string out = "{";
  AppendName("decision", EffectName(decision.effect), &out);
  out += ',';
  AppendName("by", ByName(decision.by), &out);
  out += ",\"rule\":";
  if (decision.rule.empty()) {
    out += "null";
  } else {
    AppendJsonString(decision.rule, &out);
  }
  out += ",\"reason\":";
  AppendJsonString(decision.reason, &out);
  out += ",\"charges\":";
  AppendCharges(decision.charges, &out);
  out += ",\"retry_after\":";
  out += decision.retry_after ? std::to_string(*decision.retry_after) : "null";
  out += ",\"marks\":[";
  for (const Marking& marking : decision.marks) {
    if (out.back() != '[') out += ',';
    AppendJsonString(marking.mark->name, &out);
  }
  return out + "]}";
}

bool Settle(Store* store, int64_t now, std::span<const Marking> reads,
            const std::vector<bool>& held, WentOut* out) {
  Decision* decision = &out->decision;
  if (decision->effect == Effect::kDeny) return true;
  // Where nothing is taken or set, what was read is all that there is to it.
  const bool is_allowed = decision->effect == Effect::kAllow;
  if (decision->charges.empty() && (!is_allowed || decision->marks.empty())) {
    return true;
  }
  std::vector<Draw> draws;
  draws.reserve(decision->charges.size());
  for (const Charge& charge : decision->charges) {
    draws.push_back({charge.limit, charge.identity, charge.amount});
  }
  TakeResult result =
      store->Take({draws, decision->marks, reads, held}, now,
                  is_allowed ? TakeMode::kTake : TakeMode::kLook);
  switch (result.status) {
    case TakeResult::Status::kChanged:
      return false;
    case TakeResult::Status::kUnavailable:
      *decision = Denial(By::kError,
                         "the state that limits are counted in "
                         "can't be reached: " +
                             result.error);
      break;
    case TakeResult::Status::kShort:
      ApplyShortages(result.shortages, decision);
      break;
    case TakeResult::Status::kTaken:
      break;
  }
  out->taken = std::move(result.receipt);
  return true;
}

Receipt Settle(Store* store, int64_t now, Decision* decision) {
  WentOut out{std::move(*decision), {}, {}};
  (void)Settle(store, now, {}, {}, &out);
  *decision = std::move(out.decision);
  return std::move(out.taken);
}

Receipt RefundableOnError(const Decision& decision, const Receipt& taken) {
  Receipt out;
  std::copy_if(taken.begin(), taken.end(), std::back_inserter(out),
               [&](const Taken& one) {
                 return std::any_of(decision.charges.begin(),
                                    decision.charges.end(),
                                    [&](const Charge& charge) {
                                      return charge.limit->refund_on_error &&
                                             charge.limit->name == one.limit;
                                    });
               });
  return out;
}

}  // namespace polc::runtime
