// Keys that some readers take for others: Go's decoder matches members without
// regard to case, with Unicode's simple folding.
#ifndef POLC_RUNTIME_MCP_FOLD_H_
#define POLC_RUNTIME_MCP_FOLD_H_

#include <string_view>

namespace polc::runtime::mcp {

/// True if `key` is not a known member of a message (or of its parameters) but
/// differs from one only in case.
bool IsTwinOfMessageKey(std::string_view key);
bool IsTwinOfParamsKey(std::string_view key);

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_FOLD_H_
