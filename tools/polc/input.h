// Reading what a command is given besides policies.
#ifndef POLC_TOOLS_POLC_INPUT_H_
#define POLC_TOOLS_POLC_INPUT_H_

#include <string>

namespace polc::tool {

/// Appends the whole of the file `path`, or of standard input if it is `-`.
/// False if it can't be read.
bool ReadInput(const std::string& path, std::string* text);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_INPUT_H_
