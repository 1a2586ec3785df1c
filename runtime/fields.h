// From a request to slots: all the paths that a policy set reads, merged into
// one trie for each place where paths begin, so that each value of the request
// is met once however many rules look at it.
#ifndef POLC_RUNTIME_FIELDS_H_
#define POLC_RUNTIME_FIELDS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "runtime/json/value.h"
#include "runtime/request.h"

namespace polc::runtime {

/// What a policy finds at a value.
pol_slot SlotOf(json::Value value);
pol_slot SlotOf(std::string_view text);

/// Paths that begin at one value.
class PathTrie {
 public:
  PathTrie();
  void Add(const std::vector<ManifestStep>& steps, uint32_t slot);
  bool empty() const { return is_empty_; }

  /// Fills the slots of all paths from `root`. Those of absent values are left
  /// alone: they must be POL_MISSING, that is zero.
  void Read(const pol_slot& root, pol_slot* slots) const {
    Fill(0, root, slots);
  }

 private:
  // The length and at most sixteen bytes of a name: of most names, all.
  struct Digest {
    uint64_t first = 0;
    uint64_t last = 0;
    uint32_t size = 0;
    bool operator==(const Digest&) const = default;
  };
  // A place of a hash table of members; child 0 is none: the root is nobody's.
  struct Place {
    Digest name;
    uint32_t child = 0;
  };
  static constexpr uint32_t kNoChild = 0;
  static constexpr uint32_t kManySlots = 0xFFFFFFFF;

  struct Node {
    std::string name;  // in its parent
    std::vector<uint32_t> slots;
    uint32_t only_slot = kManySlots;  // of a node that is one slot, no more
    std::vector<uint32_t> members;
    std::vector<Place> table;  // of them; a power of two, most of it free
    std::vector<std::pair<int32_t, uint32_t>> indexes;  // sorted
  };

  static Digest DigestOf(std::string_view name);
  static size_t HashOf(const Digest& name);
  uint32_t Child(uint32_t node, const ManifestStep& step);
  void AddMember(uint32_t node, uint32_t child);
  uint32_t FindMember(const Node& node, std::string_view name) const;
  void FillChild(uint32_t child, json::Value value, pol_slot* slots) const;
  void Fill(uint32_t node, const pol_slot& value, pol_slot* slots) const;
  void FillMembers(const Node& node, const pol_slot& object,
                   pol_slot* slots) const;
  void FillElements(const Node& node, const pol_slot& list,
                    pol_slot* slots) const;
  void FillBad(uint32_t node, pol_slot* slots) const;

  std::vector<Node> nodes_;
  bool is_empty_ = true;
};

/// All fields of a manifest.
class FieldReader {
 public:
  explicit FieldReader(const Manifest& manifest);

  size_t slot_count() const { return slot_count_; }
  /// Fills `slots`, which has slot_count() places.
  void Read(const RequestView& request, pol_slot* slots) const;

  size_t element_slot_count(uint32_t quantifier) const {
    return elements_[quantifier].second;
  }
  /// Fills the slots of one quantifier's element.
  void ReadElement(uint32_t quantifier, const pol_slot& element,
                   pol_slot* slots) const;

 private:
  static constexpr size_t kRoots = static_cast<size_t>(Root::kElement) + 1;

  size_t slot_count_;
  /// Slots of marks, by the mark's name.
  std::vector<std::pair<std::string, uint32_t>> marks_;
  std::array<PathTrie, kRoots> roots_;
  std::vector<std::pair<PathTrie, size_t>> elements_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_FIELDS_H_
