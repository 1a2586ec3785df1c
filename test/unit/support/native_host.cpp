#include "test/unit/support/native_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "compiler/eval/evaluator.h"
#include "compiler/support/check.h"
#include "compiler/support/utf8.h"
#include "runtime/match/matcher.h"

namespace polc::testing {
namespace {

using eval::Read;
using eval::Value;
using ir::Kind;

pol_slot SlotOf(const Read& read) {
  pol_slot slot = {};
  slot.kind = static_cast<uint8_t>(read.kind);
  switch (read.kind) {
    case Kind::kBool:
      slot.u.boolean = read.value->boolean ? 1 : 0;
      break;
    case Kind::kNumber:
      slot.u.number = read.value->number;
      break;
    case Kind::kString:
      slot.u.text = read.value->text.data();
      slot.length = static_cast<uint32_t>(read.value->text.size());
      break;
    case Kind::kList:
    case Kind::kObject:
      slot.u.node = read.value;
      break;
    default:
      break;
  }
  return slot;
}

const Value& NodeOf(const pol_slot* slot) {
  return *static_cast<const Value*>(slot->u.node);
}

Value ValueOf(const pol_slot* slot) {
  Value value;
  value.kind = static_cast<Kind>(slot->kind);
  if (value.kind == Kind::kBool) value.boolean = slot->u.boolean != 0;
  if (value.kind == Kind::kNumber) value.number = slot->u.number;
  if (value.kind == Kind::kString) {
    value.text.assign(slot->u.text, slot->length);
  }
  return value;
}

NativeRequest* Self(const pol_frame* frame) {
  return static_cast<NativeRequest*>(const_cast<void*>(frame->context));
}

uint32_t NextElement(const pol_frame* frame, const pol_slot* list,
                     pol_iterator* at, uint32_t quantifier, pol_slot* out) {
  const auto& items = NodeOf(list).items;
  if (at->state[0] == items.size()) return 0;
  const Value& element = items[at->state[0]++];
  const eval::RequestView view((eval::Request()));
  for (const ir::Field& field : Self(frame)->set().quantifiers.at(quantifier)) {
    *out++ = SlotOf(view.Find(field, &element));
  }
  return 1;
}

uint64_t ListSize(const pol_frame*, const pol_slot* list) {
  return NodeOf(list).items.size();
}

uint64_t CodePointCount(const pol_slot* slot) {
  return CountCodePoints({slot->u.text, slot->length});
}

uint32_t OnlyKeys(const pol_frame* frame, const pol_slot* object,
                  uint32_t keys) {
  const auto& allowed = Self(frame)->set().manifest.key_sets.at(keys);
  const auto& names = NodeOf(object).names;
  return std::all_of(names.begin(), names.end(), [&](const auto& name) {
    return std::binary_search(allowed.begin(), allowed.end(), name);
  });
}

uint32_t Compare(uint32_t op, const pol_slot* left, const pol_slot* right,
                 const char* prefix, uint32_t length) {
  ir::Cond cond;
  cond.kind = ir::CondKind::kCompare;
  cond.op = static_cast<ir::CompareOp>(op);
  cond.prefix.assign(prefix, length);
  const Value a = ValueOf(left);
  const Value b = cond.op == ir::CompareOp::kMember && right->kind == POL_LIST
                      ? NodeOf(right)
                      : ValueOf(right);
  switch (eval::CompareVerdict(cond, {a.kind, &a}, {b.kind, &b})) {
    case ir::Verdict::kTrue:
      return POL_TRUE;
    case ir::Verdict::kFalse:
      return POL_FALSE;
    case ir::Verdict::kError:
      break;
  }
  return POL_ERROR;
}

// The runtime's arithmetic on this host's slots: it is what decisions use.
uint32_t NextItem(const pol_slot* list, pol_iterator* at, pol_slot* out) {
  const auto& items = NodeOf(list).items;
  if (at->state[0] == items.size()) return 0;
  const Value& item = items[at->state[0]++];
  *out = SlotOf({item.kind, &item});
  return 1;
}

uint32_t Calculate(const pol_frame* frame, const pol_slot* element,
                   uint32_t calculation, int32_t* error) {
  return Self(frame)->set().calculator.Calculate(frame, element, calculation,
                                                 error);
}

constexpr pol_host kHost = {POL_ABI_VERSION,
                            sizeof(pol_host),
                            NextElement,
                            ListSize,
                            CodePointCount,
                            OnlyKeys,
                            Compare,
                            runtime::match::Votes,
                            runtime::match::Schema,
                            runtime::match::LimitCovers,
                            runtime::match::MarkCovers,
                            Calculate};

ir::Field FieldOf(const runtime::ManifestField& from) {
  ir::Field field;
  field.root = static_cast<ir::Root>(from.root);
  for (const runtime::ManifestStep& step : from.steps) {
    field.steps.push_back({step.member, step.index});
  }
  return field;
}

bool Names(const std::vector<std::string>& servers, const std::string& server) {
  return servers.empty() ||
         std::find(servers.begin(), servers.end(), server) != servers.end();
}

}  // namespace

NativeSet::NativeSet(const pol_code& from) : code(from) {
  const std::string_view bytes(reinterpret_cast<const char*>(from.manifest),
                               from.manifest_size);
  auto decoded = runtime::DecodeManifest(bytes);
  POLC_CHECK(decoded.has_value(), "the manifest does not decode");
  manifest = std::move(*decoded);
  POLC_CHECK(runtime::match::Check(from), "the tables are damaged");
  POLC_CHECK(calculator.Load(manifest, NextItem), "a program does not load");
  for (const auto& field : manifest.fields) fields.push_back(FieldOf(field));
  for (const auto& quantifier : manifest.quantifiers) {
    quantifiers.emplace_back();
    for (const auto& field : quantifier.fields) {
      quantifiers.back().push_back(FieldOf(field));
    }
  }
}

NativeRequest::NativeRequest(const NativeSet& set, const eval::Request& request,
                             bool is_abstract)
    : set_(set), request_(request), view_(request) {
  for (const ir::Field& field : set.fields) {
    slots_.push_back(SlotOf(view_.Find(field, nullptr)));
  }
  for (const auto& schema : set.manifest.schemas) {
    tools_.push_back(POL_NO_TOOL);
    for (uint32_t i = 0; i < schema.tools.size(); ++i) {
      if (request.tool && schema.tools[i].name == *request.tool) {
        tools_.back() = i;
      }
    }
  }
  frame_.slots = slots_.data();
  frame_.host = &kHost;
  frame_.context = this;
  frame_.tools = tools_.data();
  frame_.error_field = -1;
  frame_.abstract = is_abstract ? 1 : 0;
  frame_.code = &set.code;
  memo_.resize(set.code.memo_size);
  frame_.memo = memo_.data();
  frame_.now = request.now;
}

std::vector<pol_vote> NativeRequest::Votes() {
  const auto& policies = set_.manifest.policies;
  std::vector<uint8_t> covered;
  for (const auto& policy : policies) {
    covered.push_back(Names(policy.servers, request_.server) ? 1 : 0);
  }
  pol_vote untouched;
  std::memset(&untouched, 0x5A, sizeof untouched);
  std::vector<pol_vote> votes(policies.size(), untouched);
  set_.code.votes(&frame_, covered.data(), votes.data());
  return votes;
}

uint32_t NativeRequest::Schema(size_t schema, int32_t* demand) {
  return set_.code.schema(&frame_, static_cast<uint32_t>(schema), demand);
}

uint32_t NativeRequest::LimitCovers(size_t limit) {
  return set_.code.limit_covers(&frame_, static_cast<uint32_t>(limit));
}

uint32_t NativeRequest::MarkCovers(size_t mark) {
  return set_.code.mark_covers(&frame_, static_cast<uint32_t>(mark));
}

ir::Verdict VerdictOf(uint32_t bits) {
  EXPECT_TRUE(bits == POL_TRUE || bits == POL_FALSE || bits == POL_ERROR)
      << bits;
  if (bits == POL_TRUE) return ir::Verdict::kTrue;
  return bits == POL_FALSE ? ir::Verdict::kFalse : ir::Verdict::kError;
}

}  // namespace polc::testing
