// `polc check --watch`: again whenever something that was read may have
// changed.
#ifndef POLC_TOOLS_POLC_CHECK_WATCH_H_
#define POLC_TOOLS_POLC_CHECK_WATCH_H_

#include <functional>
#include <string>
#include <vector>

namespace polc::tool {

/// Runs `check`, which returns the files that it has read, and again after
/// each change in their directories or at or below `paths`, until the process
/// is ended. Watches are set before a run, so that no change is missed.
/// Returns kCannotRun, after saying why, if nothing can be watched.
int Watch(const std::vector<std::string>& paths,
          const std::function<std::vector<std::string>()>& check);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_WATCH_H_
