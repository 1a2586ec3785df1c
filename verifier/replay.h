// No finding is printed on the solver's word: its request is decided by the
// evaluator and by the native code, and must show what the finding says.
#ifndef POLC_VERIFIER_REPLAY_H_
#define POLC_VERIFIER_REPLAY_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/support/result.h"

namespace polc::verifier {

/// What another engine decided; spelled as in a decision's JSON.
struct Replayed {
  ir::Effect effect = ir::Effect::kDeny;
  std::string by;
  std::string rule;
};

/// The native engine, given by whoever runs the verifier.
class Replayer {
 public:
  virtual ~Replayer() = default;
  /// Decides before counters are looked at, as eval::Decide does. `json` is
  /// the same request as text. An error means that the engine is broken.
  virtual Result<Replayed> Decide(const eval::Request& request,
                                  const std::string& json) = 0;
  /// Lets them go out one after another, with counters and marks of their own.
  /// `server` is what all go to.
  virtual Result<std::vector<Replayed>> Play(
      const std::string& server, const std::vector<std::string>& lines) = 0;
};

/// A request with what both engines make of it.
struct Witness {
  eval::Request request;
  std::string json;
  eval::Decision decision;
};

/// Decides `request` by both engines (by the evaluator alone if `replayer` is
/// null). The error says how they differ.
Result<Witness> Replay(const ir::Module& module, eval::Request request,
                       Replayer* replayer);

/// What comes of the requests if each goes out, or not, at its `now`: by both
/// engines, with limits and marks carried over. The error says how they differ.
Result<std::vector<eval::Decision>> Play(
    const ir::Module& module, const std::vector<eval::Request>& requests,
    Replayer* replayer);

/// The sequence as `polc eval` reads it.
std::string SequenceJson(const std::vector<eval::Request>& requests);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_REPLAY_H_
