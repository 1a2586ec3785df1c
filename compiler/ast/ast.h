// The syntax tree of a Pol file: plain data, no behaviour. The parser makes it
// (compiler/syntax), sema annotates and checks it, lower reads it.
//
// An expression is one struct with a kind, not a class hierarchy: printing,
// comparing, walking and substituting predicates each are one switch. `and`
// and `or` hold all their operands flat, so a condition of 100,000 terms is
// one node deep.
#ifndef POLC_COMPILER_AST_AST_H_
#define POLC_COMPILER_AST_AST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/source/source.h"

namespace polc::ast {

using source::Range;

/// A name as written, with its place. `text` is unquoted.
struct Name {
  std::string text;
  Range range;
};

enum class ExprKind : uint8_t {
#define POLC_EXPR(name, spelling) k##name,
#include "compiler/ast/expr_kind.def"
};

/// One step of a path: `.name`, `["name"]` or `[3]`.
struct Step {
  std::string member;  // when index < 0
  int64_t index = -1;
  Range range;
};

/// What a value or expression is known to be; set by sema. kAny: only the
/// request can tell (an argument without a catalog).
enum class Type : uint8_t {
  kUnresolved,  // sema has not seen it, or has reported an error in it
  kAny,
  kCondition,  // true, false or error
  kBool,
  kNumber,
  kString,
  kList,
  kObject,
  kInstant,  // now, time("...")
  kZoned,    // now in zone "..."
  kWeekday,  // of a zoned time; written as a string
  kDate,     // likewise
  kPath,     // path(s)
  kUrl,      // url(s)
  kIp,       // ip(...)
  kSet,      // of strings or numbers
};

/// What a name in an expression stands for; set by sema.
enum class Ref : uint8_t {
  kNone,
  kRoot,       // args, caller, server, session, now: the request
  kVariable,   // of the enclosing `any` or `all`
  kParameter,  // of the predicate; symbol is its position
  kSet,        // symbol: index of the set in the program
  kPredicate,  // of a call; symbol: index of the predicate in the program
  kFunction,   // of a call: path, url, length, ...
  kMark,       // of a call of `marked`; symbol: index of the mark
};

struct Expr {
  ExprKind kind = ExprKind::kBool;
  Range range;
  /// Name of a root, predicate, function, quantified variable or member; the
  /// value of a string literal; the digits of a number as written.
  std::string text;
  /// Value of a number or index literal; 0 or 1 of a bool.
  double number = 0;
  /// `not` of `not in`, `not like`, `not matches`, `not finds`.
  bool negated = false;
  /// `ignoring case`.
  bool ignoring_case = false;
  std::vector<Step> steps;     // of a path
  std::vector<Expr> operands;  // in the order written

