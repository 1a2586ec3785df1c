// What a scalar of a policy is, the way Go's YAML library (yaml.v3), which
// Intercept reads policies with, resolves it: `0x10` is 16, `yes` is text,
// `2026-01-01` is an instant.
#ifndef POLC_COMPILER_IMPORT_SCALAR_H_
#define POLC_COMPILER_IMPORT_SCALAR_H_

#include <cstdint>
#include <string>

#include "compiler/import/document.h"

namespace polc::import {

struct Scalar {
  enum class Type : uint8_t {
    kNull,
    kBool,
    kInt,    // of 64 bits, with or without sign
    kFloat,  // .inf and .nan too
    kTime,
    kText,
    kOther,  // a list or a map
  };

  Type type = Type::kText;
  std::string text;   // kText; what was written, of the others
  double number = 0;  // kInt, kFloat: the nearest double
  bool boolean = false;
  bool too_large = false;  // kInt: beyond 63 bits
  source::Range range;

  bool is_number() const { return type == Type::kInt || type == Type::kFloat; }
};

Scalar ReadScalar(const Node& node);

/// How text would be resolved if it were not quoted: "100" looks like a
/// number.
Scalar::Type LooksLike(const std::string& text);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_SCALAR_H_
