// Which files a set is made of, and which file a name in a policy means.
#ifndef POLC_COMPILER_DRIVER_PATHS_H_
#define POLC_COMPILER_DRIVER_PATHS_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/support/result.h"

namespace polc::driver {

/// The policy files at or under `path`, sorted: the path itself if it is a
/// file, else every `.pol` file below it. Hidden directories are left out.
Result<std::vector<std::string>> PolicyFiles(const std::string& path);

/// The file that `name`, written in the file `from`, stands for. It must be
/// relative and stay inside the directory of `from` or of the `polc.yaml`
/// above it, symbolic links followed; nullopt if it does not.
std::optional<std::string> ResolveInside(const std::string& from,
                                         const std::string& name);

/// The nearest `polc.yaml` in the directory of `path`, or above: as a path from
/// where `path` is from, if it can be.
std::optional<std::string> ConfigAbove(const std::string& path);

/// One spelling for every path to the same file.
std::string CanonicalPath(const std::string& path);

}  // namespace polc::driver

#endif  // POLC_COMPILER_DRIVER_PATHS_H_
