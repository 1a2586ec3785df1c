// YAML and JSON as a tree that knows where things stand. The one wall behind
// which yaml-cpp works: nothing throws past it, and whatever the bytes are,
// depth and size of the tree stay within compiler/support/limits.h.
#ifndef POLC_COMPILER_IMPORT_DOCUMENT_H_
#define POLC_COMPILER_IMPORT_DOCUMENT_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"

namespace polc::import {

struct Node {
  enum class Kind : uint8_t { kScalar, kList, kMap };

  Kind kind = Kind::kScalar;
  bool quoted = false;  // a scalar that is text whatever it looks like
  std::string text;     // of a scalar; empty for a null that is not written
  source::Range range;  // a scalar's text, else where it begins
  std::vector<const Node*> items;
  std::vector<std::pair<const Node*, const Node*>> members;  // key, value

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }
  /// An empty, `~` or `null` scalar.
  bool is_null() const;
  /// The value under `key`, or null.
  const Node* Find(std::string_view key) const;
};

/// A tree; aliases point at the node that they repeat, and what `<<` merges
/// in stands among the members. Nodes live as long as it.
struct Document {
  std::deque<Node> nodes;
  const Node* root = nullptr;
  /// Where a second document of the file begins, if there is one.
  std::optional<source::Range> second;
};

/// Reports what is not UTF-8, not YAML, too deep or too large, a key that is
/// written twice or is no text, and tags that change a value's meaning.
std::optional<Document> ReadDocument(const source::Files& files,
                                     source::FileId file,
                                     diag::Diagnostics* diags);

/// Whether `text` reads as YAML at all, for trying what a comment would do.
bool IsYaml(const std::string& text);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_DOCUMENT_H_
