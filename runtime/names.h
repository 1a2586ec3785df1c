// From the names in a request to the numbers of a manifest, found once when an
// engine is made, so that a decision does not search.
#ifndef POLC_RUNTIME_NAMES_H_
#define POLC_RUNTIME_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"

namespace polc::runtime {

/// What of a manifest concerns the requests to one server, ascending.
struct ServerPart {
  std::vector<uint32_t> policies;
  std::vector<uint8_t> covered;   // of each policy: whether it is among them
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

/// The tools of all schemas, and those whose names the code's tables know, by
/// name: one look tells everything about a request's tool. Longer names than
/// kMaxName are nobody's. The manifest and the code must outlive it.
class ToolNames {
 public:
  static constexpr size_t kMaxName = 0xFFFF;
  static constexpr size_t kMaxSchemas = 0xFFFF;

  /// The manifest has fewer schemas than kMaxSchemas.
  ToolNames(const Manifest& manifest, const pol_code& code);
  /// Writes the tool's number into `tools`, which has a place for each schema,
  /// where a schema has the tool; elsewhere POL_NO_TOOL. Returns pol_frame's
  /// `named`.
  uint32_t Find(std::optional<std::string_view> name, uint32_t* tools) const;

 private:
  static constexpr uint16_t kNone = 0xFFFF;
  static constexpr uint32_t kLast = 0xFFFFFFFF;

  // A schema's tool.
  struct Tool {
    uint16_t schema = kNone;
    uint16_t name_size = 0;
    uint32_t tool = 0;
    uint32_t next = kLast;  // in more_: of another schema, that name
  };
  // A place of the hash table: free without `text`.
  struct Place {
    const char* text = nullptr;
    uint32_t hash = 0;
    Tool first;
    uint32_t named = 0;
    uint32_t bucket = 0;  // of the first policy
  };
  static_assert(sizeof(Place) == 32, "half a cache line");

  size_t Look(std::string_view name, uint32_t hash) const;
  Place& Add(std::string_view name, uint32_t hash);

  size_t schema_count_;
  const uint8_t* tables_;      // null: the code has none
  std::vector<Place> places_;  // a power of two, with a free one
  std::vector<Tool> more_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_NAMES_H_
