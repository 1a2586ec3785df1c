// `polc bench`: how long decisions take, with every decision checked.
#ifndef POLC_TOOLS_POLC_BENCH_BENCH_H_
#define POLC_TOOLS_POLC_BENCH_BENCH_H_

#include <string>

#include "compiler/driver/set.h"

namespace polc::tool {

struct BenchOptions {
  driver::SetOptions set;
  std::string requests;  // JSON Lines
  std::string server;    // of requests that name none; empty: the only one
  int passes = 200;
  double eval_seconds = 20;  // for the evaluator's passes, after the first
};

/// Prints JSON. kCannotRun if the policies or a request can't be read, or
/// there is no linker. Engines that differ are a bug of polc (POLC_CHECK).
int RunBench(const BenchOptions& options);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_BENCH_BENCH_H_
