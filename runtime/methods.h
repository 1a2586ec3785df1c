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
  k2024_11_05 = 1,
  k2025_03_26 = 2,
  k2025_06_18 = 4,
  k2025_11_25 = 8,
  k2026_07_28 = 16,
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
