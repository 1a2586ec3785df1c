// polc-shim over stdio: a policy between an MCP client and one server.
#ifndef POLC_RUNTIME_SHIM_SHIM_H_
#define POLC_RUNTIME_SHIM_SHIM_H_

#include <string>
#include <vector>

#include "runtime/shim/policy.h"

namespace polc::runtime::shim {

/// Refuses to start: policy, state or audit log can't be had.
inline constexpr int kExitRefused = 78;

struct Options {
  PolicySource policy;
  std::string state;   // empty: a file in the user's state directory
  std::string audit;   // empty: a file beside it; "-": standard error
  std::string server;  // empty: the only one the policies name, or "default"
  std::string grant = "default";
  std::vector<std::string> command;
};

/// Runs until client or server end. The exit status: the server's, 0 if it had
/// to be ended, or kExitRefused with the reason on standard error.
int Run(const Options& options);

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_SHIM_H_
