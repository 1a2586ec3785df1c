// The decision IR: what a policy set means, once, for the three engines that
// read it (the reference evaluator, native code, the verifier).
//
//   fields      the paths that anything reads
//   languages   regular sets of strings, by how they were written
//   terms       numbers and texts computed from fields, a DAG
//   conditions  three-valued (Kleene) formulas over tests of fields, a DAG
//   rules, policies, limits, marks, schemas   what conditions guard
//
// Everything that can be an error at run time is in the *tests*: each says,
// for every kind that its field's value may have, whether it is true, false,
// an error, or needs a look at the value. `has`, `is null`, `??`, typed
// comparisons, targets and JSON Schema's types are all such tables, so an
// engine that gets the table right gets absence and errors right everywhere.
// docs/ir.md describes the text form.
#ifndef POLC_COMPILER_IR_IR_H_
#define POLC_COMPILER_IR_IR_H_

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/source/source.h"
#include "compiler/support/decimal.h"
#include "compiler/support/ids.h"
#include "compiler/zones/zone.h"

namespace polc::ir {

using FieldId = Id<struct FieldTag>;
using LangId = Id<struct LangTag>;
using ZoneId = Id<struct ZoneTag>;
using TermId = Id<struct TermTag>;
using CondId = Id<struct CondTag>;
using RuleId = Id<struct RuleTag>;
using PolicyId = Id<struct PolicyTag>;
using LimitId = Id<struct LimitTag>;
using MarkId = Id<struct MarkTag>;

// ---- fields ----------------------------------------------------------------

/// Where a path begins.
enum class Root : uint8_t {
  kArgs,      // an object: `params.arguments` and its like, {} when missing
  kClaims,    // caller.claims, an object
  kGrant,     // caller.grant, a string
  kSubject,   // caller.subject, a string; missing if nobody is known
  kRoles,     // caller.roles, a list of strings
  kServer,    // the operator's name of the server, a string
  kSession,   // a string; reading it without a session is an error (kBad)
  kMethod,    // the JSON-RPC method, a string
  kTool,      // the tool's name; missing unless the method is tools/call
  kResource,  // the URI; missing unless the request names a resource
  kPrompt,    // the prompt's name; missing unless the request names one
  kDefined,   // a bool: the negotiated protocol revision defines the method
  kMarks,     // an object: `true` under the name of each mark that is held
  kElement,   // the element of the innermost enclosing kAll
};
inline constexpr int kRootCount = 14;
std::string_view RootName(Root root);

/// `.member` or, when index >= 0, `[index]`.
struct Step {
  std::string member;
  int32_t index = -1;
  auto operator<=>(const Step&) const = default;
};

struct Field {
  Root root = Root::kArgs;
  std::vector<Step> steps;
  auto operator<=>(const Field&) const = default;
};

/// `args.a["odd key"][0]`, as a person would write it; `it` is the element.
std::string FieldName(const Field& field);

/// What reading a field may find.
enum class Kind : uint8_t {
  kMissing,  // no such member, past a list's end, or a parent is absent
  kNull,     // an explicit null
  kBool,
  kNumber,
  kBigInt,  // an integer written so that readers disagree about its value
  kString,
  kList,
  kObject,
  kBad,  // a step through what is neither object (list, for an index) nor
         // absent
};
inline constexpr int kKindCount = 9;
std::string_view KindName(Kind kind);

// ---- languages -------------------------------------------------------------

/// How a regular set of strings was written. The evaluator reads this; native
/// code and verifier read the automata made from it (ir/languages.h).
enum class LangKind : uint8_t {
  kAny,          // every string
  kSet,          // texts
  kGlob,         // texts[0]
  kMatches,      // texts[0], a regex, the whole string
  kFinds,        // texts[0], a regex, anywhere
  kPrefix,       // texts[0]
  kSuffix,       // texts[0]
  kContains,     // texts[0]
  kPath,         // every string that path() accepts
  kPathUnder,    // valid paths at or below texts[0]
  kPathSegment,  // strings that are one segment of a path as they stand
  kUrl,          // every string that url() accepts
  kUrlScheme,    // valid URLs whose scheme is in operands[0]
  kUrlHost,
  kUrlPath,
  kUrlQuery,
  kUrlPort,  // valid URLs whose port is in lo..hi
  kIp,       // addresses in their one spelling (automata/ip.h)
  kCidr,     // of these, in the network texts[0]
  kNot,      // strings outside operands[0]
  kAnd,      // of operands
  kOr,
};
inline constexpr int kLangKindCount = 22;
std::string_view LangKindName(LangKind kind);

struct Lang {
  LangKind kind = LangKind::kAny;
  std::vector<std::string> texts;  // of kSet: sorted, distinct
  std::vector<LangId> operands;
  int32_t lo = 0;  // of kUrlPort
  int32_t hi = 0;
  /// `ignoring case`, of the kinds that have texts but kPathUnder: simple
  /// Unicode case folding of every literal and class.
  bool fold = false;
  auto operator<=>(const Lang&) const = default;
};
/// The kinds that `fold` may stand on.
bool CanFold(LangKind kind);

// ---- terms -----------------------------------------------------------------

/// A number or a text computed from one request, or an error.
enum class TermKind : uint8_t {
  // Numbers.
  kConstant,  // value
  kNumber,    // field, a number, as it is
  kLength,    // field, a string: its code points
  kSize,      // field, a list: its elements
  kPort,      // field, a URL: its port
  kTime,      // field, a string of RFC 3339: Unix time in seconds
  kNow,       // the request's Unix time in seconds
  kHour,      // 0 to 23, of now in `zone`
  kMinute,    // 0 to 59
  kWeekday,   // 0 (Monday) to 6
  kDate,      // days since 1970-01-01
  kAdd,       // operands[0], operands[1]
  kSubtract,
  kMultiply,
  kNegate,  // operands[0]
  // Texts.
  kText,    // field, a string, as it is
  kScheme,  // field, a URL: its part, canonical
  kHost,
  kPath,
  kQuery,
};
inline constexpr int kTermKindCount = 20;
std::string_view TermKindName(TermKind kind);
bool ReadsField(TermKind kind);
bool ReadsZone(TermKind kind);
bool IsText(TermKind kind);

/// Operands of arithmetic, and its results, are below 10^15 with at most nine
/// decimal places, else an error. A number that is only compared need not be:
/// comparison is of what was written.
struct Term {
  TermKind kind = TermKind::kConstant;
  Decimal value;  // of kConstant
  FieldId field;
  ZoneId zone;
  /// What the term is when the field is absent; without, that is an error.
  std::optional<Decimal> if_absent;           // of numbers
  std::optional<std::string> if_absent_text;  // of texts
  std::vector<TermId> operands;  // each id is smaller than this term's own
  auto operator<=>(const Term&) const = default;
};

/// How many terms one may be made of, shared ones counted as often as they
/// are used; engines that recurse or keep a stack rely on it.
inline constexpr int kMaxTermSize = 256;

// ---- tests -----------------------------------------------------------------

enum class Verdict : uint8_t { kFalse, kTrue, kError };
Verdict Not(Verdict v);
Verdict And(Verdict a, Verdict b);  // Kleene
Verdict Or(Verdict a, Verdict b);
std::string_view VerdictName(Verdict v);

enum class Outcome : uint8_t { kFalse, kTrue, kError, kTest };

/// What `Outcome::kTest` looks at.
enum class TestKind : uint8_t {
  kNone,    // the kind says it all
  kString,  // of a string: in `language`; an error outside `domain`
  kNumber,  // of a number: in one of `intervals` (and whole, if `integral`)
  kBool,    // of a bool: true
  kLength,  // of a string: code points in lo..hi
  kSize,    // of a list: elements in lo..hi
  kOnly,    // of an object: no member outside `keys`
};
std::string_view TestKindName(TestKind kind);

struct Interval {
  double lo = -std::numeric_limits<double>::infinity();
  double hi = std::numeric_limits<double>::infinity();
  bool lo_open = false;
  bool hi_open = false;
  auto operator<=>(const Interval&) const = default;
};

/// The members of `Test` that its kind does not name are left default.
struct Test {
  TestKind kind = TestKind::kNone;
  LangId language;
  LangId domain;                    // invalid: every string
  uint32_t max_bytes = 0;           // a longer string is an error; 0: no bound
  std::vector<Interval> intervals;  // sorted, disjoint
  bool integral = false;
  uint64_t lo = 0;
  uint64_t hi = std::numeric_limits<uint64_t>::max();
  std::vector<std::string> keys;  // sorted, distinct
  auto operator<=>(const Test&) const = default;
};

using Outcomes = std::array<Outcome, kKindCount>;

/// `fill` for every kind; then change entries by `[static_cast<int>(kind)]`.
Outcomes AllOutcomes(Outcome fill);

// ---- conditions ------------------------------------------------------------

enum class CondKind : uint8_t {
  kConst,      // verdict
  kTest,       // field, on, test
  kCompare,    // field, other, op: two fields
  kCalculate,  // left, calculation; right, test.intervals or field
  kNot,        // operands[0]
  kAnd,        // operands, two or more; Kleene, order does not matter
  kOr,
  kAll,  // field, on; of a list: Kleene-and of operands[0] over its elements
};

/// Of two present values of one type (string, number, bool; numbers for the
/// orders); anything else is an error. An error is `other`'s unless `field` is
/// one whatever `other` is.
enum class CompareOp : uint8_t {
  kEqual,
  kLess,
  kLessEqual,
  // field is a path at or below `prefix`/(other as one literal segment)
  kUnderJoin,
  // field equals an element of the list `other`: Kleene's `or` over them
  kMember,
};
inline constexpr int kCompareOpCount = 5;
std::string_view CompareOpName(CompareOp op);

/// What a kCalculate asks of its terms. An error is the left term's, else the
/// right one's (the list's). A term's is that of the first operand that is one,
/// else of the first that arithmetic cannot take, else, if only the result is
/// out of range, of its first field.
enum class Calculation : uint8_t {
  kEqual,  // left == right: two numbers or two texts
  kLess,   // left < right: two numbers
  kLessEqual,
  kIn,      // left, a number, is in test.intervals
  kMember,  // left equals an element of the list `field`: `or` over them
};
inline constexpr int kCalculationCount = 5;
std::string_view CalculationName(Calculation op);

/// How deep a condition may nest; engines that recurse rely on it.
inline constexpr int kMaxCondDepth = 2000;

struct Cond {
  CondKind kind = CondKind::kConst;
  Verdict verdict = Verdict::kTrue;
  FieldId field;
  FieldId other;
  CompareOp op = CompareOp::kEqual;
  std::string prefix;  // of kUnderJoin
  Calculation calculation = Calculation::kEqual;
  TermId left;
  TermId right;
  Outcomes on = {};  // of kTest; of kAll for kinds other than kList
  Test test;
  std::vector<CondId> operands;  // each id is smaller than this node's own
  auto operator<=>(const Cond&) const = default;
};

// ---- limits and marks ------------------------------------------------------

enum class Window : uint8_t {
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kConcurrent,
};
std::string_view WindowName(Window window);

/// One part of a counter's key. `name` is what the user wrote ("grant",
/// "args.repo") and appears in decisions.
struct Key {
  std::string name;
  FieldId field;
  auto operator<=>(const Key&) const = default;
};

struct Limit {
  std::string name;  // "ecs.scans": module, then name
  Decimal amount;
  Window window = Window::kMinute;
  bool rolling = false;
  std::vector<Key> keys;
  TermId cost;  // a number; the constant 1 when not written
  bool refund_on_error = false;
  CondId on;                       // invalid: charged by rules only
  std::vector<PolicyId> policies;  // it counts if one of them covers the server
  source::Range range;
};

struct Mark {
  std::string name;
  Key key;
  int64_t lifetime_seconds = 0;
  CondId on;
  std::vector<PolicyId> policies;
  source::Range range;
};

// ---- rules and policies ----------------------------------------------------

enum class Effect : uint8_t { kDeny, kAsk, kAllow };
std::string_view EffectName(Effect effect);
enum class DefaultEffect : uint8_t { kDeny, kAsk, kAllow, kNone };
std::string_view DefaultEffectName(DefaultEffect effect);

/// A piece of a reason: literal text, or the value of a field.
struct TextPart {
  std::string literal;
  FieldId field;  // valid: interpolated
  auto operator<=>(const TextPart&) const = default;
};

struct Charge {
  LimitId limit;
  bool or_ask = false;
  auto operator<=>(const Charge&) const = default;
};

struct Rule {
  std::string name;  // "ecs.writes": policy, then rule
  PolicyId policy;
  Effect effect = Effect::kDeny;
  CondId target;                 // never an error
  CondId guard;                  // target and `when`
  std::vector<TextPart> reason;  // empty: none written
  std::vector<Charge> charges;
  std::vector<std::string> roles;  // who may approve; empty: anyone else
  int64_t within_seconds = 600;
  std::vector<FieldId> redact;
  source::Range range;       // of the declaration
  source::Range when_range;  // of its condition, else invalid
};

struct Policy {
  std::string name;
  std::vector<std::string> servers;  // empty: all
  std::vector<RuleId> rules;  // in the order tried: denies, then the others
  DefaultEffect default_effect = DefaultEffect::kDeny;
  source::Range range;
};

// ---- schemas ---------------------------------------------------------------

/// One demand of a tool's input schema, e.g. that args.port is an integer.
struct Demand {
  std::string path;  // "args.port"
  std::string what;  // "must be an integer": for reasons and findings
  CondId cond;       // holds if true; false and error are both "not accepted"
  auto operator<=>(const Demand&) const = default;
};

/// What one tool demands, or several do: copies share their demands, so equal
/// lists can be told by their identity if who made them saw to it (demands.h).
class DemandList {
 public:
  DemandList() = default;
  explicit DemandList(std::vector<Demand> demands)
      : all_(std::make_shared<const std::vector<Demand>>(std::move(demands))) {}

