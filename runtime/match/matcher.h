// Answers from a compiled policy set's tables (runtime/abi/tables.h): the
// votes of its policies, its schemas' verdicts, whom its limits and marks
// cover. No call allocates, locks, or looks at a guard that the index rules
// out. The functions are the matcher of pol_host.
#ifndef POLC_RUNTIME_MATCH_MATCHER_H_
#define POLC_RUNTIME_MATCH_MATCHER_H_

#include <cstdint>

#include "runtime/abi/native.h"

namespace polc::runtime::match {

/// False unless every reference of the code's tables stays inside them and
/// nothing of them is damaged. The functions below rely on it.
bool Check(const pol_code& code);

/// pol_frame's `named` of names that the tables do not have.
inline constexpr uint32_t kNoName = 1;

/// Asks the memory for what Votes and Schema will begin with, given `named` and
/// `tools`: it comes while the fields are read.
void Foresee(const pol_frame& frame);

void Votes(pol_frame* frame, const uint8_t* covered, pol_vote* out);
uint32_t Schema(pol_frame* frame, uint32_t schema, int32_t* demand);
uint32_t LimitCovers(pol_frame* frame, uint32_t index);
uint32_t MarkCovers(pol_frame* frame, uint32_t index);

}  // namespace polc::runtime::match

#endif  // POLC_RUNTIME_MATCH_MATCHER_H_
