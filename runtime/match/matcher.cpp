#include "runtime/match/matcher.h"

#include <array>
#include <cstring>
#include <string_view>

#include "runtime/abi/tables.h"
#include "runtime/match/candidates.h"
#include "runtime/match/guard.h"

namespace polc::runtime::match {
namespace {

const TablesHeader& HeaderOf(const pol_code& code) {
  return *At<TablesHeader>(code.tables, 0);
}

// Before it: of requests without a tool, and of tools nobody knows.
constexpr uint32_t kFirstTool = 2;

/// Of the request's tool: where its bucket stands in a policy's.
uint32_t BucketOf(const pol_frame& frame, const TablesHeader& header) {
  if (header.tool_slot == kNoSlot) return 0;
  const pol_slot& slot = frame.slots[header.tool_slot];
  if (slot.kind != POL_STRING) return 0;
  const uint32_t count = header.names.count;
  if (count == 0) return 1;
  const uint32_t hash = HashName({slot.u.text, slot.length});
  const auto* names = At<TableName>(frame.tables, header.names.at);
  for (uint32_t at = hash & (count - 1);; at = (at + 1) & (count - 1)) {
    const TableName& name = names[at];
    if (name.length == 0) return 1;
    if (name.hash == hash && name.length == slot.length &&
        std::memcmp(frame.tables + name.text, slot.u.text, slot.length) == 0) {
      return kFirstTool + name.tool;
    }
  }
}

pol_vote VoteFor(uint8_t effect, int32_t rule) {
  pol_vote vote = {};
  vote.effect = effect;
  vote.rule = rule;
  vote.error_field = -1;
  return vote;
}

/// A bucket, and whether it is a known tool's own.
struct Place {
  uint32_t bucket = 0;
  bool is_known = false;
};

uint32_t GuardOf(const TableRule& rule, const Place& place) {
  return place.is_known ? rule.inner : rule.guard;
}

pol_vote Vote(pol_frame* frame, const pol_code& code, const TablePolicy& policy,
              const Place& place) {
  const auto* rules = At<TableRule>(code.tables, HeaderOf(code).rules.at);
  Candidates candidates(*frame, place.bucket);
  for (uint32_t rule = 0; candidates.Next(&rule);) {
    const uint32_t guard = Evaluate(frame, code, GuardOf(rules[rule], place));
    if (guard == POL_FALSE) continue;
    const auto number = static_cast<int32_t>(rule);
    if (guard == POL_TRUE) {
      return VoteFor(static_cast<uint8_t>(rules[rule].effect), number);
    }
    pol_vote vote = VoteFor(POL_DENY, number);
    vote.is_error = 1;
    vote.error_field = frame->error_field;
    return vote;
  }
  return VoteFor(static_cast<uint8_t>(policy.default_effect), -1);
}

pol_vote AbstractVote(pol_frame* frame, const pol_code& code,
                      const TablePolicy& policy, const Place& place) {
  const auto* rules = At<TableRule>(code.tables, HeaderOf(code).rules.at);
  pol_vote vote = VoteFor(POL_DENY, -1);
  Candidates candidates(*frame, place.bucket);
  for (uint32_t rule = 0; candidates.Next(&rule);) {
    const uint32_t guard = Evaluate(frame, code, GuardOf(rules[rule], place));
    if ((guard & POL_TRUE) != 0 && rules[rule].effect != POL_DENY) {
      vote.may_permit = 1;
    }
    // No request gets past this rule.
    if ((guard & POL_FALSE) == 0) return vote;
  }
  if (policy.default_effect == POL_NONE) {
    vote.may_abstain = 1;
  } else if (policy.default_effect != POL_DENY) {
    vote.may_permit = 1;
  }
  return vote;
}

/// Whether all demands are true.
bool Accepts(pol_frame* frame, const pol_code& code, const TableTool& tool) {
  const auto* kinds = At<TableKinds>(code.tables, tool.kinds.at);
  for (uint32_t i = 0; i < tool.kinds.count; ++i) {
    const uint8_t kind = frame->slots[kinds[i].slot].kind;
    if ((kinds[i].kinds >> kind & 1) == 0) return false;
  }
  const auto* guards = At<uint32_t>(code.tables, tool.rest.at);
  for (uint32_t i = 0; i < tool.rest.count; ++i) {
    if (Evaluate(frame, code, guards[i]) != POL_TRUE) return false;
  }
  return true;
}

uint32_t Covers(pol_frame* frame, TableSpan guards, uint32_t index) {
  const pol_code& code = *frame->code;
  frame->tables = code.tables;
  frame->error_field = -1;
  if (index >= guards.count) return POL_FALSE;
  const uint32_t guard = At<uint32_t>(code.tables, guards.at)[index];
  return guard == 0 ? uint32_t{POL_FALSE} : Evaluate(frame, code, guard);
}

}  // namespace

void Votes(pol_frame* frame, const uint8_t* covered, pol_vote* out) {
  const pol_code& code = *frame->code;
  frame->tables = code.tables;
  const TablesHeader& header = HeaderOf(code);
  const uint32_t tool = BucketOf(*frame, header);
  const auto* policies = At<TablePolicy>(code.tables, header.policies.at);
  for (uint32_t i = 0; i < header.policies.count; ++i) {
    if (covered[i] == 0) continue;
    const Place place = {At<uint32_t>(code.tables, policies[i].buckets)[tool],
                         tool >= kFirstTool};
    out[i] = frame->abstract != 0
                 ? AbstractVote(frame, code, policies[i], place)
                 : Vote(frame, code, policies[i], place);
  }
}

uint32_t Schema(pol_frame* frame, uint32_t schema, int32_t* demand) {
  const pol_code& code = *frame->code;
  frame->tables = code.tables;
  frame->error_field = -1;
  *demand = -1;
  const TablesHeader& header = HeaderOf(code);
  if (schema >= header.schemas.count) return POL_FALSE;
  const TableSpan tools = At<TableSpan>(code.tables, header.schemas.at)[schema];
  const uint32_t tool = frame->tools[schema];
  if (tool >= tools.count) return POL_FALSE;
  const TableTool& at = At<TableTool>(code.tables, tools.at)[tool];
  if (frame->abstract == 0 && Accepts(frame, code, at)) return POL_TRUE;
  const TableSpan demands = at.demands;
  const auto* guards = At<uint32_t>(code.tables, demands.at);
  uint32_t all = POL_TRUE;
  for (uint32_t i = 0; i < demands.count; ++i) {
    const uint32_t one = Evaluate(frame, code, guards[i]);
    if ((one & POL_TRUE) == 0) {
      *demand = static_cast<int32_t>(i);
      return one;
    }
    all = Both(all, one);
  }
  return all;
}

uint32_t LimitCovers(pol_frame* frame, uint32_t index) {
  return Covers(frame, HeaderOf(*frame->code).limits, index);
}

uint32_t MarkCovers(pol_frame* frame, uint32_t index) {
  return Covers(frame, HeaderOf(*frame->code).marks, index);
}

}  // namespace polc::runtime::match
