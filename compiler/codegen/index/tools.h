// Telling guards apart by the tool's name, before anything else is looked at.
// Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_
#define POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/codegen/blob.h"
#include "compiler/codegen/index/bucket.h"

namespace polc::codegen {

class ToolIndex {
 public:
  /// `tool`: the field of the tool's name, invalid if nothing reads it. All
  /// must outlive the index.
  ToolIndex(const ir::Module& module, ir::FieldId tool, BucketMaker* buckets,
            Kept* kept)
      : module_(module), tool_(tool), buckets_(buckets), kept_(*kept) {}

  /// All names first: of catalogs, then of what will be given to Add().
  void AddCatalogs();
  void AddNames(const std::vector<Entry>& entries);
  /// The buckets of one policy after the other.
  runtime::TablePolicy Add(const std::vector<Entry>& entries,
                           ir::DefaultEffect default_effect);
  /// The hash table of names, once all policies are there.
  runtime::TableSpan WriteNames();

 private:
  static constexpr uint32_t kNoTool = 0xFFFFFFFF;

  void AddName(uint32_t name);

  const ir::Module& module_;
  ir::FieldId tool_;
  BucketMaker* buckets_;
  Kept& kept_;
  std::vector<uint32_t> names_;    // by tool: its name in Kept::tools
  std::vector<uint32_t> tool_of_;  // by name
  std::vector<std::vector<uint32_t>> buckets_of_;  // by tool, then policy
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_TOOLS_H_
