// A decision in the words of the C ABI, in the caller's room.
#ifndef POLC_RUNTIME_POLRT_ANSWER_H_
#define POLC_RUNTIME_POLRT_ANSWER_H_

#include <string_view>

#include "runtime/decision.h"
#include "runtime/engine.h"
#include "runtime/polrt.h"

namespace polc::runtime {

inline pol_text TextOf(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view ViewOf(pol_text text) {
  return {text.data, text.data == nullptr ? 0 : text.size};
}

/// All that `out` says, but its size and room, as a denial by error. `reason`
/// must be there for good.
void Deny(std::string_view reason, pol_decision* out);

/// Copies the decision's text to the room of `out`. A decision that has not
/// enough room is a denial by error; `out->needed` says how much it takes.
void Answer(const Decision& decision, pol_decision* out);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_POLRT_ANSWER_H_
