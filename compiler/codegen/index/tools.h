// Telling guards apart by the tool's name, before anything else is looked at.
// Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_
#define POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/blob.h"
#include "compiler/codegen/index/bucket.h"

namespace polc::codegen {

class ToolIndex {
 public:
  /// `tool`: the field of the tool's name, invalid if nothing reads it.
  ToolIndex(const ir::Module& module, ir::FieldId tool, BucketMaker* buckets,
            Blob* blob)
      : module_(module), tool_(tool), buckets_(buckets), blob_(blob) {}

  /// All names first: of catalogs, and of what will be given to Add().
  void AddNames(const std::vector<Entry>& entries);
  /// The hash table of names.
  runtime::TableSpan WriteNames();
  uint32_t tool_count() const { return static_cast<uint32_t>(names_.size()); }

  /// Buckets as TablePolicy says.
  struct Buckets {
    uint32_t at = 0;
    bool by_tool = true;  // else all known tools share one
  };
  Buckets Add(const std::vector<Entry>& entries);

 private:
  void AddName(const std::string& name);
  const std::vector<uint32_t>& Matched(const ValueSet& set);

  const ir::Module& module_;
  ir::FieldId tool_;
  BucketMaker* buckets_;
  Blob* blob_;
  std::unordered_map<std::string, uint32_t> names_;
  std::vector<std::string> texts_;  // by tool
  std::unordered_map<const ValueSet*, std::vector<uint32_t>> matched_;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_