  const Demand* begin() const { return all_ ? all_->data() : nullptr; }
  const Demand* end() const { return begin() + size(); }
  size_t size() const { return all_ ? all_->size() : 0; }
  bool empty() const { return size() == 0; }
  const Demand& operator[](size_t i) const { return (*all_)[i]; }

 private:
  std::shared_ptr<const std::vector<Demand>> all_;  // null: none
};

struct ToolSchema {
  std::string tool;
  DemandList demands;
};

/// A catalog: the tools that its servers have. When enforced, a call of any
/// other tool, or one that a demand refuses, is denied (`by: "schema"`).
struct Schema {
  std::string path;                  // of the catalog file
  std::vector<std::string> servers;  // of the policy that names it; empty: all
  bool advisory = false;
  std::vector<ToolSchema> tools;  // sorted by name
  source::Range range;
};

// ---- assertions ------------------------------------------------------------

struct Assertion {
  std::string name;     // "ecs.no_silent_delete"
  bool always = false;  // else never
  Effect effect = Effect::kAllow;
  CondId target;
  CondId when;  // true when not written; an error counts as inside
  source::Range range;
};

/// `assert NAME: at most amount EFFECT per window [per keys] ...`.
struct Bound {
  std::string name;
  Decimal amount;  // whole
  Effect effect = Effect::kAllow;
  Window window = Window::kMinute;
  bool in_any = false;  // of every interval of that length, not the clock's
  std::vector<Key> keys;
  CondId target;
  CondId when;
  source::Range range;
};

/// `assert NAME: never EFFECT target when after target when`.
struct Flow {
  std::string name;
  Effect effect = Effect::kAllow;
  CondId target;
  CondId when;
  CondId after_target;
  CondId after_when;
  source::Range range;
};

/// `assert NAME: same as "other" on target when`: another set, in files of its
/// own, decides the same there.
struct Same {
  std::string name;
  std::string other;  // a path from the file of `range`, as written
  CondId target;
  CondId when;
  source::Range range;
};

// ---- the module ------------------------------------------------------------

struct Module {
  std::string digest;  // SHA-256 of the set, hex
  std::vector<Field> fields;
  std::vector<Lang> langs;
  std::vector<zones::Zone> zones;
  std::vector<Term> terms;
  std::vector<Cond> conds;
  std::vector<Limit> limits;
  std::vector<Mark> marks;
  std::vector<Rule> rules;
  std::vector<Policy> policies;
  std::vector<Schema> schemas;
  std::vector<Assertion> assertions;
  std::vector<Bound> bounds;
  std::vector<Flow> flows;
  std::vector<Same> sames;

