#include "runtime/names.h"

#include <algorithm>
#include <bit>
#include <set>

#include "runtime/abi/tables.h"
#include "runtime/match/candidates.h"
#include "runtime/match/matcher.h"

namespace polc::runtime {
namespace {

/// An empty list names all.
bool Covers(const std::vector<std::string>& servers, std::string_view server) {
  return servers.empty() ||
         std::find(servers.begin(), servers.end(), server) != servers.end();
}

ServerPart PartOf(const Manifest& manifest, std::string_view server) {
  ServerPart part;
  part.covered.resize(manifest.policies.size());
  for (uint32_t i = 0; i < manifest.policies.size(); ++i) {
    if (Covers(manifest.policies[i].servers, server)) {
      part.policies.push_back(i);
      part.covered[i] = 1;
    }
  }
  for (uint32_t i = 0; i < manifest.schemas.size(); ++i) {
    const ManifestSchema& schema = manifest.schemas[i];
    if (!schema.advisory && Covers(schema.servers, server)) {
      part.schemas.push_back(i);
    }
  }
  return part;
}

}  // namespace

ServerParts::ServerParts(const Manifest& manifest) {
  std::set<std::string> names;
  for (const ManifestPolicy& policy : manifest.policies) {
    names.insert(policy.servers.begin(), policy.servers.end());
  }
  for (const ManifestSchema& schema : manifest.schemas) {
    names.insert(schema.servers.begin(), schema.servers.end());
  }
  for (const std::string& name : names) {
    named_.emplace_back(name, PartOf(manifest, name));
  }
  // Nobody is called this: names are UTF-8.
  other_ = PartOf(manifest, "\xFF");
}

[[gnu::hot]] const ServerPart& ServerParts::Of(std::string_view server) const {
  const auto at = std::lower_bound(
      named_.begin(), named_.end(), server,
      [](const auto& one, std::string_view name) { return one.first < name; });
  return at != named_.end() && at->first == server ? at->second : other_;
}

ToolNames::ToolNames(const Manifest& manifest, const pol_code& code)
    : schema_count_(manifest.schemas.size()),
      tables_(code.tables_size != 0 ? code.tables : nullptr) {
  TableSpan known;
  uint32_t policies = 0;
  if (code.tables_size != 0) {
    const auto& header = *match::At<TablesHeader>(code.tables, 0);
    known = header.names;
    policies = header.policies.count;
  }
  size_t names = known.count;
  for (const ManifestSchema& schema : manifest.schemas) {
    names += schema.tools.size();
  }
  places_.resize(std::bit_ceil(names * 2 + 1));
  const auto* table = match::At<TableName>(code.tables, known.at);
  for (uint32_t i = 0; i < known.count; ++i) {
    if (table[i].tool == 0) continue;
    const auto& named = *match::At<TableNamed>(code.tables, table[i].tool);
    // The name lies beside the buckets, which are read if it is this one.
    const auto* text =
        reinterpret_cast<const char*>(match::BucketsOf(named) + policies);
    if (named.length > kMaxName) continue;
    Place& place = Add({text, named.length}, table[i].hash);
    place.named = table[i].tool;
    if (policies != 0) place.bucket = match::BucketsOf(named)[0];
  }
  for (uint32_t i = 0; i < manifest.schemas.size(); ++i) {
    const auto& tools = manifest.schemas[i].tools;
    for (uint32_t k = 0; k < tools.size(); ++k) {
      if (tools[k].name.size() > kMaxName) continue;
      Tool& first = Add(tools[k].name, HashName(tools[k].name)).first;
      if (first.schema != kNone) {
        more_.push_back(first);
        first.next = static_cast<uint32_t>(more_.size()) - 1;
      }
      first.schema = static_cast<uint16_t>(i);
      first.tool = k;
    }
  }
}

/// Where the name is or could be.
size_t ToolNames::Look(std::string_view name, uint32_t hash) const {
  const size_t mask = places_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Place& place = places_[at];
    if (place.text == nullptr) return at;
    if (place.hash != hash || place.first.name_size != name.size()) continue;
    // Most likely it is the name. What is read next comes while that is made
    // sure.
    if (place.bucket != 0) __builtin_prefetch(tables_ + place.bucket);
    if (match::AreSame(place.text, name.data(), name.size())) return at;
  }
}

ToolNames::Place& ToolNames::Add(std::string_view name, uint32_t hash) {
  Place& place = places_[Look(name, hash)];
  if (place.text == nullptr) {
    place.hash = hash;
    place.first.name_size = static_cast<uint16_t>(name.size());
    place.text = name.data();
    place.named = match::kNoName;
  }
  return place;
}

[[gnu::hot]] uint32_t ToolNames::Find(std::optional<std::string_view> name,
                                      uint32_t* tools) const {
  for (size_t i = 0; i < schema_count_; ++i) tools[i] = POL_NO_TOOL;
  if (!name) return match::kNoName;
  const Place& place = places_[Look(*name, HashName(*name))];
  for (const Tool* tool = &place.first; tool->schema != kNone;) {
    tools[tool->schema] = tool->tool;
    if (tool->next == kLast) break;
    tool = &more_[tool->next];
  }
  return place.text == nullptr ? match::kNoName : place.named;
}

}  // namespace polc::runtime
