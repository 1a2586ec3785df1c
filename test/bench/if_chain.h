// What one would write in an hour, or have written by a script: a C function
// with an `if` for each rule, one after the other (workloads/if_chain.py),
// compiled with optimizations.
#ifndef POLC_TEST_BENCH_IF_CHAIN_H_
#define POLC_TEST_BENCH_IF_CHAIN_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/native.h"

namespace polc::bench {

class IfChain {
 public:
  /// Null if there is no such library. `rules`: rules.json, whose regular
  /// expressions the chain leaves to RE2. `fields`: the paths that slots hold.
  static std::unique_ptr<IfChain> Open(const std::string& path,
                                       const std::string& rules,
                                       const std::vector<std::string>& fields);
  ~IfChain();

  bool Allows(std::string_view tool, const pol_slot* slots) const;

 private:
  struct Parts;
  IfChain();
  std::unique_ptr<Parts> parts_;
};

}  // namespace polc::bench

#endif  // POLC_TEST_BENCH_IF_CHAIN_H_
