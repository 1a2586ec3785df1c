// With what the strings of a set begin. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_PREFIXES_H_
#define POLC_COMPILER_CODEGEN_INDEX_PREFIXES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/codegen/index/value_set.h"

namespace polc::codegen {

/// Strings that are `text`, or if `goes_on` begin with it.
struct Prefix {
  std::string text;
  bool goes_on = false;
  auto operator<=>(const Prefix&) const = default;
};

/// Every string of the set is covered; at most `max_count` prefixes of at most
/// `max_length` bytes, which are as long as that allows.
std::vector<Prefix> PrefixesOf(const StringSet& set, size_t max_count,
                               size_t max_length);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_PREFIXES_H_
