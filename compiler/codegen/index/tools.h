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
  /// The buckets of one policy after the other.
  runtime::TablePolicy Add(const std::vector<Entry>& entries,
                           ir::DefaultEffect default_effect);
  /// The hash table of names, once all policies are there.
  runtime::TableSpan WriteNames();

 private:
  void AddName(const std::string& name);
  const std::vector<uint32_t>& Matched(const ValueSet& set);

  const ir::Module& module_;
  ir::FieldId tool_;
  BucketMaker* buckets_;
  Blob* blob_;
  std::unordered_map<std::string, uint32_t> names_;
  std::vector<std::string> texts_;                 // by tool
  std::vector<std::vector<uint32_t>> buckets_of_;  // by tool, then policy
  std::unordered_map<const ValueSet*, std::vector<uint32_t>> matched_;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_
