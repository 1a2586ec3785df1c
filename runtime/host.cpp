#include "runtime/host.h"

#include <algorithm>
#include <string_view>

#include "runtime/match/matcher.h"
#include "runtime/path.h"

namespace polc::runtime {
namespace {

/// Numbers of polc::ir::CompareOp.
enum CompareOp : uint32_t { kEqual, kLess, kLessEqual, kUnderJoin, kMember };

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
json::Value Advance(const pol_slot* list, pol_iterator* iterator) {
  const json::Value whole = ValueOf(list);
  if (!whole) return {};
  if (iterator->state[0] == 0) iterator->state[0] = whole.at() + 1;
  if (iterator->state[0] + 1 >= whole.End()) return {};
  const json::Value element(whole.tape(), iterator->state[0]);
  iterator->state[0] = element.End();
  return element;
}

uint32_t NextElement(const pol_frame* frame, const pol_slot* list,
                     pol_iterator* iterator, uint32_t quantifier,
                     pol_slot* out) {
  const json::Value element = Advance(list, iterator);
  if (!element) return 0;
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
  const auto& sets = ContextOf(frame).manifest->key_sets;
  if (keys >= sets.size()) return 0;
  const auto& allowed = sets[keys];
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
                 const char* prefix, uint32_t prefix_length);

/// Equal to an element: true if to one, else an error if it cannot be compared
/// with one.
uint32_t Member(const pol_slot* value, const pol_slot* list) {
  if (list->kind != POL_LIST) return POL_ERROR;
  uint32_t all = POL_FALSE;
  pol_iterator at = {};
  for (pol_slot item; NextItem(list, &at, &item) != 0;) {
    const uint32_t one = Compare(kEqual, value, &item, nullptr, 0);
    if (one == POL_TRUE) return POL_TRUE;
    if (one == POL_ERROR) all = POL_ERROR;
  }
  return all;
}

uint32_t Compare(uint32_t op, const pol_slot* left, const pol_slot* right,
                 const char* prefix, uint32_t prefix_length) {
  if (op == kMember) return Member(left, right);
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

uint32_t Calculate(const pol_frame* frame, const pol_slot* element,
                   uint32_t calculation, int32_t* error) {
  return ContextOf(frame).calculator->Calculate(frame, element, calculation,
                                                error);
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
    .calculate = Calculate,
};

}  // namespace

uint32_t NextItem(const pol_slot* list, pol_iterator* at, pol_slot* out) {
  const json::Value element = Advance(list, at);
  if (!element) return 0;
  *out = SlotOf(element);
  return 1;
}

[[gnu::hot]] const pol_host& Host() { return kHost; }

}  // namespace polc::runtime
