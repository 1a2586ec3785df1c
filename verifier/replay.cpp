#include "verifier/replay.h"

#include <fmt/format.h>

#include "verifier/witness.h"

namespace polc::verifier {

Result<Witness> Replay(const ir::Module& module, eval::Request request,
                       Replayer* replayer) {
  Witness witness;
  witness.json = RequestJson(request);
  witness.decision = eval::Decide(module, request);
  witness.request = std::move(request);
  if (replayer == nullptr) return witness;
  const auto native = replayer->Decide(witness.request, witness.json);
  if (!native) {
    return Error{fmt::format("the native engine did not decide {}: {}",
                             witness.json, native.error().message)};
  }
  const eval::Decision& d = witness.decision;
  if (native->effect != d.effect || native->by != eval::ByName(d.by) ||
      native->rule != d.rule) {
    return Error{fmt::format(
        "evaluator and native code differ on {}: {} by {} `{}`, {} by {} `{}`",
        witness.json, ir::EffectName(d.effect), eval::ByName(d.by), d.rule,
        ir::EffectName(native->effect), native->by, native->rule)};
  }
  return witness;
}

}  // namespace polc::verifier
