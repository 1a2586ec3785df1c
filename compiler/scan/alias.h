// Tools that are other names of tools, by what their server says of them.
#ifndef POLC_COMPILER_SCAN_ALIAS_H_
#define POLC_COMPILER_SCAN_ALIAS_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/scan/json.h"

namespace polc::scan {

/// The tool among `names` that `tool`, an entry of `tools/list`, says it is an
/// alias of, or was replaced by ("DEPRECATED: use read_text_file instead").
std::optional<std::string> AliasOf(const Json& tool,
                                   const std::vector<std::string>& names);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_ALIAS_H_
