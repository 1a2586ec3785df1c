// Every bound on untrusted input in one place, so that tests can stand at the
// limit and one past it. Reading a policy must end in bounded time and memory
// whatever is in it.
#ifndef POLC_COMPILER_SUPPORT_LIMITS_H_
#define POLC_COMPILER_SUPPORT_LIMITS_H_

#include <cstddef>

namespace polc {

struct Limits {
  size_t source_bytes = 32u << 20;   // one policy file
  size_t line_bytes = 1u << 20;      // one line of it
  size_t name_bytes = 256;           // one identifier
  size_t tokens = 8'000'000;         // one policy file
  size_t nesting = 128;              // parentheses, `not`, blocks
  size_t rules = 200'000;            // one policy set
  size_t import_depth = 256;         // a chain of imports
  size_t set_members = 2'000'000;    // one `set`
  size_t import_values = 500'000;    // an imported file, aliases as they repeat
  size_t catalog_bytes = 64u << 20;  // one tools/list file
  size_t errors_shown = 20;          // then "N more"
  size_t dfa_states = 4096;          // one pattern, or one product
};

inline constexpr Limits kLimits;

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_LIMITS_H_
