// A decision, in full: what is answered, audited and charged.
#ifndef POLC_RUNTIME_DECISION_H_
#define POLC_RUNTIME_DECISION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/decimal.h"
#include "runtime/limits/store.h"

namespace polc::runtime {

enum class Effect : uint8_t { kDeny, kAsk, kAllow };
std::string_view EffectName(Effect effect);

enum class By : uint8_t {
  kRule,
  kLimit,
  kDefault,
  kSchema,
  kError,
  kUncovered,
  kApproval,
  kMalformed,
};
std::string_view ByName(By by);

struct ChargeKey {
  std::string_view name;  // "grant"
  std::string value;
  bool is_number = false;
};

struct Charge {
  const LimitSpec* limit = nullptr;
  std::vector<ChargeKey> key;
  std::string identity;  // of the key: tells "1" from 1
  Decimal amount;
  bool or_ask = false;
};

/// A vote that asks: a rule's or, without one, the policy's default's; both
/// by their places in the engine's manifest.
struct Asking {
  uint32_t policy = 0;
  int32_t rule = -1;
  bool operator==(const Asking&) const = default;
};

/// What an ask asks about; what an approval grants.
struct Grounds {
  std::vector<Asking> votes;
  std::vector<const LimitSpec*> limits;  // named `else ask`, and used up
};

/// Views and pointers lead into the engine that decided. One that is used
/// again, cleared, has room for what it held before.
struct Decision {
  void Clear();
  /// Another charge, or mark; what it holds is what one of before held.
  Charge& AddCharge();
  Marking& AddMark();
  void DropCharge(size_t index);

  Effect effect = Effect::kDeny;
  By by = By::kDefault;
  std::string_view rule;  // of kLimit the limit's name; empty: none
  std::string reason;
  std::vector<Charge> charges;          // none if denied
  std::vector<Marking> marks;           // that the call sets
  std::vector<std::string_view> roles;  // of an ask: who may approve
  int64_t within_seconds = 0;           // of an ask
  Grounds grounds;                      // of an ask
  std::optional<int64_t> retry_after;   // seconds; of kLimit
  std::vector<Charge> spare_charges;    // room, not part of the decision
  std::vector<Marking> spare_marks;
};

Decision Denial(By by, std::string reason);

/// {"decision", "by", "rule", "reason", "charges",
/// "retry_after", "marks"}; a rule that there is not is null.
std::string DecisionJson(const Decision& decision);

/// The list of charges alone.
void AppendCharges(const std::vector<Charge>& charges, std::string* out);

/// A decision with what it took.
struct WentOut {
  Decision decision;
  Receipt taken;                       // of an allowed call
  std::vector<std::string_view> held;  // marks that it was decided on
};

/// Takes an allowed decision's charges from `store` at `now` and sets its
/// marks, all or nothing. If a charge does not fit the decision becomes a
/// denial by its limit, or an ask if only charges `else ask` do not fit. An ask
/// takes nothing, but is denied if a charge would not fit. An unreachable store
/// denies. False if the call must be decided again: of `reads`, others are held
/// than the decision was made on.
bool Settle(Store* store, int64_t now, std::span<const Marking> reads,
            const std::vector<bool>& held, WentOut* out);
/// Settle of a decision that hangs on no mark.
Receipt Settle(Store* store, int64_t now, Decision* decision);

/// Of what `decision` took, what comes back if the server answers with an
/// error.
Receipt RefundableOnError(const Decision& decision, const Receipt& taken);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_DECISION_H_
