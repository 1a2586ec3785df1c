#include "runtime/methods.h"

#include <algorithm>
#include <array>

namespace polc::runtime {
namespace {

struct Row {
  std::string_view method;
  Target target;
  uint8_t revisions;
};

constexpr uint8_t kLegacy =
    kRev20241105 | kRev20250326 | kRev20250618 | kRev20251125;
constexpr uint8_t kElicits = kRev20250618 | kRev20251125 | kRev20260728;

// Sorted by name.
constexpr std::array kMethods = {
    Row{"completion/complete", Target::kCompletion, kAnyRevision},
    Row{"elicitation/create", Target::kMethod, kElicits},
    Row{"initialize", Target::kNone, kLegacy},
    Row{"logging/setLevel", Target::kMethod, kLegacy},
    Row{"notifications/cancelled", Target::kNone, kAnyRevision},
    Row{"notifications/elicitation/complete", Target::kMethod,
        kRev20251125 | kRev20260728},
    Row{"notifications/initialized", Target::kNone, kLegacy},
    Row{"notifications/message", Target::kMethod, kAnyRevision},
    Row{"notifications/progress", Target::kNone, kAnyRevision},
    Row{"notifications/prompts/list_changed", Target::kMethod, kAnyRevision},
    Row{"notifications/resources/list_changed", Target::kMethod, kAnyRevision},
    Row{"notifications/resources/updated", Target::kMethod, kAnyRevision},
    Row{"notifications/roots/list_changed", Target::kMethod, kLegacy},
    Row{"notifications/subscriptions/acknowledged", Target::kMethod,
        kRev20260728},
    Row{"notifications/tasks/status", Target::kMethod, kRev20251125},
    Row{"notifications/tools/list_changed", Target::kMethod, kAnyRevision},
    Row{"ping", Target::kNone, kLegacy},
    Row{"prompts/get", Target::kPrompt, kAnyRevision},
    Row{"prompts/list", Target::kNone, kAnyRevision},
    Row{"resources/list", Target::kNone, kAnyRevision},
    Row{"resources/read", Target::kResource, kAnyRevision},
    Row{"resources/subscribe", Target::kResource, kLegacy},
    Row{"resources/templates/list", Target::kNone, kAnyRevision},
    Row{"resources/unsubscribe", Target::kMethod, kLegacy},
    Row{"roots/list", Target::kMethod, kAnyRevision},
    Row{"sampling/createMessage", Target::kMethod, kAnyRevision},
    Row{"server/discover", Target::kNone, kRev20260728},
    Row{"subscriptions/listen", Target::kMethod, kRev20260728},
    Row{"tasks/cancel", Target::kMethod, kRev20251125},
    Row{"tasks/get", Target::kMethod, kRev20251125},
    Row{"tasks/list", Target::kMethod, kRev20251125},
    Row{"tasks/result", Target::kMethod, kRev20251125},
    Row{"tools/call", Target::kTool, kAnyRevision},
    Row{"tools/list", Target::kNone, kAnyRevision},
};

constexpr std::array<std::string_view, 5> kRevisions = {
    "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};

}  // namespace

std::optional<Revision> RevisionOf(std::string_view text) {
  for (size_t i = 0; i < kRevisions.size(); ++i) {
    if (kRevisions[i] == text) return static_cast<Revision>(1 << i);
  }
  return std::nullopt;
}

[[gnu::hot]] MethodInfo FindMethod(std::string_view method) {
  // Most messages are calls.
  if (method == "tools/call") return {Target::kTool, kAnyRevision, false};
  MethodInfo info;
  info.is_notification = method.starts_with("notifications/");
  const auto* row = std::lower_bound(
      kMethods.begin(), kMethods.end(), method,
      [](const Row& a, std::string_view b) { return a.method < b; });
  if (row != kMethods.end() && row->method == method) {
    info.target = row->target;
    info.revisions = row->revisions;
  }
  return info;
}

}  // namespace polc::runtime
