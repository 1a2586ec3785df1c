// `polc fmt`: one layout for every policy. Only the space between tokens and
// comments changes, so the tree of the result is the tree of the source.
#ifndef POLC_COMPILER_SYNTAX_FORMAT_FORMAT_H_
#define POLC_COMPILER_SYNTAX_FORMAT_FORMAT_H_

#include <optional>
#include <string>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"

namespace polc::syntax {

/// The text of `file` in the canonical layout, which is that of itself.
/// Nullopt after errors, which are reported as by Parse.
std::optional<std::string> Format(const source::Files& files,
                                  source::FileId file,
                                  diag::Diagnostics* diags);

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_FORMAT_FORMAT_H_