  const Field& field(FieldId id) const { return fields[id.value()]; }
  const Lang& lang(LangId id) const { return langs[id.value()]; }
  const zones::Zone& zone(ZoneId id) const { return zones[id.value()]; }
  const Term& term(TermId id) const { return terms[id.value()]; }
  const Cond& cond(CondId id) const { return conds[id.value()]; }
  const Limit& limit(LimitId id) const { return limits[id.value()]; }
  const Mark& mark(MarkId id) const { return marks[id.value()]; }
  const Rule& rule(RuleId id) const { return rules[id.value()]; }
  const Policy& policy(PolicyId id) const { return policies[id.value()]; }
};

/// Calls `use` for `term` and all it is made of, operands first, left to right;
/// shared terms as often as they are used.
template <typename F>
void EachTerm(const Module& module, TermId term, const F& use) {
  for (const TermId operand : module.term(term).operands) {
    EachTerm(module, operand, use);
  }
  use(module.term(term));
}

/// Calls `use` for each field that the condition reads itself, in the order in
/// which errors are looked for; not for those of its operands.
template <typename F>
void EachField(const Module& module, const Cond& cond, const F& use) {
  for (const TermId side : {cond.left, cond.right}) {
    if (!side.valid()) continue;
    EachTerm(module, side, [&](const Term& term) {
      if (term.field.valid()) use(term.field);
    });
  }
  if (cond.field.valid()) use(cond.field);
  if (cond.other.valid()) use(cond.other);
}

/// True if the condition itself asks for the time.
bool ReadsNow(const Module& module, const Cond& cond);

/// True if `policy` votes on requests to `server`.
bool Covers(const Policy& policy, std::string_view server);

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_IR_H_
