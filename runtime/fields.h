// From a request to slots: all the paths that a policy set reads, merged into
// one trie for each place where paths begin, so that each value of the request
// is met once however many rules look at it.
#ifndef POLC_RUNTIME_FIELDS_H_
#define POLC_RUNTIME_FIELDS_H_

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "runtime/json/key.h"
#include "runtime/json/value.h"
#include "runtime/request.h"
#include "runtime/slots.h"

namespace polc::runtime {

/// What a policy finds at a value.
pol_slot SlotOf(json::Value value);
pol_slot SlotOf(std::string_view text);

/// Paths that begin at one value.
class PathTrie {
 public:
  PathTrie();
  void Add(const std::vector<ManifestStep>& steps, uint32_t slot);
  /// After the last Add, before the first Read.
  void Finish();
  bool empty() const { return is_empty_; }
  /// The slot of the one path, which has no steps; kManySlots if there are
  /// others.
  static constexpr uint32_t kManySlots = 0xFFFFFFFF;
  uint32_t OnlySlot() const { return nodes_[0].only_slot; }

  /// Fills the slots of all paths from `root`. Those of absent values are left
  /// alone: they must be POL_MISSING, that is zero.
  template <typename Writer>
  void Read(const pol_slot& root, Writer slots) const {
    Fill(0, root, slots);
  }
  template <typename Writer>
  void Read(json::Value root, Writer slots) const {
    FillFrom(0, root, slots);
  }

 private:
  static constexpr uint32_t kNoChild = 0;

  // A member of a node.
  struct Member {
    json::KnownKey name;
    uint32_t child = kNoChild;
    uint32_t only_slot = kManySlots;  // the child's
  };

  struct Node {
    std::string name;  // in its parent
    std::vector<uint32_t> slots;
    uint32_t only_slot = kManySlots;  // of a node that is one slot, no more
    std::map<std::string, uint32_t> children;  // by name
    // What follows is made of them when all are added. The first member is none
    // and has no name.
    std::vector<Member> members;
    // A hash table of places in `members`: a power of two, most of it 0.
    std::vector<uint32_t> table;
    uint32_t mask = 0;
    std::vector<std::pair<int32_t, uint32_t>> indexes;  // sorted
  };

  uint32_t Child(uint32_t node, const ManifestStep& step);
  void MakeTable(Node* node) const;
  const Member* Find(const Node& node, std::string_view name,
                     uint32_t hash) const;
  template <typename Writer>
  void FillRest(const Node& node, json::Members members, size_t wanted,
                Writer slots) const;
  template <typename Writer>
  void FillFrom(uint32_t node, json::Value value, Writer slots) const;
  template <typename Writer>
  void Fill(uint32_t node, const pol_slot& value, Writer slots) const;
  template <typename Writer>
  void FillMembers(const Node& node, json::Value object, Writer slots) const;
  template <typename Writer>
  void FillElements(const Node& node, json::Value list, Writer slots) const;
  template <typename Writer>
  void FillBad(uint32_t node, Writer slots) const;

  std::vector<Node> nodes_;
  bool is_empty_ = true;
};

/// The slots of one caller, read once for many requests. They lead into what
/// the caller's texts were read from.
class CallerFields {
 public:
  /// Asks for the memory that the next request reads them from.
  void Foresee() const {
    const auto* bytes = reinterpret_cast<const char*>(slots_.data());
    for (size_t at = 0; at < slots_.size() * sizeof slots_[0]; at += 64) {
      __builtin_prefetch(bytes + at);
    }
  }

 private:
  friend class FieldReader;

  uint64_t reader_ = 0;                               // whose slots these are
  std::vector<std::pair<uint32_t, pol_slot>> slots_;  // those that are not zero
};

/// All fields of a manifest.
class FieldReader {
 public:
  explicit FieldReader(const Manifest& manifest);
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  size_t slot_count() const { return slot_count_; }
  /// What the requests of one caller have in common. Allocates only what `out`
  /// never had; `buffer` is used on the way.
  void ReadCaller(const Caller& caller, Slots* buffer, CallerFields* out) const;
  /// Fills the first slot_count() of `slots`; what they held is gone.
  void Read(const RequestView& request, Slots* slots) const;

  size_t element_slot_count(uint32_t quantifier) const {
    return elements_[quantifier].second;
  }
  /// Fills the slots of one quantifier's element.
  void ReadElement(uint32_t quantifier, const pol_slot& element,
                   pol_slot* slots) const;

 private:
  static constexpr size_t kRoots = static_cast<size_t>(Root::kElement) + 1;

  // What of a request begins paths.
  struct Reading {
    Root root;
    uint32_t only_slot;  // the trie's
    const PathTrie* trie;
  };

  static bool IsOfCaller(Root root);
  void ReadRoots(std::span<const Reading> roots, const RequestView& request,
                 SlotWriter slots) const;
  void FillLeaf(const Reading& reading, const pol_slot& value,
                SlotWriter slots) const;
  void FillTree(const Reading& reading, json::Value value, uint8_t kind,
                SlotWriter slots) const;

  const uint64_t id_;  // no other reader of this process has it
  size_t slot_count_;
  /// Slots of marks, by the mark's name.
  std::vector<std::pair<std::string, uint32_t>> marks_;
  std::array<PathTrie, kRoots> roots_;
  // Of those of them that have paths; first the caller's, so many.
  std::vector<Reading> read_;
  size_t of_caller_ = 0;
  std::vector<uint32_t> caller_slots_;
  std::vector<std::pair<PathTrie, size_t>> elements_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_FIELDS_H_
