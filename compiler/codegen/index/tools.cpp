#include "compiler/codegen/index/tools.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <numeric>
#include <span>
#include <string>
#include <utility>

namespace polc::codegen {
namespace {

// Entries of all buckets together, by entries and tools there are. Guards that
// leave the tool open would otherwise be written down for every tool.
constexpr size_t kMaxSpread = 16;

using List = std::span<const uint32_t>;

// Lists of entries, each once.
class Groups {
 public:
  /// The number of an equal list, and whether it is the first such.
  std::pair<uint32_t, bool> Add(List list) {
    const uint64_t hash = automata::HashWords(list);
    const uint32_t found = known_.Find(hash, [&](uint32_t i) {
      return std::equal(list.begin(), list.end(), lists_[i].begin(),
                        lists_[i].end());
    });
    if (found != automata::FlatHash::kNone) return {found, false};
    const auto next = static_cast<uint32_t>(lists_.size());
    known_.Insert(hash, next);
    lists_.push_back(list);
    return {next, true};
  }
  const std::vector<List>& lists() const { return lists_; }

 private:
  automata::FlatHash known_;
  std::vector<List> lists_;
};

// Lists by number, one behind the other. All sizes come first, then all items.
class ListsByNumber {
 public:
  explicit ListsByNumber(size_t count) : first_(count + 1) {}
  void Count(uint32_t number) { ++first_[number + 1]; }
  void Counted() {
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    next_.assign(first_.begin(), first_.end() - 1);
    items_.resize(first_.back());
  }
  void Add(uint32_t number, uint32_t item) { items_[next_[number]++] = item; }
  List of(uint32_t number) const {
    return List(items_).subspan(first_[number],
                                first_[number + 1] - first_[number]);
  }

 private:
  std::vector<uint32_t> first_;
  std::vector<uint32_t> next_;
  std::vector<uint32_t> items_;
};

}  // namespace

void ToolIndex::AddName(uint32_t name) {
  if (name >= tool_of_.size()) {
    tool_of_.resize(kept_.tools.name_count(), kNoTool);
  }
  if (tool_of_[name] != kNoTool) return;
  tool_of_[name] = static_cast<uint32_t>(names_.size());
  names_.push_back(name);
}

void ToolIndex::AddCatalogs() {
  for (const ir::Schema& schema : module_.schemas) {
    for (const ir::ToolSchema& tool : schema.tools) {
      if (!tool.tool.empty()) AddName(kept_.tools.NameOf(tool.tool));
    }
  }
}

void ToolIndex::AddNames(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    if (entry.tools == KeptTools::kOpen) continue;
    const ToolSet& set = kept_.tools.set(entry.tools);
    if (!set.is_listed) continue;
    for (const uint32_t name : set.names) AddName(name);
  }
}

runtime::TableSpan ToolIndex::WriteNames() {
  if (names_.empty()) return {};
  std::vector<runtime::TableName> table(std::bit_ceil(names_.size() * 2));
  Words named;
  for (uint32_t tool = 0; tool < names_.size(); ++tool) {
    const std::string& text = kept_.tools.text(names_[tool]);
    const uint32_t hash = runtime::HashName(text);
    size_t at = hash & (table.size() - 1);
    while (table[at].tool != 0) at = (at + 1) & (table.size() - 1);
    named.Clear();
    named.Append(runtime::TableNamed{static_cast<uint32_t>(text.size())});
    named.AddRefs(buckets_of_[tool]);
    named.AddText(text);
    table[at] = {hash, kept_.blob.AddOnce(named)};
  }
  return kept_.blob.AddOnceSpan(table);
}

runtime::TablePolicy ToolIndex::Add(const std::vector<Entry>& entries,
                                    ir::DefaultEffect default_effect) {
  std::vector<Entry> none;   // of requests that name no tool
  std::vector<Entry> other;  // of tools that are not known
  std::vector<std::pair<uint32_t, uint32_t>> asked;  // a tool, an entry
  ListsByNumber own(names_.size());
  std::vector<uint32_t> open;  // whatever the tool
  for (uint32_t i = 0; i < entries.size(); ++i) {
    if (entries[i].tools == KeptTools::kOpen) {
      none.push_back(entries[i]);
      other.push_back(entries[i]);
      open.push_back(i);
      continue;
    }
    const ToolSet& set = kept_.tools.set(entries[i].tools);
    if (set.has_missing) none.push_back(entries[i]);
    if (set.has_string && !set.is_listed) other.push_back(entries[i]);
    if (!set.has_string) continue;
    for (const uint32_t name : kept_.tools.NamesIn(entries[i].tools)) {
      if (name < tool_of_.size() && tool_of_[name] != kNoTool) {
        own.Count(tool_of_[name]);
        asked.emplace_back(tool_of_[name], i);
      }
    }
  }
  own.Counted();
  for (const auto& [tool, entry] : asked) own.Add(tool, entry);
  // Tools that the same entries tell apart share a bucket.
  Groups groups;
  std::vector<uint32_t> group_of;
  size_t spread = 0;
  group_of.reserve(names_.size());
  for (uint32_t tool = 0; tool < names_.size(); ++tool) {
    const List list = own.of(tool);
    const auto [group, is_new] = groups.Add(list);
    if (is_new) spread += list.size() + open.size();
    group_of.push_back(group);
  }
  runtime::TablePolicy policy;
  policy.default_effect = static_cast<uint32_t>(default_effect);
  policy.without = buckets_->Make(none, tool_, false);
  buckets_of_.resize(names_.size());
  if (spread > kMaxSpread * (entries.size() + names_.size())) {
    policy.other = buckets_->Make(entries, {}, false);
    for (auto& buckets : buckets_of_) buckets.push_back(policy.other);
    return policy;
  }
  policy.other = buckets_->Make(other, {}, false);
  std::vector<uint32_t> made;
  std::vector<Entry> in;
  std::vector<uint32_t> all;
  for (const List list : groups.lists()) {
    in.clear();
    all.clear();
    std::merge(list.begin(), list.end(), open.begin(), open.end(),
               std::back_inserter(all));
    for (const uint32_t i : all) in.push_back(entries[i]);
    made.push_back(buckets_->Make(in, tool_, true));
  }
  for (uint32_t tool = 0; tool < names_.size(); ++tool) {
    buckets_of_[tool].push_back(made[group_of[tool]]);
  }
  return policy;
}

}  // namespace polc::codegen
