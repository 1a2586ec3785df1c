#include "compiler/support/check.h"

#include <cstdio>
#include <cstdlib>

namespace polc {

void CheckFailed(const char* file, int line, std::string_view condition,
                 std::string_view message) {
  std::fprintf(stderr,
               "polc bug: %s:%d: %.*s: %.*s\n"
               "please report this line together with the policy that was "
               "being read\n",
               file, line, static_cast<int>(condition.size()), condition.data(),
               static_cast<int>(message.size()), message.data());
  // Not abort(): the exit code is part of the contract, and buffers of an
  // audit log must not be lost to a signal.
  std::exit(70);
}

}  // namespace polc
