// What becomes of a call that a person was asked about. An approval never
// permits by itself: the request is decided again at that instant, with what
// was granted counting as allowed, and charged as any other call; what denies
// it by then, denies it.
//
//   Ask ask = {decision, now, caller};
//   ...
//   Answered answered = Approve(engine, store, request, approver, &ask);
//   // allow: forward. deny: answer, and forget the ask unless it is open.
//
// An ask is of one request and one engine: whoever keeps it answers it with
// the very request that was asked about, and drops it when another policy set
// is loaded.
#ifndef POLC_RUNTIME_APPROVAL_H_
#define POLC_RUNTIME_APPROVAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/decision.h"
#include "runtime/engine.h"
#include "runtime/request.h"

namespace polc::runtime {

/// A call that waits for people.
struct Ask {
  Decision decision;                   // an ask; says who may approve, and when
  int64_t asked_at = 0;                // Unix seconds
  std::optional<std::string> subject;  // of the caller, if it has one
  Grounds granted;                     // by those who have approved so far
};

struct Approver {
  /// Empty: known not to be the caller.
  std::optional<std::string> subject;
  /// Empty: known to have the roles that are wanted.
  std::optional<std::vector<std::string>> roles;
};

struct Answered {
  Decision decision;
  Receipt taken;         // what an allowed call was charged
  bool is_open = false;  // the ask still waits for an answer
};

/// `approver` approves at `request.now`. Every rule that asks must be
/// approved, by whom it names; who may not approve one leaves it open. An
/// ask holds while fewer seconds than its `within` have passed: then, or when
/// the clock is before the asking, it is over.
Answered Approve(const Engine& engine, Store* store, const RequestView& request,
                 const Approver& approver, Ask* ask);

/// A person says no, which anyone may.
Answered Reject(const Ask& ask);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_APPROVAL_H_
