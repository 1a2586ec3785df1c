// The policy of fixed.pol in two engines, and one request decided by both.
#ifndef POLC_TEST_FUZZ_ENGINES_H_
#define POLC_TEST_FUZZ_ENGINES_H_

#include <memory>

#include "compiler/ir/ir.h"
#include "runtime/engine.h"
#include "runtime/request.h"

namespace polc::fuzz {

struct Engines {
  ir::Module module;
  std::shared_ptr<const runtime::Engine> native;
};

/// Compiled once.
const Engines& FixedPolicy();

/// Decides by native code and by the evaluator, and stops the program unless
/// both say the same, in the same words. The decision is the native one.
runtime::Decision DecideTwice(const runtime::RequestView& request);

}  // namespace polc::fuzz

#endif  // POLC_TEST_FUZZ_ENGINES_H_
