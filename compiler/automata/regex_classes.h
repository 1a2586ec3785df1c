// The lexical part of regexes: escapes and named classes. Internal to the
// parser.
#ifndef POLC_COMPILER_AUTOMATA_REGEX_CLASSES_H_
#define POLC_COMPILER_AUTOMATA_REGEX_CLASSES_H_

#include <string>
#include <string_view>

#include "compiler/automata/code_points.h"

namespace polc::automata {

/// Reads the escape that `text` starts with (a `\`): what it stands for and
/// how many bytes it takes. False with a message when it is none of ours.
bool ParseEscape(std::string_view text, CodePointSet* set, size_t* used,
                 std::string* message);

/// Reads `[:name:]` or `[:^name:]` at the start of `text`. Returns the bytes
/// taken, 0 if there is none.
size_t ParsePosixClass(std::string_view text, CodePointSet* set);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_REGEX_CLASSES_H_
