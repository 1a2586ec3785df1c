// Writing what a command makes: to a file, whole or not at all.
#ifndef POLC_TOOLS_POLC_OUTPUT_H_
#define POLC_TOOLS_POLC_OUTPUT_H_

#include <string>

namespace polc::tool {

/// Writes `bytes` to the file `path`, or to standard output if it is `-`. A
/// file that is there is replaced in one step and keeps its permissions; a
/// symbolic link keeps pointing to it; a device or a FIFO is written to and
/// never replaced. Returns kOk, or kCannotRun after saying
/// why on stderr.
int WriteOutput(const std::string& path, const std::string& bytes);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_OUTPUT_H_
