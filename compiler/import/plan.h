// What a policy of another format says, before it is written as Pol: what the
// readers of all formats have in common.
#ifndef POLC_COMPILER_IMPORT_PLAN_H_
#define POLC_COMPILER_IMPORT_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/import/regex_text.h"
#include "compiler/import/scalar.h"
#include "compiler/source/source.h"

namespace polc::import {

/// What a reader of the policy should know about one line of it: a comment in
/// the Pol, and a diagnostic at `range`.
struct Remark {
  diag::Kind kind = diag::Kind::kImportNote;
  source::Range range;
  std::string text;
  std::string help;
};

/// The remark as lines of a comment.
std::vector<std::string> RemarkLines(const Remark& remark);

enum class Op : uint8_t {
  kEq,
  kNeq,
  kIn,
  kNotIn,
  kLt,
  kLte,
  kGt,
  kGte,
  kRegex,
  kContains,
  kExists,
  kAbsent,
};

/// One test of an argument. In the other formats it is true or false, never
/// an error, and all but kAbsent are false of what is absent.
struct Condition {
  Op op = Op::kExists;
  std::vector<std::string> path;  // keys below the arguments
  std::vector<Scalar> values;
  std::variant<PolRegex, NoEqual> regex;  // of kRegex
  source::Range range;
};

/// "*" among `tools` is all tools; it is the only one then.
struct Rule {
  enum class Effect : uint8_t {
    kRequire,  // denies unless all conditions hold
    kForbid,   // denies if all conditions hold
    kAsk,      // asks if all conditions hold
  };
  Effect effect = Effect::kRequire;
  std::string name;
  std::string reason;
  std::vector<std::string> tools;
  /// Of kForbid and kAsk none: always. Of kRequire: never denies.
  std::vector<Condition> conditions;
  int64_t within_seconds = 0;  // of kAsk; 0: the language's default
  source::Range range;
  std::vector<std::string> comments;
  std::vector<Remark> remarks;
};

struct Limit {
  std::string name;
  std::string reason;
  double amount = 1;
  std::string window;
  std::string key;        // "grant", or empty: one counter
  bool shared = false;    // tools that have the same limit count together
  bool per_tool = false;  // each of several tools has its own counter
  double cost = 1;
  std::vector<std::string> cost_path;  // if not empty, instead of `cost`
  std::vector<std::string> tools;
  source::Range range;
  std::vector<std::string> comments;
  std::vector<Remark> remarks;
};

struct Tool {
  std::string name;
  source::Range range;
  std::vector<std::string> comments;
  std::vector<Remark> remarks;
};

struct Plan {
  std::string format;       // "Intercept YAML"
  std::string description;  // by its author
  source::Range head;
  std::vector<std::string> head_comments;
  std::vector<Remark> head_remarks;
  std::vector<Tool> hidden;
  std::vector<std::variant<Rule, Limit>> items;  // in the order tried
  std::vector<Tool> listed;                      // allowed if nothing denies
  bool allows_others = false;
  source::Range default_range;
  std::vector<Remark> default_remarks;
  std::vector<std::string> tail_comments;
  std::vector<Remark> said;  // a comment has them already
};

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_PLAN_H_
