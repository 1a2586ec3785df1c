// Catalogs: a server's saved `tools/list`, read for the names of its tools and
// for what JSON Schema says of their arguments.
#ifndef POLC_COMPILER_CATALOG_CATALOG_H_
#define POLC_COMPILER_CATALOG_CATALOG_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "compiler/support/result.h"

namespace polc::catalog {

/// JSON types as a bit set; an integer is a number too.
enum TypeBit : uint8_t {
  kNull = 1,
  kBoolean = 2,
  kInteger = 4,
  kNumber = 8,  // any number
  kString = 16,
  kArray = 32,
  kObject = 64,
  kAnyType = 127,
};

/// A scalar of `enum` or `const`, or a default.
struct Scalar {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kOther };
  Kind kind = Kind::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;  // of a string; of kOther: its JSON
  bool operator==(const Scalar&) const = default;
};

/// As JSON, but for strings: those are as `quote` makes them.
std::string ScalarText(
    const Scalar& value,
    const std::function<std::string(const std::string&)>& quote);

/// The keywords that are enforced exactly. Whatever else a schema says is
/// listed in `ignored`, reported once and used by nobody.
struct Schema {
  bool never = false;  // the schema `false`
  uint8_t types = kAnyType;
  std::optional<std::vector<Scalar>> values;  // enum, const
  std::optional<double> minimum, maximum;
  bool exclusive_minimum = false, exclusive_maximum = false;
  std::optional<uint64_t> min_length, max_length;
  std::optional<std::string> pattern;  // a regex that is found anywhere
  std::optional<uint64_t> min_items, max_items;
  std::shared_ptr<const Schema> items;
  std::vector<std::pair<std::string, std::shared_ptr<const Schema>>>
      properties;  // in file order
  std::vector<std::string> required;
  bool closed = false;  // additionalProperties: false
  std::vector<std::shared_ptr<const Schema>> all_of, any_of, one_of;
  std::shared_ptr<const Schema> negated;
  std::optional<Scalar> default_value;

  const Schema* Property(std::string_view name) const;
  bool Requires(std::string_view name) const;
};

struct Tool {
  std::string name;
  std::string description;
  std::string risk;  // `_meta["dev.polc/class"]` or from annotations, or empty
  std::shared_ptr<const Schema> input;
  std::vector<std::string> ignored;  // "args.x: format", keywords not enforced
};

struct Catalog {
  std::string path;
  std::string server;       // `_meta["dev.polc/server"]`, or empty
  std::string sha256;       // of the file's bytes, hex
  std::vector<Tool> tools;  // sorted by name; names distinct

  const Tool* Find(std::string_view name) const;
};

/// Reads a `tools/list` result: `{"tools": [...]}`, a bare list, or the
/// JSON-RPC response that holds it. Tools whose `_meta` says
/// `dev.polc/registered: false` are left out. Problems are reported at
/// `range` (where the policy names the catalog); then nothing is returned.
std::optional<Catalog> ReadCatalog(const source::Files& files,
                                   source::FileId file, source::Range range,
                                   diag::Diagnostics* diags);

}  // namespace polc::catalog

#endif  // POLC_COMPILER_CATALOG_CATALOG_H_
