// From the names in a request to the numbers of a manifest, found once when an
// engine is made, so that a decision does not search.
#ifndef POLC_RUNTIME_NAMES_H_
#define POLC_RUNTIME_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/abi/manifest.h"

namespace polc::runtime {

/// What of a manifest concerns the requests to one server, ascending.
struct ServerPart {
  std::vector<uint32_t> policies;
  std::vector<uint32_t> schemas;  // those that are enforced
};

class ServerParts {
 public:
  explicit ServerParts(const Manifest& manifest);
  const ServerPart& Of(std::string_view server) const;

 private:
  std::vector<std::pair<std::string, ServerPart>> named_;  // sorted
  ServerPart other_;  // of servers that nothing names
};

/// The tools of all schemas by name. The manifest must outlive it.
class ToolNames {
 public:
  explicit ToolNames(const Manifest& manifest);
  /// Writes the tool's number into `tools`, which has a place for each schema,
  /// where a schema has the tool; elsewhere POL_NO_TOOL.
  void Find(std::string_view name, uint32_t* tools) const;

 private:
  // A place of the hash table: free without `tools`, else a tool's name and, in
  // `tools_`, which schemas have it.
  struct Place {
    uint32_t hash = 0;
    uint32_t count = 0;
    uint32_t first = 0;
  };
  struct Tool {
    uint32_t schema;
    uint32_t tool;
  };

  const Manifest& manifest_;
  std::vector<Place> places_;  // a power of two, or none
  std::vector<Tool> tools_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_NAMES_H_
