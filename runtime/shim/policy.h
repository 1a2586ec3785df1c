// Policies into an engine: a library of compiled ones is opened; for text the
// compiler, a plugin beside the program, is loaded.
#ifndef POLC_RUNTIME_SHIM_POLICY_H_
#define POLC_RUNTIME_SHIM_POLICY_H_

#include <memory>
#include <string>
#include <vector>

#include "runtime/engine.h"

namespace polc::runtime::shim {

struct PolicySource {
  std::vector<std::string> paths;  // texts, or one library
  std::string catalog;             // empty: none
  std::string stdlib;              // empty: the program's own
};

/// Null if the set does not compile; `*diagnostics` is what to tell a person
/// either way. The compiler runs on a thread of its own, which has the stack
/// that deeply nested policies need.
std::shared_ptr<const Engine> LoadPolicy(const PolicySource& source,
                                         std::string* diagnostics);

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_POLICY_H_
