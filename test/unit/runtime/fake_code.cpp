#include "test/unit/runtime/fake_code.h"

#include <string>
#include <string_view>

namespace polc::runtime::testing {
namespace {

enum Field { kTool, kAmount, kId, kGrant, kTags, kArgs, kResource };
enum Rule { kNoDelete, kBig, kEcho, kPay, kTagged, kDocs, kSlow };

ManifestField Argument(const std::string& name) {
  return {Root::kArgs, {{name, -1}}, "args." + name};
}

ManifestRule RuleOf(const std::string& name, uint8_t effect) {
  ManifestRule rule;
  rule.name = "f." + name;
  rule.effect = effect;
  rule.within_seconds = 600;
  return rule;
}

bool Is(const pol_slot& slot, std::string_view text) {
  return slot.kind == POL_STRING &&
         std::string_view(slot.u.text, slot.length) == text;
}

pol_vote VoteFor(Rule rule, uint8_t effect) {
  pol_vote vote = {};
  vote.effect = effect;
  vote.rule = rule;
  vote.error_field = -1;
  return vote;
}

pol_vote Error(Rule rule, int32_t field) {
  pol_vote vote = VoteFor(rule, POL_DENY);
  vote.is_error = 1;
  vote.error_field = field;
  return vote;
}

pol_vote Default() {
  pol_vote vote = {};
  vote.effect = POL_DENY;
  vote.rule = -1;
  vote.error_field = -1;
  return vote;
}

pol_vote VoteOnPay(const pol_slot& amount) {
  if (amount.kind != POL_NUMBER) return Error(kBig, 0);
  if (amount.u.number > 1000) return VoteFor(kBig, POL_ASK);
  return amount.u.number > 0 ? VoteFor(kPay, POL_ALLOW) : Default();
}

pol_vote VoteOnTags(pol_frame* frame, const pol_slot& tags) {
  if (tags.kind != POL_LIST) return Error(kTagged, 1);
  pol_iterator iterator = {};
  pol_slot element;
  while (frame->host->next_element(frame, &tags, &iterator, 0, &element)) {
    if (element.kind != POL_STRING) return Default();
  }
  return VoteFor(kTagged, POL_ALLOW);
}

void Votes(pol_frame* frame, const uint8_t* covered, pol_vote* out) {
  if (!covered[0]) return;
  const pol_slot* slots = frame->slots;
  out[0] = Default();
  if (frame->abstract) {
    out[0].may_permit = Is(slots[kTool], "echo") || Is(slots[kTool], "pay") ||
                        Is(slots[kTool], "tag") ||
                        Is(slots[kResource], "file:///docs");
    return;
  }
  if (Is(slots[kTool], "delete_repo")) out[0] = VoteFor(kNoDelete, POL_DENY);
  if (Is(slots[kTool], "echo")) out[0] = VoteFor(kEcho, POL_ALLOW);
  if (Is(slots[kTool], "pay")) out[0] = VoteOnPay(slots[kAmount]);
  if (Is(slots[kTool], "slow")) out[0] = VoteFor(kSlow, POL_ALLOW);
  if (Is(slots[kTool], "tag")) out[0] = VoteOnTags(frame, slots[kTags]);
  if (Is(slots[kResource], "file:///docs")) {
    out[0] = VoteFor(kDocs, POL_ALLOW);
  }
}

uint32_t Schema(pol_frame* frame, uint32_t schema, int32_t* demand) {
  constexpr uint32_t kEchoTool = 1;
  if (frame->tools[schema] != kEchoTool) return POL_TRUE;
  if (frame->abstract) return POL_ANY;
  if (frame->host->only_keys(frame, &frame->slots[kArgs], 0)) return POL_TRUE;
  *demand = 0;
  return POL_FALSE;
}

uint32_t LimitCovers(pol_frame* frame, uint32_t index) {
  return index == 0 && Is(frame->slots[kTool], "echo") ? POL_TRUE : POL_FALSE;
}

uint32_t MarkCovers(pol_frame*, uint32_t) { return POL_FALSE; }

}  // namespace

Manifest FakeManifest() {
  Manifest manifest;
  manifest.digest = std::string(64, 'd');
  manifest.fields = {{Root::kTool, {}, "tool"},
                     Argument("amount"),
                     Argument("id"),
                     {Root::kGrant, {}, "caller.grant"},
                     Argument("tags"),
                     {Root::kArgs, {}, "args"},
                     {Root::kResource, {}, "resource"}};
  manifest.error_fields = {"args.amount", "args.tags"};
  manifest.quantifiers = {{{{Root::kElement, {}, "it"}}}};
  manifest.key_sets = {{"text"}};
  manifest.policies = {{"f", {}, POL_DENY}};
  manifest.rules = {RuleOf("no_delete", POL_DENY), RuleOf("big", POL_ASK),
                    RuleOf("echo", POL_ALLOW),     RuleOf("pay", POL_ALLOW),
                    RuleOf("tagged", POL_ALLOW),   RuleOf("docs", POL_ALLOW),
                    RuleOf("slow", POL_ALLOW)};
  manifest.rules[kSlow].charges = {{2, false}};
  manifest.rules[kNoDelete].reason = {{"not ", -1}, {"", kId}};
  manifest.rules[kBig].roles = {"boss"};
  manifest.rules[kBig].charges = {{1, true}};
  manifest.rules[kPay].charges = {{1, false}};
  ManifestLimit calls;
  calls.name = "f.calls";
  calls.amount = "2";
  calls.window = 1;
  calls.has_on = true;
  calls.keys = {{"grant", kGrant}};
  ManifestTerm one;
  one.text = "1";
  calls.cost = {one};
  calls.policies = {0};
  ManifestLimit budget;
  budget.name = "f.budget";
  budget.amount = "100";
  budget.window = 3;
  ManifestTerm amount;
  amount.kind = TermKind::kNumber;
  amount.slot = kAmount;
  budget.cost = {amount};
  budget.refund_on_error = true;
  budget.policies = {0};
  ManifestLimit slots;
  slots.name = "f.slots";
  slots.amount = "1";
  slots.window = 6;
  slots.cost = {one};
  slots.policies = {0};
  manifest.limits = {calls, budget, slots};
  manifest.schemas = {
      {{},
       false,
       {{}, {{"args", "must have no member but `text`"}}},
       {{"delete_repo", 0}, {"echo", 1}, {"pay", 0}, {"slow", 0}, {"tag", 0}}}};
  return manifest;
}

std::unique_ptr<Engine> FakeEngine() { return FakeEngine(FakeManifest()); }

std::unique_ptr<Engine> FakeEngine(const Manifest& manifest) {
  auto bytes = std::make_shared<std::string>(EncodeManifest(manifest));
  pol_code code = {};
  code.abi_version = POL_ABI_VERSION;
  code.size = sizeof code;
  code.votes = Votes;
  code.schema = Schema;
  code.limit_covers = LimitCovers;
  code.mark_covers = MarkCovers;
  code.manifest = reinterpret_cast<const uint8_t*>(bytes->data());
  code.manifest_size = bytes->size();
  std::string error;
  return Engine::Create(code, bytes, &error);
}

}  // namespace polc::runtime::testing
