#include "runtime/fields.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace polc::runtime {
namespace {

template <typename T>
uint64_t Load(const char* at) {
  T word;
  std::memcpy(&word, at, sizeof word);
  return word;
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

PathTrie::Digest PathTrie::DigestOf(std::string_view name) {
  const char* at = name.data();
  const size_t n = name.size();
  Digest digest;
  digest.size = static_cast<uint32_t>(n);
  // The two loads overlap, so that lengths need not be told apart further.
  if (n >= 8) {
    digest.first = Load<uint64_t>(at);
    digest.last = Load<uint64_t>(at + n - 8);
  } else if (n >= 4) {
    digest.first = Load<uint32_t>(at);
    digest.last = Load<uint32_t>(at + n - 4);
  } else if (n > 0) {
    digest.first = Load<uint8_t>(at);
    digest.last = Load<uint8_t>(at + n / 2) << 8 | Load<uint8_t>(at + n - 1);
  }
  return digest;
}

size_t PathTrie::HashOf(const Digest& name) {
  // Multipliers of splitmix64.
  return ((name.first ^ name.size) * 0xBF58476D1CE4E5B9u +
          name.last * 0x94D049BB133111EBu) >>
         40;
}

void PathTrie::AddMember(uint32_t node, uint32_t child) {
  Node& parent = nodes_[node];
  parent.members.push_back(child);
  parent.table.assign(std::bit_ceil(parent.members.size() * 4), Place());
  const size_t mask = parent.table.size() - 1;
  for (const uint32_t member : parent.members) {
    const Digest name = DigestOf(nodes_[member].name);
    size_t at = HashOf(name) & mask;
    while (parent.table[at].child != kNoChild) at = (at + 1) & mask;
    parent.table[at] = {name, member};
  }
}

uint32_t PathTrie::FindMember(const Node& node, std::string_view name) const {
  if (node.table.empty()) return kNoChild;
  const Digest digest = DigestOf(name);
  const size_t mask = node.table.size() - 1;
  for (size_t at = HashOf(digest) & mask;; at = (at + 1) & mask) {
    const Place& place = node.table[at];
    if (place.child == kNoChild) return kNoChild;
    if (place.name == digest &&
        (digest.size <= 16 || nodes_[place.child].name == name)) {
      return place.child;
    }
  }
}

uint32_t PathTrie::Child(uint32_t node, const ManifestStep& step) {
  const auto fresh = static_cast<uint32_t>(nodes_.size());
  if (step.index < 0) {
    const uint32_t known = FindMember(nodes_[node], step.member);
    if (known != kNoChild) return known;
    nodes_.emplace_back().name = step.member;
    AddMember(node, fresh);
    return fresh;
  }
  auto& indexes = nodes_[node].indexes;
  const auto at = std::lower_bound(
      indexes.begin(), indexes.end(), step.index,
      [](const auto& entry, int32_t index) { return entry.first < index; });
  if (at != indexes.end() && at->first == step.index) return at->second;
  indexes.emplace(at, step.index, fresh);
  nodes_.emplace_back();
  return fresh;
}

void PathTrie::Add(const std::vector<ManifestStep>& steps, uint32_t slot) {
  uint32_t at = 0;
  for (const ManifestStep& step : steps) {
    nodes_[at].only_slot = kManySlots;
    at = Child(at, step);
  }
  Node& node = nodes_[at];
  node.slots.push_back(slot);
  const bool is_one =
      node.slots.size() == 1 && node.members.empty() && node.indexes.empty();
  node.only_slot = is_one ? slot : kManySlots;
  is_empty_ = false;
}

void PathTrie::FillBad(uint32_t node, pol_slot* slots) const {
  for (const uint32_t slot : nodes_[node].slots) {
    slots[slot] = SlotOfKind(POL_BAD);
  }
  for (const uint32_t child : nodes_[node].members) FillBad(child, slots);
  for (const auto& [i, child] : nodes_[node].indexes) FillBad(child, slots);
}

/// Most values go to one slot: they are written there and nowhere else, for
/// what was just written in parts is slow to copy.
void PathTrie::FillChild(uint32_t child, json::Value value,
                         pol_slot* slots) const {
  const uint32_t slot = nodes_[child].only_slot;
  if (slot != kManySlots) {
    slots[slot] = SlotOf(value);
  } else {
    Fill(child, SlotOf(value), slots);
  }
}

void PathTrie::FillMembers(const Node& node, const pol_slot& object,
                           pol_slot* slots) const {
  // Keys are distinct, so when all are found nothing else is wanted.
  size_t wanted = node.members.size();
  for (json::Members it(ValueOf(object)); it && wanted != 0; it.Next()) {
    const uint32_t child = FindMember(node, it.key());
    if (child == kNoChild) continue;
    FillChild(child, it.value(), slots);
    --wanted;
  }
}

void PathTrie::FillElements(const Node& node, const pol_slot& list,
                            pol_slot* slots) const {
  auto wanted = node.indexes.begin();
  int32_t index = 0;
  for (json::Elements it(ValueOf(list)); it; it.Next(), ++index) {
    if (wanted == node.indexes.end()) return;
    if (wanted->first != index) continue;
    FillChild(wanted->second, it.value(), slots);
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
    for (const uint32_t child : node.members) FillBad(child, slots);
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
