// How far limits hold calls in a window, and calls that overrun a bound: the
// two sides of `assert at most`.
#ifndef POLC_VERIFIER_PROPERTIES_OVERRUN_H_
#define POLC_VERIFIER_PROPERTIES_OVERRUN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"

namespace polc::verifier {

/// Most calls of one key of `bound` in one of its windows, if each is charged
/// to `limit` firmly; empty if the limit says nothing about them: its counters
/// are finer than the bound's, a call may count less than 1, or what it took
/// comes back.
std::optional<int64_t> MostUnder(const ir::Limit& limit,
                                 const ir::Bound& bound);

/// One call more than `bound` allows in one of its windows, of one of its keys,
/// made of `calls` at other instants and with other keys of limits; each is
/// decided as the bound says, limits and marks carried over. Empty if none was
/// found, which says nothing.
std::vector<eval::Request> FindOverrun(const ir::Module& module,
                                       const ir::Bound& bound,
                                       const std::vector<eval::Request>& calls);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_OVERRUN_H_
