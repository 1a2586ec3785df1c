// The standard library's modules, compiled in.
#ifndef POLC_STDLIB_STDLIB_H_
#define POLC_STDLIB_STDLIB_H_

#include <string_view>
#include <vector>

namespace polc::stdlib {

struct Module {
  std::string_view name;  // "std.aws.ecs"
  std::string_view text;
};

/// All modules, sorted by name.
const std::vector<Module>& Modules();

}  // namespace polc::stdlib

#endif  // POLC_STDLIB_STDLIB_H_