  // Annotations of sema.
  Type type = Type::kUnresolved;
  Ref ref = Ref::kNone;
  int32_t symbol = -1;
};

// ---- targets -------------------------------------------------------------

enum class TargetKind : uint8_t {
  kNone,  // every request of a method that the protocol revision defines
  kClass,
  kTool,      // patterns: `*`, `?`, `\`
  kResource,  // exact URIs
  kResourceUnder,
  kPrompt,
  kMethod,
};

struct Target {
  TargetKind kind = TargetKind::kNone;
  std::vector<Name> names;  // one class (`n.c` allowed), or several patterns
  Range range;
};

// ---- rules ---------------------------------------------------------------

enum class Effect : uint8_t { kDeny, kAsk, kAllow };
enum class DefaultEffect : uint8_t { kDeny, kAsk, kAllow, kNone };

/// A duration, in seconds.
struct Duration {
  int64_t seconds = 0;
  Range range;
};

struct Charge {
  Name limit;
  bool or_ask = false;  // `(L else ask)`
};

struct Rule {
  Effect effect = Effect::kDeny;
  Name name;
  std::optional<Name> reason;  // the text between quotes, escapes resolved
  Target target;
  std::optional<Target> except;
  std::optional<Expr> when;
  std::vector<Charge> charges;
  std::vector<Name> roles;
  std::optional<Duration> within;
  std::vector<Expr> redact;  // paths
};

struct DefaultDecl {
  DefaultEffect effect = DefaultEffect::kDeny;
};

// ---- declarations --------------------------------------------------------

struct Header {  // `policy NAME for server ...;` or `module NAME;`
  bool is_policy = false;
  Name name;
  std::vector<Name> servers;
};

struct Import {
  Name path;  // "std.aws.ecs" or a file's path
  bool is_file = false;
  std::optional<Name> alias;
};

struct Catalog {
  Name path;
  bool advisory = false;
};

struct SetDecl {
  Name name;
  Expr value;                     // a set expression
  std::optional<Name> from_file;  // `file "ids.txt"`: then `value` is unused
};

struct Predicate {
  Name name;
  std::vector<Name> parameters;
  Expr body;
};

struct ClassMember {
  Target target;
  std::optional<Expr> when;
};

struct ClassDecl {
  Name name;
  std::vector<ClassMember> members;
};

enum class Window : uint8_t {
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kConcurrent,
};

/// What a limit or mark counts by: `grant`, `subject`, `session`, `server`,
/// `tool`, or one argument.
struct Key {
  Expr expr;  // a kPath; the one-word keys are paths with that root, no steps
};

struct LimitDecl {
  Name name;
  Expr amount;  // a number literal
  Window window = Window::kMinute;
  std::vector<Key> keys;
  std::optional<Expr> cost;
  bool rolling = false;
  bool has_on = false;
  Target on;
  std::optional<Expr> when;
  bool refund_on_error = false;
};

struct MarkDecl {
  Name name;
  Key key;
  Duration lifetime;
  Target on;
  std::optional<Expr> when;
};

// ---- assertions and tests ------------------------------------------------

enum class AssertKind : uint8_t {
  kNever,
  kAlways,
  kAtMost,
  kNeverAfter,
  kSame
};

struct Assert {
  Name name;
  AssertKind kind = AssertKind::kNever;
  Effect effect = Effect::kAllow;
  Target target;
  std::optional<Expr> when;
  // at most N EFFECT per WINDOW [per KEY]
  std::optional<Expr> bound;
  Window window = Window::kMinute;
  bool any_window = false;  // `in any minute`
  std::vector<Key> keys;
  // never ... after TARGET [when EXPR]
  Target after;
  std::optional<Expr> after_when;
  // same as "other"
  std::optional<Name> other;
};

enum class TestStepKind : uint8_t {
  kAs,     // `grant`, `subject`, `roles`, `session` in `words`
  kAt,     // at time("...")
  kAfter,  // after 61 seconds
  kCall,   // call TOOL JSON times N
  kRead,   // read "uri"
  kApprove,
  kReject,
  kExpect,
};

struct Expectation {
  enum class What : uint8_t { kEffect, kListed, kHidden };
  What what = What::kEffect;
  Effect effect = Effect::kAllow;
  enum class By : uint8_t { kAny, kRule, kLimit, kDefault };
  By by = By::kAny;
  Name name;  // the rule, the limit, or the tool listed or hidden
  int64_t times = 1;
  Range range;
};

struct TestStep {
  TestStepKind kind = TestStepKind::kCall;
  Range range;
  Name word;                 // kAs: which; kCall: the tool; kRead: the URI
  std::vector<Name> values;  // kAs: the grant, subject, session or roles;
                             // kApprove: who approves, if said
  std::string json;          // kCall: the arguments' text, "{}" if none
  Duration duration;         // kAfter
  Name instant;              // kAt
  int64_t times = 1;         // kCall
  std::vector<Expectation> expectations;
};

struct Test {
  Name name;
  std::vector<TestStep> steps;
};

// ---- a file --------------------------------------------------------------

struct Suppress {
  Name check;
  Name why;
};

/// One declaration with what stands before it.
struct Decl {
  Range range;
  std::string doc;  // the text of `///` lines, joined by line ends
  std::vector<Suppress> suppressions;
  std::variant<Import, Catalog, SetDecl, Predicate, ClassDecl, LimitDecl,
               MarkDecl, Rule, DefaultDecl, Assert, Test>
      node;
};

struct File {
  source::FileId file;
  std::optional<int> language_version;  // `pol 1;`
  Header header;
  std::string doc;  // of the header
  std::vector<Decl> decls;
};

}  // namespace polc::ast

#endif  // POLC_COMPILER_AST_AST_H_
