// path(): which strings name a file without a second reading, and which of
// them lie at or below a directory.
//
// A valid path starts with `/` and is split at `/`. Empty and `.` segments
// count for nothing. It is an error, so outside ValidPath(), if
//   - it is empty or relative (a leading `~` and `C:\` are relative),
//   - a segment is `..`,
//   - it holds `\` or `%`, or a code point of PathLookalikes(),
//   - its first counting segment begins with a drive letter (`/C:`),
//   - it has more than kMaxPathBytes bytes.
// The last is not in the automata (it would take 4,096 copies of each): every
// engine checks it beside them. Symbolic links are the server's to refuse.
#ifndef POLC_COMPILER_AUTOMATA_PATH_H_
#define POLC_COMPILER_AUTOMATA_PATH_H_

#include <cstddef>
#include <string_view>

#include "compiler/automata/dfa.h"

namespace polc::automata {

inline constexpr size_t kMaxPathBytes = 4096;

/// The strings, of any length, on which path() is no error.
const Dfa& ValidPath();

/// The valid paths at or below `directory`, itself a path. Errors: it is none,
/// or needs more than `max_states` states.
Result<Dfa> PathUnder(std::string_view directory,
                      size_t max_states = kLimits.dfa_states);

/// The names that `under "/home" / NAME` takes: one segment of a path that
/// counts, of any length.
const Dfa& PathSegment();

/// Code points outside ASCII whose Unicode compatibility form (NFKC or NFKD)
/// holds `.`, `/` or `\`: a server that normalises would see another path.
const CodePointSet& PathLookalikes();

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_PATH_H_
