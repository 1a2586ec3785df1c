#include "runtime/mcp/fold.h"

#include <cstddef>
#include <span>

namespace polc::runtime::mcp {
namespace {

constexpr std::string_view kMessageKeys[] = {"jsonrpc", "id",     "method",
                                             "params",  "result", "error"};
constexpr std::string_view kParamsKeys[] = {
    "_meta",
    "argument",
    "arguments",
    "capabilities",
    "clientInfo",
    "context",
    "cursor",
    "inputResponses",
    "level",
    "message",
    "name",
    "notifications",
    "progress",
    "progressToken",
    "protocolVersion",
    "reason",
    "ref",
    "requestId",
    "requestState",
    "task",
    "taskId",
    "total",
    "uri",
};

/// The next folded byte of `text`, moving past what it was. U+017F folds to
/// `s` and U+212A to `k`; no other character folds to an ASCII one.
char NextFolded(std::string_view* text) {
  if (text->starts_with("\xC5\xBF")) {
    text->remove_prefix(2);
    return 's';
  }
  if (text->starts_with("\xE2\x84\xAA")) {
    text->remove_prefix(3);
    return 'k';
  }
  const char c = text->front();
  text->remove_prefix(1);
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool SameFolded(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (NextFolded(&a) != NextFolded(&b)) return false;
  }
  return a.empty() && b.empty();
}

[[gnu::hot]] bool IsTwin(std::string_view key,
                         std::span<const std::string_view> known) {
  for (const std::string_view member : known) {
    if (key == member) return false;
  }
  for (const std::string_view member : known) {
    if (SameFolded(key, member)) return true;
  }
  return false;
}

}  // namespace

[[gnu::hot]] bool IsTwinOfMessageKey(std::string_view key) {
  return IsTwin(key, kMessageKeys);
}

[[gnu::hot]] bool IsTwinOfParamsKey(std::string_view key) {
  return IsTwin(key, kParamsKeys);
}

}  // namespace polc::runtime::mcp
