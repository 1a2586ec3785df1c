// What is kept from one policy set for the next, so that an edit costs what it
// touches. Everything is found by digests of what it says (ir/digests.h), never
// by ids, and holds for one layout of slots and numbers: a set with another one
// begins anew. A set that is compiled alone begins with nothing kept and goes
// the same way. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_KEPT_H_
#define POLC_COMPILER_CODEGEN_KEPT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/automata/flat_hash.h"
#include "compiler/codegen/blob.h"
#include "compiler/codegen/index/prefixes.h"
#include "compiler/codegen/index/value_set.h"
#include "compiler/ir/digests.h"
#include "runtime/abi/native.h"

namespace polc::codegen {

/// Items by digest, numbered in the order in which they came.
template <typename T>
class DigestMap {
 public:
  static constexpr uint32_t kNone = automata::FlatHash::kNone;

  uint32_t Find(const ir::Digest& key) const {
    return known_.Find(key.a, [&](uint32_t i) { return keys_[i] == key; });
  }
  /// `key` must be new.
  uint32_t Add(const ir::Digest& key, T item) {
    const auto number = static_cast<uint32_t>(items_.size());
    known_.Insert(key.a, number);
    keys_.push_back(key);
    items_.push_back(std::move(item));
    return number;
  }
  T& operator[](uint32_t number) { return items_[number]; }
  size_t size() const { return items_.size(); }

 private:
  automata::FlatHash known_;
  std::vector<ir::Digest> keys_;
  std::vector<T> items_;
};

/// A function that a guard calls, and which of its operands (or of a tool's
/// demands, and of that one's operands) is a condition that has it.
struct ShapeUse {
  uint32_t shape = 0;
  uint32_t demand = 0;
  uint32_t operand = 0;
};

/// Some of Kept::uses.
struct ShapeUses {
  uint32_t first = 0;
  uint32_t count = 0;
};

/// A guard's piece, if it is the same in every set of the layout; else 0.
struct KeptGuard {
  uint32_t piece = 0;
  ShapeUses uses;
};

/// Of a rule's condition.
struct KeptRule {
  static constexpr uint32_t kNoTarget = 0xFFFFFFFF;

  KeptGuard guard;
  KeptGuard inner;              // for requests in the bucket of a known tool
  uint32_t target = kNoTarget;  // the operand that `inner` lacks
  uint32_t first_box = 0;       // of Kept::box_tools
  uint32_t boxes = 0;
};

/// Of a tool's demands.
struct KeptTool {
  runtime::TableTool table;
  ShapeUses uses;
};

/// What the boxes of rules say of the tool's name: sets of names, and which
/// names are in them.
struct ToolSet {
  bool has_missing = false;  // a request without a tool is in it
  bool has_string = false;
  bool is_listed = false;       // it is these names, and no others
  std::vector<uint32_t> names;  // in it, of those that were looked at
  uint32_t seen = 0;            // of a pattern: so many names were looked at
  std::shared_ptr<const ValueSet> pattern;
};

class KeptTools {
 public:
  static constexpr uint32_t kOpen = 0xFFFFFFFF;  // every tool, and none

  uint32_t NameOf(const std::string& text);
  const std::string& text(uint32_t name) const { return *texts_[name]; }
  size_t name_count() const { return texts_.size(); }
  uint32_t Add(const ValueSet& set);
  const ToolSet& set(uint32_t number) const { return sets_[number]; }
  /// Looks at names that it has not looked at yet.
  const std::vector<uint32_t>& NamesIn(uint32_t number);

 private:
  std::unordered_map<std::string, uint32_t> names_;
  std::vector<const std::string*> texts_;  // by name
  std::vector<ToolSet> sets_;
};

/// Machine code with who owns it.
struct Code {
  std::shared_ptr<void> owner;
  const pol_code* code = nullptr;
};

struct Kept {
  Kept();

  uint64_t seed;      // of digests
  ir::Digest layout;  // what all but `code` is for
  Blob blob;
  std::unordered_map<std::string, uint32_t> shapes;  // numbers, by key
  std::vector<ShapeUse> uses;
  DigestMap<KeptRule> rules;  // by guard
  std::vector<uint32_t> box_tools;
  KeptTools tools;
  DigestMap<runtime::TableSpan> dims;       // by boxes
  DigestMap<std::vector<Prefix>> prefixes;  // by language and bounds
  DigestMap<KeptTool> demands;
  std::vector<uint32_t> code_shapes;
  Code code;  // of those

  /// Forgets all but the seed.
  void Clear();
  /// Forgets all if more is kept than sets of this size are worth.
  void Bound(size_t tables_size, size_t rules);
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_KEPT_H_
