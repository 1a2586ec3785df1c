// What one would write in an afternoon, well: rules as data, found by a hash of
// the tool's name and gone through in order. What native code is held against.
#ifndef POLC_TEST_BENCH_INTERPRETER_H_
#define POLC_TEST_BENCH_INTERPRETER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/native.h"

namespace polc::bench {

class Interpreter {
 public:
  /// `rules`: rules.json of workloads/generate.py. `fields`: the paths that
  /// slots hold.
  Interpreter(const std::string& rules, const std::vector<std::string>& fields);
  ~Interpreter();

  bool Allows(std::string_view tool, const pol_slot* slots) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace polc::bench

#endif  // POLC_TEST_BENCH_INTERPRETER_H_
