#include "runtime/match/matcher.h"

#include <algorithm>
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

/// The request's tool, if the tables have its name.
const TableNamed* NamedOf(const pol_frame& frame, const TablesHeader& header,
                          const pol_slot& slot) {
  if (frame.named == kNoName) return nullptr;
  if (frame.named != 0) return At<TableNamed>(frame.tables, frame.named);
  const uint32_t count = header.names.count;
  if (count == 0) return nullptr;
  const uint32_t hash = HashName({slot.u.text, slot.length});
  const auto* names = At<TableName>(frame.tables, header.names.at);
  for (uint32_t at = hash & (count - 1);; at = (at + 1) & (count - 1)) {
    if (names[at].tool == 0) return nullptr;
    if (names[at].hash != hash) continue;
    const auto* named = At<TableNamed>(frame.tables, names[at].tool);
    if (named->length == slot.length &&
        AreSame(BucketsOf(*named) + header.policies.count, slot.u.text,
                slot.length)) {
      return named;
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

/// Rule and effect of an entry.
int32_t RuleOf(const TableEntry& entry) {
  return static_cast<int32_t>(entry.vote >> 2);
}
uint8_t EffectOf(const TableEntry& entry) {
  return static_cast<uint8_t>(entry.vote & 3);
}

[[gnu::hot]] pol_vote Vote(pol_frame* frame, const pol_code& code,
                           const TablePolicy& policy, uint32_t bucket) {
  Candidates candidates(*frame, bucket);
  while (const TableEntry* entry = candidates.Next()) {
    const uint32_t guard = Evaluate<false>(frame, code, entry->guard);
    if (guard == POL_FALSE) continue;
    if (guard == POL_TRUE) return VoteFor(EffectOf(*entry), RuleOf(*entry));
    pol_vote vote = VoteFor(POL_DENY, RuleOf(*entry));
    vote.is_error = 1;
    vote.error_field = frame->error_field;
    return vote;
  }
  return VoteFor(static_cast<uint8_t>(policy.default_effect), -1);
}

pol_vote AbstractVote(pol_frame* frame, const pol_code& code,
                      const TablePolicy& policy, uint32_t bucket) {
  pol_vote vote = VoteFor(POL_DENY, -1);
  Candidates candidates(*frame, bucket);
  while (const TableEntry* entry = candidates.Next()) {
    const uint32_t guard = Evaluate<true>(frame, code, entry->guard);
    if ((guard & POL_TRUE) != 0 && EffectOf(*entry) != POL_DENY) {
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

[[gnu::hot]] void Foresee(const pol_frame& frame) {
  constexpr uint32_t kFew = 4;
  const uint8_t* tables = frame.code->tables;
  if (frame.named <= kNoName) return;
  const TablesHeader& header = HeaderOf(*frame.code);
  const uint32_t* buckets = BucketsOf(*At<TableNamed>(tables, frame.named));
  for (uint32_t i = 0; i < std::min(kFew, header.policies.count); ++i) {
    __builtin_prefetch(tables + buckets[i]);
  }
  const auto* schemas = At<TableSpan>(tables, header.schemas.at);
  for (uint32_t i = 0; i < std::min(kFew, header.schemas.count); ++i) {
    if (frame.tools[i] >= schemas[i].count) continue;
    __builtin_prefetch(At<TableTool>(tables, schemas[i].at) + frame.tools[i]);
  }
}

[[gnu::hot]] void Votes(pol_frame* frame, const uint8_t* covered,
                        pol_vote* out) {
  const pol_code& code = *frame->code;
  frame->tables = code.tables;
  const TablesHeader& header = HeaderOf(code);
  const pol_slot* tool =
      header.tool_slot == kNoSlot ? nullptr : &frame->slots[header.tool_slot];
  const bool has_tool = tool != nullptr && tool->kind == POL_STRING;
  const TableNamed* named = has_tool ? NamedOf(*frame, header, *tool) : nullptr;
  const auto* policies = At<TablePolicy>(code.tables, header.policies.at);
  for (uint32_t i = 0; i < header.policies.count; ++i) {
    if (covered[i] == 0) continue;
    const uint32_t bucket = named != nullptr ? BucketsOf(*named)[i]
                            : has_tool       ? policies[i].other
                                             : policies[i].without;
    out[i] = frame->abstract != 0
                 ? AbstractVote(frame, code, policies[i], bucket)
                 : Vote(frame, code, policies[i], bucket);
  }
}

[[gnu::hot]] uint32_t Schema(pol_frame* frame, uint32_t schema,
                             int32_t* demand) {
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
