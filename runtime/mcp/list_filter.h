// Lists as a caller may see them: what no policy could ever let this caller
// use is left out, on the parsed value, and everything else in the answer
// stays byte for byte. A list that can't be read is an error, never passed on.
#ifndef POLC_RUNTIME_MCP_LIST_FILTER_H_
#define POLC_RUNTIME_MCP_LIST_FILTER_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/json/fault.h"
#include "runtime/mcp/message.h"

namespace polc::runtime::mcp {

namespace fault {

inline constexpr Fault kList = {"mcp.list_shape", kInvalidRequest,
                                "the server's list is not one"};
inline constexpr Fault kCollision = {
    "mcp.tool_collision", kInvalidRequest,
    "the server's list has two entries of one name"};

}  // namespace fault

/// Which member of a list's result holds the entries, and which member of an
/// entry names it.
struct ListShape {
  std::string_view entries;  // "tools"
  std::string_view name;     // "name"
  bool is_tools = false;
};

/// Empty if `method` asks for no list whose entries policies name.
std::optional<ListShape> ListShapeOf(std::string_view method);

struct FilteredList {
  const Fault* fault = nullptr;
  std::string text;  // the answer to pass on; empty: as it came
  std::vector<std::string> warnings;
};

/// Leaves out of the answer `response` the entries that `is_visible` refuses,
/// and those without a name. What depends on the caller is for the caller
/// alone: `cacheScope` becomes "private", and is added for revisions that have
/// it (`is_modern`).
FilteredList FilterList(
    const Message& response, const ListShape& shape, bool is_modern,
    const std::function<bool(std::string_view)>& is_visible);

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_LIST_FILTER_H_
