// The reference evaluator: what a policy set means, written to be obviously
// right, not fast. Native code and verifier are held to it. It is for replay,
// tests and `polc eval --engine=eval`, never for enforcement.
#ifndef POLC_COMPILER_EVAL_EVAL_H_
#define POLC_COMPILER_EVAL_EVAL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::eval {

/// A JSON value as policies see it. Object members keep their order; keys are
/// distinct (the strict reader refused anything else).
struct Value {
  ir::Kind kind = ir::Kind::kNull;  // never kMissing or kBad
  bool boolean = false;
  double number = 0;
  std::string text;                // of a string
  std::vector<Value> items;        // elements, or the values of members
  std::vector<std::string> names;  // of an object: items[i] is names[i]'s

  static Value Object();
  static Value String(std::string text);
  const Value* Find(std::string_view key) const;
};

struct Caller {
  std::string grant = "default";
  std::optional<std::string> subject;
  std::vector<std::string> roles;
  Value claims = Value::Object();
};

/// One request, read strictly beforehand.
struct Request {
  std::string server;
  std::string method = "tools/call";
  bool defined = true;  // the protocol revision defines the method
  std::optional<std::string> tool;
  std::optional<std::string> resource;
  std::optional<std::string> prompt;
  Value args = Value::Object();
  Caller caller;
  std::optional<std::string> session;
  int64_t now = 0;                 // Unix time in seconds
  std::vector<std::string> marks;  // names of those that the caller holds
};

/// What reading a field found; `value` is null for kMissing and kBad.
struct Read {
  ir::Kind kind = ir::Kind::kMissing;
  const Value* value = nullptr;
};

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

/// One part of a counter's key, its value as text.
struct ChargeKey {
  std::string name;
  std::string value;
  bool is_number = false;
};

struct Charge {
  ir::LimitId limit;
  std::vector<ChargeKey> key;
  std::string identity;  // of the key: tells "1" from 1
  Decimal amount;
  bool or_ask = false;
};

/// A vote that asks: a rule's or, without one, the policy's default's.
struct Asking {
  ir::PolicyId policy;
  ir::RuleId rule;
  bool operator==(const Asking&) const = default;
};

/// What an ask asks about; what an approval grants.
struct Grounds {
  std::vector<Asking> votes;
  std::vector<ir::LimitId> limits;  // named `else ask`, and used up
};

struct Decision {
  ir::Effect effect = ir::Effect::kDeny;
  By by = By::kDefault;
  std::string rule;   // qualified name, or empty
  std::string limit;  // of by kLimit
  std::string reason;
  std::vector<ir::RuleId> rules;  // all rules that voted the effect
  std::vector<Charge> charges;    // none if denied
  std::vector<ir::MarkId> marks;
  std::vector<std::string> roles;      // of an ask: who may approve
  int64_t within_seconds = 0;          // of an ask
  Grounds grounds;                     // of an ask
  std::optional<int64_t> retry_after;  // seconds; of by kLimit
};

/// Values of a condition on a request. `error_field`, if given, receives the
/// first field whose test was an error, in the order evaluated: operands left
/// to right, `and` stopping at the first false, `or` at the first true; of a
/// comparison its left field if that alone is an error, else its right one.
ir::Verdict Evaluate(const ir::Module& module, ir::CondId cond,
                     const Request& request,
                     ir::FieldId* error_field = nullptr);

/// The decision before counters are looked at: schema, votes, combination,
/// and the charges and marks that go with it. What people have `granted`
/// counts as allowed: votes that ask, and going out without a limit's charge.
Decision Decide(const ir::Module& module, const Request& request,
                const Grounds& granted = {});

/// True unless no request of `caller` that names this tool can be decided
/// allow or ask, by what an abstract evaluation with unknown arguments finds.
bool ToolVisible(const ir::Module& module, const std::string& server,
                 const Caller& caller, const std::string& tool);

/// What a mark is held by in `request`: its key's value. Empty if there is
/// none.
std::optional<std::string> MarkHolder(const ir::Module& module,
                                      const ir::Mark& mark,
                                      const Request& request);

/// Counters and marks in memory on a virtual clock, for replay and `polc
/// eval`.
class Counters {
 public:
  /// Takes the charges of an allowed decision at `now`, all or none. If one
  /// does not fit, `decision` becomes a denial by that limit. An ask takes
  /// nothing, but becomes a denial if a charge would not fit. If nothing but
  /// charges `else ask` do not fit, the decision is an ask without them.
  /// Concurrent limits come back at once: on a virtual clock calls take no
  /// time.
  void Settle(const ir::Module& module, int64_t now, Decision* decision);
  /// Settle, then the marks of a decision that is still to allow are set.
  void GoOut(const ir::Module& module, const Request& request,
             Decision* decision);
  /// Names of the marks that the caller of `request` holds at its instant.
  std::vector<std::string> Held(const ir::Module& module,
                                const Request& request) const;

 private:
  // What was charged in one window or, of a rolling limit, 1/60 of one.
  struct Slot {
    int64_t start = 0;
    Decimal used;
  };
  using Slots = std::vector<Slot>;            // oldest first
  using Keys = std::map<std::string, Slots>;  // by Charge::identity

  static int64_t Forgotten(const ir::Limit& limit, const Slot& slot);
  static void Forget(const ir::Limit& limit, int64_t now, Slots* slots);
  static bool HasRoom(const ir::Limit& limit, int64_t now,
                      const std::string& identity, Keys* keys);
  Keys& KeysOf(const ir::Limit& limit);
  bool Fits(const ir::Limit& limit, const Charge& charge, int64_t now);
  void Take(const ir::Limit& limit, const Charge& charge, int64_t now);
  std::optional<int64_t> RetryAfter(const ir::Limit& limit,
                                    const Charge& charge, int64_t now);

  struct Holding {
    int64_t latest = 0;                    // the clock never steps back of it
    std::map<std::string, int64_t> until;  // by holder
  };

  std::map<std::string, Keys> limits_;    // by name and window
  std::map<std::string, Holding> marks_;  // by name and key
};

/// First second of the window that holds `now`; weeks begin on Monday, UTC.
int64_t WindowStart(ir::Window window, int64_t now);
/// First second after that window.
int64_t WindowEnd(ir::Window window, int64_t now);

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_EVAL_H_
