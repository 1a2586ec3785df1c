// A trie of the prefixes that a bucket's entries ask of one field, each node
// with the rows of what gets there. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_TRIE_H_
#define POLC_COMPILER_CODEGEN_INDEX_TRIE_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/codegen/blob.h"
#include "compiler/codegen/index/prefixes.h"
#include "compiler/codegen/index/rows.h"

namespace polc::codegen {

struct Trie {
  uint32_t root = 0;   // offset of a TableNode
  double share = 1.0;  // of entries that a row leaves, on average over nodes
};

/// `any`: entries that every string leaves, besides the free ones. Empty if
/// rows and nodes would take more than `max_bytes`; what they took in the blob
/// until then stays there.
std::optional<Trie> MakeTrie(std::vector<std::pair<Prefix, uint32_t>> prefixes,
                             std::vector<uint32_t> any, size_t max_bytes,
                             Rows* rows, Blob* blob);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_TRIE_H_
