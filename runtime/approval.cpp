#include "runtime/approval.h"

#include <algorithm>
#include <utility>

#include "runtime/going_out.h"

namespace polc::runtime {
namespace {

Answered Denied(const Ask& ask, std::string reason, bool is_open) {
  Answered out;
  out.decision = Denial(By::kApproval, std::move(reason));
  out.decision.rule = ask.decision.rule;
  out.is_open = is_open;
  return out;
}

bool MayApprove(const Engine& engine, const Asking& vote,
                const Approver& approver) {
  if (vote.rule < 0 || !approver.roles) return true;
  const auto& wanted =
      engine.manifest().rules[static_cast<size_t>(vote.rule)].roles;
  return wanted.empty() ||
         std::any_of(wanted.begin(), wanted.end(), [&](const auto& role) {
           return std::find(approver.roles->begin(), approver.roles->end(),
                            role) != approver.roles->end();
         });
}

/// Adds to what is granted; false if there was nothing to add.
bool Grant(const Engine& engine, const Approver& approver, Ask* ask) {
  bool any = false;
  for (const Asking& vote : ask->decision.grounds.votes) {
    if (!MayApprove(engine, vote, approver)) continue;
    ask->granted.votes.push_back(vote);
    any = true;
  }
  for (const LimitSpec* limit : ask->decision.grounds.limits) {
    ask->granted.limits.push_back(limit);
    any = true;
  }
  return any;
}

std::string RolesWanted(const Decision& decision) {
  std::string out = "role";
  for (const std::string_view role : decision.roles) {
    out += (out == "role" ? " `" : " or `") + std::string(role) + "`";
  }
  return out + " must approve this call";
}

}  // namespace

Answered Approve(const Engine& engine, Store* store, const RequestView& request,
                 const Approver& approver, Ask* ask) {
  const int64_t within = ask->decision.within_seconds;
  const int64_t passed = request.now - ask->asked_at;
  if (passed < 0 || passed >= within) {
    return Denied(*ask,
                  "nobody approved this call within " + std::to_string(within) +
                      " seconds",
                  false);
  }
  if (approver.subject && approver.subject == ask->subject) {
    return Denied(*ask, "nobody approves their own call", true);
  }
  if (!Grant(engine, approver, ask)) {
    return Denied(*ask, RolesWanted(ask->decision), true);
  }
  Answered out;
  WentOut went = GoOut(engine, store, request, ask->granted);
  out.decision = std::move(went.decision);
  out.taken = std::move(went.taken);
  if (out.decision.effect != Effect::kAsk) return out;
  // Others must approve too, in the time that is left.
  out.decision.within_seconds = std::min(within, out.decision.within_seconds);
  ask->decision = out.decision;
  out.is_open = true;
  return out;
}

Answered Reject(const Ask& ask) {
  return Denied(ask, "a person rejected this call", false);
}

}  // namespace polc::runtime
