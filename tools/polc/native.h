// The engine that enforces, inside polc: the runtime's, over code that was
// compiled in this process.
#ifndef POLC_TOOLS_POLC_NATIVE_H_
#define POLC_TOOLS_POLC_NATIVE_H_

#include <memory>
#include <string>

#include "compiler/codegen/codegen.h"
#include "runtime/engine.h"
#include "verifier/replay.h"

namespace polc::tool {

/// Takes over `native`. Never null: what this process compiled it can trust.
std::unique_ptr<runtime::Engine> MakeEngine(
    std::unique_ptr<codegen::Native> native);

/// The server that requests go to when they name none: the only one that the
/// policies name, else `default`.
std::string DefaultServer(const runtime::Engine& engine);

/// Replays the verifier's requests through native code.
class NativeReplayer : public verifier::Replayer {
 public:
  /// `engine` must outlive this.
  explicit NativeReplayer(const runtime::Engine* engine) : engine_(engine) {}
  Result<verifier::Replayed> Decide(const eval::Request& request,
                                    const std::string& json) override;
  Result<std::vector<verifier::Replayed>> Play(
      const std::string& server,
      const std::vector<std::string>& lines) override;

 private:
  const runtime::Engine* engine_;
};

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_NATIVE_H_
