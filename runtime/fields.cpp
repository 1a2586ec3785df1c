#include "runtime/fields.h"

#include <algorithm>
#include <cstring>

namespace polc::runtime {
namespace {

bool Less(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

pol_slot SlotOfKind(uint8_t kind) {
  pol_slot slot = {};
  slot.kind = kind;
  return slot;
}

pol_slot SlotOfOptional(const std::optional<std::string_view>& text) {
  return text ? SlotOf(*text) : SlotOfKind(POL_MISSING);
}

/// Of a list or object that may not be there.
pol_slot SlotOr(json::Value value, uint8_t kind) {
  return value ? SlotOf(value) : SlotOfKind(kind);
}

json::Value ValueOf(const pol_slot& slot) {
  return {static_cast<const json::Tape*>(slot.u.node), slot.index};
}

}  // namespace

pol_slot SlotOf(std::string_view text) {
  pol_slot slot = SlotOfKind(POL_STRING);
  slot.length = static_cast<uint32_t>(text.size());
  slot.u.text = text.data();
  return slot;
}

pol_slot SlotOf(json::Value value) {
  switch (value.type()) {
    case json::Type::kNone:
      return SlotOfKind(POL_MISSING);
    case json::Type::kNull:
      return SlotOfKind(POL_NULL);
    case json::Type::kBool: {
      pol_slot slot = SlotOfKind(POL_BOOL);
      slot.u.boolean = value.boolean() ? 1 : 0;
      return slot;
    }
    case json::Type::kNumber: {
      pol_slot slot = SlotOfKind(POL_NUMBER);
      slot.u.number = value.number();
      return slot;
    }
    case json::Type::kBigInt:
      return SlotOfKind(POL_BIG_INT);
    case json::Type::kString:
      return SlotOf(value.text());
    case json::Type::kList:
    case json::Type::kObject:
      break;
  }
  pol_slot slot = SlotOfKind(value.is_list() ? POL_LIST : POL_OBJECT);
  slot.u.node = value.tape();
  slot.index = value.at();
  return slot;
}

PathTrie::PathTrie() : nodes_(1) {}

uint32_t PathTrie::Child(uint32_t node, const ManifestStep& step) {
  const auto fresh = static_cast<uint32_t>(nodes_.size());
  if (step.index >= 0) {
    auto& indexes = nodes_[node].indexes;
    const auto at = std::lower_bound(
        indexes.begin(), indexes.end(), step.index,
        [](const auto& entry, int32_t index) { return entry.first < index; });
    if (at != indexes.end() && at->first == step.index) return at->second;
    indexes.emplace(at, step.index, fresh);
  } else {
    auto& members = nodes_[node].members;
    const auto at =
        std::lower_bound(members.begin(), members.end(), step.member,
                         [](const auto& entry, const std::string& name) {
                           return Less(entry.first, name);
                         });
    if (at != members.end() && at->first == step.member) return at->second;
    members.emplace(at, step.member, fresh);
  }
  nodes_.emplace_back();
  return fresh;
}

void PathTrie::Add(const std::vector<ManifestStep>& steps, uint32_t slot) {
  uint32_t node = 0;
  for (const ManifestStep& step : steps) node = Child(node, step);
  nodes_[node].slots.push_back(slot);
  is_empty_ = false;
}

void PathTrie::FillBad(uint32_t node, pol_slot* slots) const {
  for (const uint32_t slot : nodes_[node].slots) {
    slots[slot] = SlotOfKind(POL_BAD);
  }
  for (const auto& [name, child] : nodes_[node].members) FillBad(child, slots);
  for (const auto& [i, child] : nodes_[node].indexes) FillBad(child, slots);
}

void PathTrie::FillMembers(const Node& node, const pol_slot& object,
                           pol_slot* slots) const {
  for (json::Members it(ValueOf(object)); it; it.Next()) {
    const std::string_view key = it.key();
    const auto at =
        std::lower_bound(node.members.begin(), node.members.end(), key,
                         [](const auto& entry, std::string_view name) {
                           return Less(entry.first, name);
                         });
    if (at != node.members.end() && at->first == key) {
      Fill(at->second, SlotOf(it.value()), slots);
    }
  }
}

void PathTrie::FillElements(const Node& node, const pol_slot& list,
                            pol_slot* slots) const {
  auto wanted = node.indexes.begin();
  int32_t index = 0;
  for (json::Elements it(ValueOf(list)); it; it.Next(), ++index) {
    if (wanted == node.indexes.end()) return;
    if (wanted->first != index) continue;
    Fill(wanted->second, SlotOf(it.value()), slots);
    ++wanted;
  }
}

/// `.member` of an object, `[index]` of a list; absent stays absent; a step
/// into anything else is bad.
void PathTrie::Fill(uint32_t id, const pol_slot& value, pol_slot* slots) const {
  const Node& node = nodes_[id];
  for (const uint32_t slot : node.slots) slots[slot] = value;
  if (value.kind == POL_MISSING || value.kind == POL_NULL) return;
  if (value.kind == POL_OBJECT) {
    if (!node.members.empty()) FillMembers(node, value, slots);
  } else {
    for (const auto& [name, child] : node.members) FillBad(child, slots);
  }
  if (value.kind == POL_LIST) {
    if (!node.indexes.empty()) FillElements(node, value, slots);
  } else {
    for (const auto& [i, child] : node.indexes) FillBad(child, slots);
  }
}

FieldReader::FieldReader(const Manifest& manifest)
    : slot_count_(manifest.fields.size()) {
  for (size_t i = 0; i < manifest.fields.size(); ++i) {
    const ManifestField& field = manifest.fields[i];
    if (field.root == Root::kMarks) {
      if (field.steps.size() == 1) {
        marks_.emplace_back(field.steps[0].member, static_cast<uint32_t>(i));
      }
      continue;
    }
    roots_[static_cast<size_t>(field.root)].Add(field.steps,
                                                static_cast<uint32_t>(i));
  }
  for (const ManifestQuantifier& quantifier : manifest.quantifiers) {
    auto& [trie, count] = elements_.emplace_back();
    for (const ManifestField& field : quantifier.fields) {
      trie.Add(field.steps, static_cast<uint32_t>(count++));
    }
  }
}

void FieldReader::Read(const RequestView& request, pol_slot* slots) const {
  std::memset(slots, 0, slot_count_ * sizeof(pol_slot));
  auto read = [&](Root root, const pol_slot& value) {
    const PathTrie& trie = roots_[static_cast<size_t>(root)];
    if (!trie.empty()) trie.Read(value, slots);
  };
  pol_slot defined = SlotOfKind(POL_BOOL);
  defined.u.boolean = request.defined ? 1 : 0;
  read(Root::kArgs, SlotOr(request.args, POL_OBJECT));
  read(Root::kClaims, SlotOr(request.caller.claims, POL_OBJECT));
  read(Root::kGrant, SlotOf(request.caller.grant));
  read(Root::kSubject, SlotOfOptional(request.caller.subject));
  read(Root::kRoles, SlotOr(request.caller.roles, POL_LIST));
  read(Root::kServer, SlotOf(request.server));
  read(Root::kSession,
       request.session ? SlotOf(*request.session) : SlotOfKind(POL_BAD));
  read(Root::kMethod, SlotOf(request.method));
  read(Root::kTool, SlotOfOptional(request.tool));
  read(Root::kResource, SlotOfOptional(request.resource));
  read(Root::kPrompt, SlotOfOptional(request.prompt));
  read(Root::kDefined, defined);
  pol_slot held = SlotOfKind(POL_BOOL);
  held.u.boolean = 1;
  for (const auto& [name, slot] : marks_) {
    if (std::find(request.marks.begin(), request.marks.end(), name) !=
        request.marks.end()) {
      slots[slot] = held;
    }
  }
  // Outside of a quantifier there is no element.
  read(Root::kElement, SlotOfKind(POL_BAD));
}

void FieldReader::ReadElement(uint32_t quantifier, const pol_slot& element,
                              pol_slot* slots) const {
  const auto& [trie, count] = elements_[quantifier];
  std::memset(slots, 0, count * sizeof(pol_slot));
  trie.Read(element, slots);
}

}  // namespace polc::runtime
