// Policies of other formats as Pol of the same meaning: Intercept's YAML in
// both of its dialects, the YAML of PolicyLayer's web site, and PolicyLayer's
// `policy.json`. The Pol is read like any other; its pieces remember which
// part of the user's file they came from, so that findings point there.
#ifndef POLC_COMPILER_IMPORT_IMPORT_H_
#define POLC_COMPILER_IMPORT_IMPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"

namespace polc::import {

/// Bytes [pol_begin, pol_end) of the Pol text say what `source` says.
struct Piece {
  uint32_t pol_begin = 0;
  uint32_t pol_end = 0;
  source::Range source;
};

struct Translation {
  std::string pol;            // laid out as by `polc fmt`
  std::vector<Piece> pieces;  // a later one may lie inside an earlier one
};

/// True of names that Import is asked to read: `.json`, `.yaml`, `.yml`.
bool IsImported(std::string_view path);

/// Whatever the bytes of `file` are, ends in bounded time, with a translation
/// or with errors in `diags`: what the file's own format refuses, with its
/// place, and what nobody could read. What the format means otherwise than a
/// reader may think, or than Pol can say, is in `diags` too, as `import-trap`
/// and `import-note`, and in a comment of the Pol. The policy is named after
/// the file.
std::optional<Translation> Import(const source::Files& files,
                                  source::FileId file,
                                  diag::Diagnostics* diags);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_IMPORT_H_
