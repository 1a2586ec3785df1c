// path(s): what a policy takes a file's path to be.
#ifndef POLC_RUNTIME_PATH_H_
#define POLC_RUNTIME_PATH_H_

#include <optional>
#include <string_view>

namespace polc::runtime {

/// Whether `path` is `prefix`, then `segment` as one segment, or below that.
/// Empty and `.` segments of a path count for nothing. Empty (an error) if
/// `path` or `prefix` is no path, or `segment` would not stay one segment:
/// relative or empty, `..`, `\`, `%`, a leading `~`, a drive letter, more than
/// 4,096 bytes, a character whose compatibility form holds `.`, `/` or `\`.
std::optional<bool> IsUnder(std::string_view path, std::string_view prefix,
                            std::string_view segment);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_PATH_H_
