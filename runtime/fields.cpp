#include "runtime/fields.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

namespace polc::runtime {
namespace {

/// json::HashOfKey of a name that is not of a document.
uint32_t HashOf(const std::string& name) {
  const std::string padded = name + std::string(16, '\0');
  return json::HashOfKey({padded.data(), name.size()});
}

pol_slot SlotOfKind(uint8_t kind) {
  pol_slot slot = {};
  slot.kind = kind;
  return slot;
}

pol_slot SlotOfBool(bool value) {
  pol_slot slot = SlotOfKind(POL_BOOL);
  slot.u.boolean = value ? 1 : 0;
  return slot;
}

/// `kind` if it is not there.
pol_slot SlotOr(const std::optional<std::string_view>& text, uint8_t kind) {
  return text ? SlotOf(*text) : SlotOfKind(kind);
}

json::Value ValueOf(const pol_slot& slot) {
  return {static_cast<const json::Tape*>(slot.u.node), slot.index};
}

/// Writes what SlotOf gives over a slot that is zero: in place, for what was
/// just written in parts is slow to copy. `tape` is the value's, wherever it
/// was copied to.
inline void SetSlot(json::Value value, const json::Tape* tape, pol_slot* slot) {
  // Most are.
  if (value.is_string()) {
    const std::string_view text = value.text();
    slot->kind = POL_STRING;
    slot->length = static_cast<uint32_t>(text.size());
    slot->u.text = text.data();
    return;
  }
  const json::Type type = value.type();
  switch (type) {
    case json::Type::kNone:
    case json::Type::kString:
      return;
    case json::Type::kNull:
      slot->kind = POL_NULL;
      return;
    case json::Type::kBool:
      slot->kind = POL_BOOL;
      slot->u.boolean = value.boolean() ? 1 : 0;
      return;
    case json::Type::kNumber:
      slot->kind = POL_NUMBER;
      slot->u.number = value.number();
      return;
    case json::Type::kBigInt:
      slot->kind = POL_BIG_INT;
      return;
    case json::Type::kList:
    case json::Type::kObject:
      slot->kind = type == json::Type::kList ? POL_LIST : POL_OBJECT;
      slot->u.node = tape;
      slot->index = value.at();
      return;
  }
}

}  // namespace

pol_slot SlotOf(std::string_view text) {
  pol_slot slot = SlotOfKind(POL_STRING);
  slot.length = static_cast<uint32_t>(text.size());
  slot.u.text = text.data();
  return slot;
}

pol_slot SlotOf(json::Value value) {
  pol_slot slot = {};
  SetSlot(value, value.tape(), &slot);
  return slot;
}

PathTrie::PathTrie() : nodes_(1) {}

void PathTrie::MakeTable(Node* node) const {
  constexpr size_t kFree = 8;  // to one that is taken
  node->members.assign(1, Member());
  node->table.assign(std::bit_ceil(node->children.size() * kFree + 1), 0);
  node->mask = static_cast<uint32_t>(node->table.size()) - 1;
  for (const auto& [name, child] : node->children) {
    uint32_t at = HashOf(name) & node->mask;
    while (node->table[at] != 0) at = (at + 1) & node->mask;
    node->table[at] = static_cast<uint32_t>(node->members.size());
    node->members.push_back(
        {json::KnownKey(name), child, nodes_[child].only_slot});
  }
}

void PathTrie::Finish() {
  for (Node& node : nodes_) MakeTable(&node);
}

uint32_t PathTrie::Child(uint32_t node, const ManifestStep& step) {
  const auto fresh = static_cast<uint32_t>(nodes_.size());
  if (step.index < 0) {
    const auto [at, is_new] = nodes_[node].children.emplace(step.member, fresh);
    if (is_new) nodes_.emplace_back().name = step.member;
    return at->second;
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
      node.slots.size() == 1 && node.children.empty() && node.indexes.empty();
  node.only_slot = is_one ? slot : kManySlots;
  is_empty_ = false;
}

template <typename Writer>
void PathTrie::FillBad(uint32_t node, Writer slots) const {
  for (const uint32_t slot : nodes_[node].slots) {
    slots.At(slot) = SlotOfKind(POL_BAD);
  }
  for (const auto& [name, child] : nodes_[node].children) {
    FillBad(child, slots);
  }
  for (const auto& [i, child] : nodes_[node].indexes) FillBad(child, slots);
}

/// The node's member of that name, or none: the first.
inline const PathTrie::Member* PathTrie::Find(const Node& node,
                                              std::string_view name,
                                              uint32_t hash) const {
  for (uint32_t at = hash;; ++at) {
    const Member* member = &node.members[node.table[at & node.mask]];
    const bool is_it =
        member->name.BeginsLike(name) &&
        (member->name.IsWhole() || nodes_[member->child].name == name);
    if (is_it || member->child == kNoChild) return member;
  }
}

/// From the member on that `members` is at. Apart from the loop of most
/// objects, so that nothing in that is a call.
template <typename Writer>
[[gnu::noinline]] void PathTrie::FillRest(const Node& node,
                                          json::Members members, size_t wanted,
                                          Writer slots) const {
  for (; members && wanted != 0; members.Next()) {
    const Member* member = Find(node, members.key(), members.key_hash());
    if (member->child == kNoChild) continue;
    FillFrom(member->child, members.value(), slots);
    --wanted;
  }
}

template <typename Writer>
[[gnu::hot]] void PathTrie::FillMembers(const Node& node, json::Value object,
                                        Writer slots) const {
  if (!object) return;
  // A copy of our own: writing slots does not change it.
  const json::Tape tape = *object.tape();
  const uint32_t* table = node.table.data();
  const Member* members = node.members.data();
  const uint32_t mask = node.mask;
  // Keys are distinct, so when all are found nothing else is wanted.
  size_t wanted = node.children.size();
  for (json::Members it({&tape, object.at()}); it && wanted != 0; it.Next()) {
    const std::string_view name = it.key();
    uint32_t at = it.key_hash();
    const Member* member = &members[table[at & mask]];
    while (!member->name.BeginsLike(name) && member->child != kNoChild) {
      member = &members[table[++at & mask]];
    }
    if (member->child == kNoChild) continue;
    if (member->only_slot == kManySlots || !member->name.IsWhole()) {
      return FillRest(node, it.On(object.tape()), wanted, slots);
    }
    SetSlot(it.value(), object.tape(), &slots.At(member->only_slot));
    --wanted;
  }
}

template <typename Writer>
void PathTrie::FillElements(const Node& node, json::Value list,
                            Writer slots) const {
  auto wanted = node.indexes.begin();
  int32_t index = 0;
  for (json::Elements it(list); it; it.Next(), ++index) {
    if (wanted == node.indexes.end()) return;
    if (wanted->first != index) continue;
    FillFrom(wanted->second, it.value(), slots);
    ++wanted;
  }
}

template <typename Writer>
[[gnu::hot]] void PathTrie::FillFrom(uint32_t id, json::Value value,
                                     Writer slots) const {
  const Node& node = nodes_[id];
  if (!node.indexes.empty() || !value.is_object()) {
    return Fill(id, SlotOf(value), slots);
  }
  for (const uint32_t slot : node.slots) {
    SetSlot(value, value.tape(), &slots.At(slot));
  }
  FillMembers(node, value, slots);
}

/// `.member` of an object, `[index]` of a list; absent stays absent; a step
/// into anything else is bad.
template <typename Writer>
void PathTrie::Fill(uint32_t id, const pol_slot& value, Writer slots) const {
  const Node& node = nodes_[id];
  for (const uint32_t slot : node.slots) slots.At(slot) = value;
  if (value.kind == POL_MISSING || value.kind == POL_NULL) return;
  if (value.kind == POL_OBJECT) {
    if (!node.children.empty()) FillMembers(node, ValueOf(value), slots);
  } else {
    for (const auto& [name, child] : node.children) FillBad(child, slots);
  }
  if (value.kind == POL_LIST) {
    if (!node.indexes.empty()) FillElements(node, ValueOf(value), slots);
  } else {
    for (const auto& [i, child] : node.indexes) FillBad(child, slots);
  }
}

namespace {

uint64_t NextId() {
  static std::atomic<uint64_t> last = 0;
  return ++last;
}

}  // namespace

bool FieldReader::IsOfCaller(Root root) {
  return root == Root::kGrant || root == Root::kSubject ||
         root == Root::kRoles || root == Root::kClaims;
}

FieldReader::FieldReader(const Manifest& manifest)
    : id_(NextId()), slot_count_(manifest.fields.size()) {
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
    if (IsOfCaller(field.root)) {
      caller_slots_.push_back(static_cast<uint32_t>(i));
    }
  }
  for (size_t root = 0; root < kRoots; ++root) {
    if (roots_[root].empty()) continue;
    roots_[root].Finish();
    read_.push_back(
        {static_cast<Root>(root), roots_[root].OnlySlot(), &roots_[root]});
  }
  const auto rest = std::stable_partition(
      read_.begin(), read_.end(),
      [](const Reading& reading) { return IsOfCaller(reading.root); });
  of_caller_ = static_cast<size_t>(rest - read_.begin());
  for (const ManifestQuantifier& quantifier : manifest.quantifiers) {
    auto& [trie, count] = elements_.emplace_back();
    for (const ManifestField& field : quantifier.fields) {
      trie.Add(field.steps, static_cast<uint32_t>(count++));
    }
    trie.Finish();
  }
}

/// A root that has neither members nor elements.
inline void FieldReader::FillLeaf(const Reading& reading, const pol_slot& value,
                                  SlotWriter slots) const {
  if (reading.only_slot != PathTrie::kManySlots) {
    slots.At(reading.only_slot) = value;
  } else {
    reading.trie->Read(value, slots);
  }
}

/// An object or a list, empty and of that `kind` if it is not there.
inline void FieldReader::FillTree(const Reading& reading, json::Value value,
                                  uint8_t kind, SlotWriter slots) const {
  if (value) {
    reading.trie->Read(value, slots);
  } else {
    reading.trie->Read(SlotOfKind(kind), slots);
  }
}

[[gnu::hot]] void FieldReader::ReadRoots(std::span<const Reading> roots,
                                         const RequestView& request,
                                         SlotWriter slots) const {
  for (const Reading& reading : roots) {
    const auto leaf = [&](const pol_slot& value) {
      FillLeaf(reading, value, slots);
    };
    switch (reading.root) {
      case Root::kArgs:
        FillTree(reading, request.args, POL_OBJECT, slots);
        break;
      case Root::kClaims:
        FillTree(reading, request.caller.claims, POL_OBJECT, slots);
        break;
      case Root::kRoles:
        FillTree(reading, request.caller.roles, POL_LIST, slots);
        break;
      case Root::kGrant:
        leaf(SlotOf(request.caller.grant));
        break;
      case Root::kSubject:
        leaf(SlotOr(request.caller.subject, POL_MISSING));
        break;
      case Root::kServer:
        leaf(SlotOf(request.server));
        break;
      case Root::kSession:
        leaf(SlotOr(request.session, POL_BAD));
        break;
      case Root::kMethod:
        leaf(SlotOf(request.method));
        break;
      case Root::kTool:
        leaf(SlotOr(request.tool, POL_MISSING));
        break;
      case Root::kResource:
        leaf(SlotOr(request.resource, POL_MISSING));
        break;
      case Root::kPrompt:
        leaf(SlotOr(request.prompt, POL_MISSING));
        break;
      case Root::kDefined:
        leaf(SlotOfBool(request.defined));
        break;
      case Root::kMarks:  // by name, not by path
        break;
      case Root::kElement:  // outside of a quantifier there is none
        leaf(SlotOfKind(POL_BAD));
        break;
    }
  }
}

void FieldReader::ReadCaller(const Caller& caller, Slots* buffer,
                             CallerFields* out) const {
  RequestView request;
  request.caller = caller;
  ReadRoots({read_.data(), of_caller_}, request, buffer->Clear(slot_count_));
  out->reader_ = id_;
  out->slots_.clear();
  out->slots_.reserve(caller_slots_.size());
  for (const uint32_t slot : caller_slots_) {
    const pol_slot& value = buffer->data()[slot];
    if (value.kind != POL_MISSING) out->slots_.emplace_back(slot, value);
  }
}

[[gnu::hot]] void FieldReader::Read(const RequestView& request,
                                    Slots* buffer) const {
  const SlotWriter slots = buffer->Clear(slot_count_);
  std::span<const Reading> roots = read_;
  const CallerFields* known = request.caller.fields;
  if (known != nullptr && known->reader_ == id_) {
    for (const auto& [slot, value] : known->slots_) slots.At(slot) = value;
    roots = roots.subspan(of_caller_);
  }
  ReadRoots(roots, request, slots);
  for (const auto& [name, slot] : marks_) {
    if (std::find(request.marks.begin(), request.marks.end(), name) !=
        request.marks.end()) {
      slots.At(slot) = SlotOfBool(true);
    }
  }
}

void FieldReader::ReadElement(uint32_t quantifier, const pol_slot& element,
                              pol_slot* slots) const {
  const auto& [trie, count] = elements_[quantifier];
  std::memset(slots, 0, count * sizeof(pol_slot));
  trie.Read(element, ElementWriter{slots});
}

}  // namespace polc::runtime
