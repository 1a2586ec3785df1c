// PolicyLayer's hosted `policy.json`, version 1, as Pol of the same meaning.
// The result is read like any other policy; its pieces remember which part of
// the JSON they came from, so that findings point at the user's own file.
#ifndef POLC_COMPILER_IMPORT_POLICYLAYER_H_
#define POLC_COMPILER_IMPORT_POLICYLAYER_H_

#include <cstdint>
#include <optional>
#include <string>
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
  std::string pol;
  std::vector<Piece> pieces;  // a later one may lie inside an earlier one
};

/// The policy is named after the file. What the format does not define (an
/// unknown key, operator, window or scope, a key written twice) is an error
/// with its place; then nothing is returned.
std::optional<Translation> FromPolicyLayer(const source::Files& files,
                                           source::FileId file,
                                           diag::Diagnostics* diags);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_POLICYLAYER_H_
