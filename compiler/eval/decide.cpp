// Decisions, in the four steps of the language's manual ("Meaning"): the
// schema, each policy's vote, their combination, and what goes with it.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/eval/charge.h"
#include "compiler/eval/reason.h"

namespace polc::eval {
namespace {

using ir::DefaultEffect;
using ir::Effect;
using ir::Verdict;

struct Vote {
  ir::PolicyId policy;
  std::optional<Effect> effect;  // empty: none
  ir::RuleId rule;               // invalid: the default voted
  bool is_error = false;
  ir::FieldId error_field;
};

Decision Denial(By by, std::string reason) {
  Decision decision;
  decision.effect = Effect::kDeny;
  decision.by = by;
  decision.reason = std::move(reason);
  return decision;
}

// Empty if every enforced schema accepts the call.
std::optional<Decision> DeniedBySchema(const ir::Module& module,
                                       const Request& request,
                                       Evaluator* evaluator) {
  if (!request.tool) return std::nullopt;
  for (const ir::Schema& schema : module.schemas) {
    if (!IsEnforced(schema, request.server)) continue;
    const ir::ToolSchema* tool = FindTool(schema, *request.tool);
    if (tool == nullptr) {
      return Denial(By::kSchema,
                    "the server has no tool `" + Escaped(*request.tool) + "`");
    }
    for (const ir::Demand& demand : tool->demands) {
      if (evaluator->Evaluate(demand.cond).verdict != Verdict::kTrue) {
        return Denial(By::kSchema, "`" + demand.path + "` " + demand.what);
      }
    }
  }
  return std::nullopt;
}

std::optional<Effect> DefaultVote(const ir::Policy& policy, bool defined) {
  if (policy.default_effect == DefaultEffect::kNone) return std::nullopt;
  // A method that the protocol revision does not know is reached by rules
  // that name it only.
  if (!defined || policy.default_effect == DefaultEffect::kDeny) {
    return Effect::kDeny;
  }
  return policy.default_effect == DefaultEffect::kAsk ? Effect::kAsk
                                                      : Effect::kAllow;
}

Vote VoteOf(const ir::Module& module, ir::PolicyId id, bool defined,
            Evaluator* evaluator) {
  Vote vote;
  vote.policy = id;
  for (const ir::RuleId rule_id : module.policy(id).rules) {
    const ir::Rule& rule = module.rule(rule_id);
    const Finding guard = evaluator->Evaluate(rule.guard);
    if (guard.verdict == Verdict::kFalse) continue;
    vote.rule = rule_id;
    vote.is_error = guard.verdict == Verdict::kError;
    vote.error_field = guard.error_field;
    vote.effect = vote.is_error ? Effect::kDeny : rule.effect;
    return vote;
  }
  vote.effect = DefaultVote(module.policy(id), defined);
  return vote;
}

template <typename T>
bool Holds(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::vector<Vote> Votes(const ir::Module& module, const Request& request,
                        const Grounds& granted, Evaluator* evaluator) {
  std::vector<Vote> votes;
  for (size_t i = 0; i < module.policies.size(); ++i) {
    if (!ir::Covers(module.policies[i], request.server)) continue;
    Vote vote = VoteOf(module, ir::PolicyId(i), request.defined, evaluator);
    if (vote.effect == Effect::kAsk &&
        Holds(granted.votes, {vote.policy, vote.rule})) {
      vote.effect = Effect::kAllow;
    }
    votes.push_back(vote);
  }
  return votes;
}

// Effects are declared strictest first.
std::optional<Effect> Strictest(const std::vector<Vote>& votes) {
  std::optional<Effect> strictest;
  for (const Vote& vote : votes) {
    if (!vote.effect) continue;
    strictest = strictest ? std::min(*strictest, *vote.effect) : *vote.effect;
  }
  return strictest;
}

std::vector<ir::FieldId> Redacted(const ir::Module& module,
                                  const std::vector<Vote>& votes) {
  std::vector<ir::FieldId> fields;
  for (const Vote& vote : votes) {
    if (!vote.rule.valid()) continue;
    const auto& redact = module.rule(vote.rule).redact;
    fields.insert(fields.end(), redact.begin(), redact.end());
  }
  return fields;
}

std::string DefaultReason(const ir::Policy& policy, Effect effect) {
  switch (effect) {
    case Effect::kDeny:
      return "no rule of policy `" + policy.name + "` allows this call";
    case Effect::kAsk:
      return "policy `" + policy.name + "` asks for approval by default";
    case Effect::kAllow:
      return "";
  }
  return "";
}

std::string RuleReason(const ir::Module& module, const Evaluator& evaluator,
                       const Vote& vote, const std::vector<Vote>& votes) {
  const ir::Rule& rule = module.rule(vote.rule);
  if (vote.is_error) {
    return ErrorReason(module, "rule", rule.name, vote.error_field);
  }
  if (!rule.reason.empty()) {
    return WrittenReason(module, evaluator, rule, Redacted(module, votes));
  }
  switch (*vote.effect) {
    case Effect::kDeny:
      return "denied by rule `" + rule.name + "`";
    case Effect::kAsk:
      return "rule `" + rule.name + "` asks for approval";
    case Effect::kAllow:
      return "";
  }
  return "";
}

// The first policy's vote for `effect` gives its words; an ask takes the
// approvers of all that ask and the shortest time.
Decision Combined(const ir::Module& module, const Evaluator& evaluator,
                  const std::vector<Vote>& votes, Effect effect) {
  Decision decision;
  decision.effect = effect;
  bool is_first = true;
  for (const Vote& vote : votes) {
    if (vote.effect != effect) continue;
    if (is_first) {
      decision.by = !vote.rule.valid() ? By::kDefault
                    : vote.is_error    ? By::kError
                                       : By::kRule;
      if (vote.rule.valid()) {
        decision.rule = module.rule(vote.rule).name;
        decision.reason = RuleReason(module, evaluator, vote, votes);
      } else {
        decision.reason = DefaultReason(module.policy(vote.policy), effect);
      }
    }
    if (vote.rule.valid()) decision.rules.push_back(vote.rule);
    if (effect == Effect::kAsk) {
      decision.grounds.votes.push_back({vote.policy, vote.rule});
      const ir::Rule asked =
          vote.rule.valid() ? module.rule(vote.rule) : ir::Rule();
      for (const std::string& role : asked.roles) {
        auto& roles = decision.roles;
        if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
          roles.push_back(role);
        }
      }
      decision.within_seconds =
          is_first ? asked.within_seconds
                   : std::min(decision.within_seconds, asked.within_seconds);
    }
    is_first = false;
  }
  return decision;
}

// Empty, or why what goes with the decision denies it.
std::optional<Decision> AddCharges(const ir::Module& module,
                                   const Request& request,
                                   const std::vector<Vote>& votes,
                                   const Grounds& granted, Evaluator* evaluator,
                                   Decision* decision) {
  Charging charging(module, evaluator);
  for (const Vote& vote : votes) {
    if (!vote.rule.valid()) continue;
    for (const ir::Charge& charge : module.rule(vote.rule).charges) {
      charging.Add(charge.limit, charge.or_ask);
    }
  }
  charging.AddCovering(request.server);
  if (charging.error()) return Denial(By::kError, *charging.error());
  decision->charges = charging.charges();
  std::erase_if(decision->charges, [&](const Charge& charge) {
    return charge.or_ask && Holds(granted.limits, charge.limit);
  });
  decision->marks = charging.marks();
  return std::nullopt;
}

}  // namespace

std::string_view ByName(By by) {
  switch (by) {
    case By::kRule:
      return "rule";
    case By::kLimit:
      return "limit";
    case By::kDefault:
      return "default";
    case By::kSchema:
      return "schema";
    case By::kError:
      return "error";
    case By::kUncovered:
      return "uncovered";
    case By::kApproval:
      return "approval";
    case By::kMalformed:
      return "malformed";
  }
  return "";
}

bool IsEnforced(const ir::Schema& schema, std::string_view server) {
  const auto& servers = schema.servers;
  return !schema.advisory &&
         (servers.empty() ||
          std::find(servers.begin(), servers.end(), server) != servers.end());
}

const ir::ToolSchema* FindTool(const ir::Schema& schema,
                               std::string_view name) {
  for (const ir::ToolSchema& tool : schema.tools) {
    if (tool.tool == name) return &tool;
  }
  return nullptr;
}

Decision Decide(const ir::Module& module, const Request& request,
                const Grounds& granted) {
  Evaluator evaluator(module, request);
  if (auto denied = DeniedBySchema(module, request, &evaluator)) {
    return *denied;
  }
  const std::vector<Vote> votes = Votes(module, request, granted, &evaluator);
  const std::optional<Effect> effect = Strictest(votes);
  if (!effect) return Denial(By::kUncovered, "no policy covers this request");
  Decision decision = Combined(module, evaluator, votes, *effect);
  if (*effect == Effect::kDeny) return decision;
  auto denied =
      AddCharges(module, request, votes, granted, &evaluator, &decision);
  return denied ? *denied : decision;
}

}  // namespace polc::eval
