#include "tools/polc/native.h"

#include "compiler/support/check.h"
#include "runtime/going_out.h"
#include "runtime/request.h"

namespace polc::tool {

std::unique_ptr<runtime::Engine> MakeEngine(
    std::unique_ptr<codegen::Native> native) {
  std::shared_ptr<codegen::Native> owner = std::move(native);
  std::string error;
  std::unique_ptr<runtime::Engine> engine =
      runtime::Engine::Create(owner->code(), owner, &error);
  POLC_CHECK(engine != nullptr, error);
  return engine;
}

std::string DefaultServer(const runtime::Engine& engine) {
  const std::vector<std::string> servers = engine.Servers();
  return servers.size() == 1 ? servers[0] : "default";
}

namespace {

verifier::Replayed ReplayedFrom(const runtime::Decision& decision) {
  verifier::Replayed out;
  out.effect = static_cast<ir::Effect>(decision.effect);
  out.by = std::string(runtime::ByName(decision.by));
  out.rule = std::string(decision.rule);
  return out;
}

}  // namespace

Result<verifier::Replayed> NativeReplayer::Decide(const eval::Request& request,
                                                  const std::string& json) {
  runtime::RequestDocument document;
  const runtime::RequestDocument::Defaults defaults = {request.server,
                                                       request.now};
  if (const auto problem = document.Read(json, defaults)) {
    return Error{"the runtime refuses to read it: " + *problem};
  }
  return ReplayedFrom(engine_->Decide(document.view()));
}

Result<std::vector<verifier::Replayed>> NativeReplayer::Play(
    const std::string& server, const std::vector<std::string>& lines) {
  const std::unique_ptr<runtime::Store> store = runtime::MakeMemoryStore();
  std::vector<verifier::Replayed> out;
  for (const std::string& line : lines) {
    runtime::RequestDocument document;
    if (const auto problem = document.Read(line, {server, 0})) {
      return Error{"the runtime refuses to read it: " + *problem};
    }
    const runtime::WentOut went =
        runtime::GoOut(*engine_, store.get(), document.view());
    (void)store->Refund(runtime::LeasesOf(went.taken));
    out.push_back(ReplayedFrom(went.decision));
  }
  return out;
}

}  // namespace polc::tool
