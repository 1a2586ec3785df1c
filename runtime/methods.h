// What the protocol's methods are to a policy: which name a tool, a resource or
// a prompt, which pass undecided, and which revision defines them
// (modelcontextprotocol.io/specification).
#ifndef POLC_RUNTIME_METHODS_H_
#define POLC_RUNTIME_METHODS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace polc::runtime {

/// Dated revisions, as bits.
enum Revision : uint8_t {
  kRev20241105 = 1,
  kRev20250326 = 2,
  kRev20250618 = 4,
  kRev20251125 = 8,
  kRev20260728 = 16,
  kAnyRevision = 31,
};

/// Empty for text that is no revision known here.
std::optional<Revision> RevisionOf(std::string_view text);

enum class Target : uint8_t {
  kNone,        // passes: handshake, lists, progress, cancellation
  kTool,        // params.name
  kResource,    // params.uri
  kPrompt,      // params.name
  kCompletion,  // of a prompt or a resource: params.ref
  kMethod,      // decided by the method's name
};

struct MethodInfo {
  Target target = Target::kMethod;
  uint8_t revisions = 0;  // that define it
  bool is_notification = false;
};

/// Of a method that no revision defines: kMethod and no revisions.
MethodInfo FindMethod(std::string_view method);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_METHODS_H_
