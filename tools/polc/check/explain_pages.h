// docs/checks, compiled in: what `polc explain` shows.
#ifndef POLC_TOOLS_POLC_CHECK_EXPLAIN_PAGES_H_
#define POLC_TOOLS_POLC_CHECK_EXPLAIN_PAGES_H_

#include <string_view>
#include <vector>

namespace polc::tool {

/// The pages' Markdown. A section is headed "## `check` (POL0000)".
const std::vector<std::string_view>& ExplainPages();

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_EXPLAIN_PAGES_H_
