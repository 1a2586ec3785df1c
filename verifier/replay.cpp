#include "verifier/replay.h"

#include <fmt/format.h>

#include "compiler/eval/json.h"
#include "verifier/witness.h"

namespace polc::verifier {

Result<Witness> Replay(const ir::Module& module, eval::Request request,
                       Replayer* replayer) {
  Witness witness;
  witness.json = verifier::RequestJson(request);
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

Result<std::vector<eval::Decision>> Play(
    const ir::Module& module, const std::vector<eval::Request>& requests,
    Replayer* replayer) {
  eval::Counters counters;
  std::vector<eval::Decision> decisions;
  std::vector<std::string> lines;
  for (const eval::Request& from : requests) {
    eval::Request request = from;
    for (std::string& mark : counters.Held(module, from)) {
      request.marks.push_back(std::move(mark));
    }
    decisions.push_back(eval::Decide(module, request));
    counters.GoOut(module, request, &decisions.back());
    lines.push_back(eval::RequestJson(from));
  }
  if (replayer == nullptr || requests.empty()) return decisions;
  const auto native = replayer->Play(requests[0].server, lines);
  if (!native) {
    return Error{"the native engine did not decide a sequence: " +
                 native.error().message};
  }
  for (size_t i = 0; i < decisions.size(); ++i) {
    if ((*native)[i].effect == decisions[i].effect) continue;
    return Error{fmt::format(
        "evaluator and native code differ on request {} of a sequence: {}, {}; "
        "{}",
        i + 1, ir::EffectName(decisions[i].effect),
        ir::EffectName((*native)[i].effect), lines[i])};
  }
  return decisions;
}

std::string SequenceJson(const std::vector<eval::Request>& requests) {
  std::string out;
  for (const eval::Request& request : requests) {
    if (!out.empty()) out += '\n';
    out += eval::RequestJson(request);
  }
  return out;
}

}  // namespace polc::verifier
