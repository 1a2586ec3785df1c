#include "compiler/codegen/index/tools.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace polc::codegen {
namespace {

using ir::Kind;

// Entries of all buckets together, by entries and tools there are. Guards that
// leave the tool open would otherwise be written down for every tool.
constexpr size_t kMaxSpread = 16;

}  // namespace

void ToolIndex::AddName(const std::string& name) {
  if (name.empty()) return;
  const auto next = static_cast<uint32_t>(texts_.size());
  if (names_.emplace(name, next).second) texts_.push_back(name);
}

void ToolIndex::AddNames(const std::vector<Entry>& entries) {
  if (!tool_.valid()) return;
  if (texts_.empty()) {
    for (const ir::Schema& schema : module_.schemas) {
      for (const ir::ToolSchema& tool : schema.tools) AddName(tool.tool);
    }
  }
  for (const Entry& entry : entries) {
    const ValueSet* set = Find(*entry.box, tool_);
    if (set == nullptr || set->strings == nullptr) continue;
    for (const std::string& text : set->strings->texts) AddName(text);
  }
}

runtime::TableSpan ToolIndex::WriteNames() {
  if (texts_.empty()) return {};
  std::vector<runtime::TableName> table(std::bit_ceil(texts_.size() * 2));
  for (uint32_t tool = 0; tool < texts_.size(); ++tool) {
    const std::string& text = texts_[tool];
    const uint32_t hash = runtime::HashName(text);
    size_t at = hash & (table.size() - 1);
    while (table[at].tool != 0) at = (at + 1) & (table.size() - 1);
    Words named;
    named.Append(runtime::TableNamed{static_cast<uint32_t>(text.size())});
    named.AddRefs(buckets_of_[tool]);
    named.AddText(text);
    table[at] = {hash, blob_->Add(named)};
  }
  return blob_->AddSpan(table);
}

// The known tools in the set.
const std::vector<uint32_t>& ToolIndex::Matched(const ValueSet& set) {
  const auto [at, is_new] = matched_.try_emplace(&set);
  if (!is_new || !set.has(Kind::kString)) return at->second;
  if (set.strings != nullptr && set.strings->dfa == nullptr) {
    for (const std::string& text : set.strings->texts) {
      const auto found = names_.find(text);
      if (found != names_.end()) at->second.push_back(found->second);
    }
    std::sort(at->second.begin(), at->second.end());
  } else {
    for (uint32_t tool = 0; tool < texts_.size(); ++tool) {
      const bool is_long =
          set.max_bytes != 0 && texts_[tool].size() > set.max_bytes;
      if (is_long || Holds(set, texts_[tool])) at->second.push_back(tool);
    }
  }
  return at->second;
}

runtime::TablePolicy ToolIndex::Add(const std::vector<Entry>& entries,
                                    ir::DefaultEffect default_effect) {
  std::vector<Entry> none;   // of requests that name no tool
  std::vector<Entry> other;  // of tools that are not known
  std::vector<std::vector<uint32_t>> own(texts_.size());
  std::vector<uint32_t> open;  // whatever the tool
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const ValueSet* set =
        tool_.valid() ? Find(*entries[i].box, tool_) : nullptr;
    if (set == nullptr || set->has(Kind::kMissing)) none.push_back(entries[i]);
    const bool is_listed =
        set != nullptr && set->strings != nullptr && !set->strings->dfa;
    if (set == nullptr || (set->has(Kind::kString) && !is_listed)) {
      other.push_back(entries[i]);
    }
    if (set == nullptr) {
      open.push_back(i);
    } else {
      for (const uint32_t tool : Matched(*set)) own[tool].push_back(i);
    }
  }
  // Tools that the same entries tell apart share a bucket.
  std::map<std::vector<uint32_t>, uint32_t> groups;
  size_t spread = 0;
  for (const auto& list : own) {
    if (groups.try_emplace(list, 0).second) spread += list.size() + open.size();
  }
  runtime::TablePolicy policy;
  policy.default_effect = static_cast<uint32_t>(default_effect);
  policy.without = buckets_->Make(none, tool_, false);
  buckets_of_.resize(texts_.size());
  if (spread > kMaxSpread * (entries.size() + texts_.size())) {
    policy.other = buckets_->Make(entries, {}, false);
    for (auto& buckets : buckets_of_) buckets.push_back(policy.other);
    return policy;
  }
  policy.other = buckets_->Make(other, {}, false);
  for (uint32_t tool = 0; tool < own.size(); ++tool) {
    uint32_t& bucket = groups.at(own[tool]);
    if (bucket == 0) {
      std::vector<uint32_t> all;
      std::merge(own[tool].begin(), own[tool].end(), open.begin(), open.end(),
                 std::back_inserter(all));
      std::vector<Entry> in;
      for (const uint32_t i : all) in.push_back(entries[i]);
      bucket = buckets_->Make(in, tool_, true);
    }
    buckets_of_[tool].push_back(bucket);
  }
  return policy;
}

}  // namespace polc::codegen
