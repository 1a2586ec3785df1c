// Intercept's YAML, version 1: the dialect of its published source and the
// later one with approvals. Read and checked as Intercept does, so that what
// it refuses is refused here for the same reason.
#ifndef POLC_COMPILER_IMPORT_INTERCEPT_H_
#define POLC_COMPILER_IMPORT_INTERCEPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/import/document.h"
#include "compiler/import/plan.h"
#include "compiler/import/reader.h"

namespace polc::import {

/// A rule's counter.
struct InterceptState {
  std::string counter;
  std::string window;
  double increment = 1;                     // of each call
  std::vector<std::string> increment_from;  // else of this argument
  source::Range range;
};

struct InterceptRule {
  enum class Action : uint8_t { kEvaluate, kDeny, kApprove };
  Action action = Action::kEvaluate;
  std::string name;
  std::string on_deny;
  std::vector<Test> tests;
  std::optional<InterceptState> state;
  int64_t within_seconds = 0;
  bool spends = false;  // has a `spend` block
  source::Range range;
  std::vector<std::string> comments;
  std::vector<Remark> remarks;
};

struct InterceptTool {
  std::string name;
  source::Range range;
  std::vector<InterceptRule> rules;
  std::vector<std::string> comments;
  std::vector<Remark> remarks;

  /// What counters of its rules are called in paths.
  std::string scope() const { return name == "*" ? "_global" : name; }
};

struct InterceptPolicy {
  std::string description;
  bool default_written = false;
  bool denies_others = false;
  source::Range head;
  source::Range default_range;
  std::vector<Tool> hidden;
  std::vector<InterceptTool> tools;
  std::vector<std::string> head_comments;
  std::vector<std::string> tail_comments;
  std::vector<Remark> remarks;  // of the policy as a whole
  std::vector<Remark> said;     // in its comments
};

/// Nullopt after reports.
std::optional<InterceptPolicy> ReadIntercept(std::string_view text,
                                             const Document& document,
                                             Reader* reader);

/// What a policy that was read without errors means.
Plan PlanOf(InterceptPolicy policy);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_INTERCEPT_H_
