#include "runtime/host.h"

#include <algorithm>
#include <string_view>

#include "runtime/match/matcher.h"
#include "runtime/path.h"

namespace polc::runtime {
namespace {

/// Numbers of polc::ir::CompareOp.
enum CompareOp : uint32_t { kEqual, kLess, kLessEqual, kUnderJoin };

const HostContext& ContextOf(const pol_frame* frame) {
  return *static_cast<const HostContext*>(frame->context);
}

json::Value ValueOf(const pol_slot* slot) {
  return {static_cast<const json::Tape*>(slot->u.node), slot->index};
}

std::string_view TextOf(const pol_slot* slot) {
  return {slot->u.text, slot->length};
}

/// state[0]: the next element's place, 0 at the start.
uint32_t NextElement(const pol_frame* frame, const pol_slot* list,
                     pol_iterator* iterator, uint32_t quantifier,
                     pol_slot* out) {
  const json::Value whole = ValueOf(list);
  if (!whole) return 0;
  if (iterator->state[0] == 0) iterator->state[0] = whole.at() + 1;
  if (iterator->state[0] + 1 >= whole.End()) return 0;
  const json::Value element(whole.tape(), iterator->state[0]);
  iterator->state[0] = element.End();
  ContextOf(frame).fields->ReadElement(quantifier, SlotOf(element), out);
  return 1;
}

uint64_t ListSize(const pol_frame*, const pol_slot* list) {
  const json::Value whole = ValueOf(list);
  return whole ? whole.size() : 0;
}

uint64_t CodePoints(const pol_slot* string) {
  const std::string_view text = TextOf(string);
  // Every byte but those that continue a sequence begins one.
  return static_cast<uint64_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

uint32_t OnlyKeys(const pol_frame* frame, const pol_slot* object,
                  uint32_t keys) {
  const auto& allowed = ContextOf(frame).manifest->key_sets[keys];
  for (json::Members it(ValueOf(object)); it; it.Next()) {
    const std::string_view key = it.key();
    const auto at = std::lower_bound(allowed.begin(), allowed.end(), key);
    if (at == allowed.end() || *at != key) return 0;
  }
  return 1;
}

uint32_t Verdict(bool holds) { return holds ? POL_TRUE : POL_FALSE; }

uint32_t CompareNumbers(uint32_t op, double left, double right) {
  switch (op) {
    case kEqual:
      return Verdict(left == right);
    case kLess:
      return Verdict(left < right);
    case kLessEqual:
      return Verdict(left <= right);
    default:
      return POL_ERROR;
  }
}

uint32_t CompareStrings(uint32_t op, std::string_view left,
                        std::string_view right, std::string_view prefix) {
  if (op == kEqual) return Verdict(left == right);
  if (op != kUnderJoin) return POL_ERROR;
  const auto under = IsUnder(left, prefix, right);
  return under ? Verdict(*under) : uint32_t{POL_ERROR};
}

uint32_t Compare(uint32_t op, const pol_slot* left, const pol_slot* right,
                 const char* prefix, uint32_t prefix_length) {
  if (left->kind != right->kind) return POL_ERROR;
  switch (left->kind) {
    case POL_STRING:
      return CompareStrings(op, TextOf(left), TextOf(right),
                            {prefix, prefix_length});
    case POL_NUMBER:
      return CompareNumbers(op, left->u.number, right->u.number);
    case POL_BOOL:
      return op == kEqual ? Verdict(left->u.boolean == right->u.boolean)
                          : uint32_t{POL_ERROR};
    default:
      return POL_ERROR;
  }
}

constexpr pol_host kHost = {
    .abi_version = POL_ABI_VERSION,
    .size = sizeof(pol_host),
    .next_element = NextElement,
    .list_size = ListSize,
    .code_points = CodePoints,
    .only_keys = OnlyKeys,
    .compare = Compare,
    .votes = match::Votes,
    .schema = match::Schema,
    .limit_covers = match::LimitCovers,
    .mark_covers = match::MarkCovers,
};

}  // namespace

const pol_host& Host() { return kHost; }

}  // namespace polc::runtime
