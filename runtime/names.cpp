#include "runtime/names.h"

#include <algorithm>
#include <bit>
#include <set>

#include "runtime/abi/native.h"
#include "runtime/abi/tables.h"

namespace polc::runtime {
namespace {

/// An empty list names all.
bool Covers(const std::vector<std::string>& servers, std::string_view server) {
  return servers.empty() ||
         std::find(servers.begin(), servers.end(), server) != servers.end();
}

ServerPart PartOf(const Manifest& manifest, std::string_view server) {
  ServerPart part;
  for (uint32_t i = 0; i < manifest.policies.size(); ++i) {
    if (Covers(manifest.policies[i].servers, server)) {
      part.policies.push_back(i);
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

const ServerPart& ServerParts::Of(std::string_view server) const {
  const auto at = std::lower_bound(
      named_.begin(), named_.end(), server,
      [](const auto& one, std::string_view name) { return one.first < name; });
  return at != named_.end() && at->first == server ? at->second : other_;
}

ToolNames::ToolNames(const Manifest& manifest) : manifest_(manifest) {
  std::vector<Tool> all;
  for (uint32_t i = 0; i < manifest.schemas.size(); ++i) {
    for (uint32_t k = 0; k < manifest.schemas[i].tools.size(); ++k) {
      all.push_back({i, k});
    }
  }
  if (all.empty()) return;
  const auto name_of = [&](uint32_t n) -> const std::string& {
    return manifest.schemas[all[n].schema].tools[all[n].tool].name;
  };
  places_.resize(std::bit_ceil(all.size() * 2));
  const size_t mask = places_.size() - 1;
  // Of each tool: its place, and the first tool of its name, which the place
  // knows until all are counted.
  std::vector<uint32_t> place_of(all.size());
  std::vector<uint32_t> first_of(all.size());
  for (uint32_t n = 0; n < all.size(); ++n) {
    const uint32_t hash = HashName(name_of(n));
    size_t at = hash & mask;
    while (places_[at].count != 0 &&
           (places_[at].hash != hash ||
            name_of(places_[at].first) != name_of(n))) {
      at = (at + 1) & mask;
    }
    if (places_[at].count == 0) places_[at] = {hash, 0, n};
    ++places_[at].count;
    place_of[n] = static_cast<uint32_t>(at);
    first_of[n] = places_[at].first;
  }
  // Those of one name stand in a row.
  std::vector<uint32_t> next(all.size());
  uint32_t free = 0;
  for (uint32_t n = 0; n < all.size(); ++n) {
    if (first_of[n] != n) continue;
    places_[place_of[n]].first = free;
    next[n] = free;
    free += places_[place_of[n]].count;
  }
  tools_.resize(all.size());
  for (uint32_t n = 0; n < all.size(); ++n) {
    tools_[next[first_of[n]]++] = all[n];
  }
}

void ToolNames::Find(std::string_view name, uint32_t* tools) const {
  std::fill_n(tools, manifest_.schemas.size(), POL_NO_TOOL);
  if (places_.empty()) return;
  const uint32_t hash = HashName(name);
  const size_t mask = places_.size() - 1;
  for (size_t at = hash & mask; places_[at].count != 0; at = (at + 1) & mask) {
    if (places_[at].hash != hash) continue;
    const Tool* first = &tools_[places_[at].first];
    if (manifest_.schemas[first->schema].tools[first->tool].name != name) {
      continue;
    }
    for (uint32_t i = 0; i < places_[at].count; ++i) {
      tools[first[i].schema] = first[i].tool;
    }
    return;
  }
}

}  // namespace polc::runtime
