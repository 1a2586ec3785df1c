// Lines of a connection through the shim's gate, those that begin with `<`
// from the server: what it lets out is what came in, byte for byte, and was
// allowed by both engines.
#include <string>
#include <string_view>

#include "compiler/support/check.h"
#include "runtime/audit/audit.h"
#include "runtime/shim/gate.h"
#include "test/fuzz/engines.h"
#include "test/fuzz/input.h"

namespace polc::fuzz {
namespace {

using runtime::mcp::Kind;
using runtime::mcp::Message;

constexpr int64_t kNow = 1'768'473'000;

class Wire : public runtime::shim::Sink {
 public:
  void ToServer(std::string_view line) override {
    // Else it is the gate's own answer to the server.
    if (!is_from_client) return;
    POLC_CHECK(line == sent, "the server sees another message");
    is_out = true;
  }
  void ToClient(std::string_view) override {}
  void Warn(std::string_view) override {}
  bool IsServerBusy() const override { return false; }

  std::string_view sent;
  bool is_from_client = false;
  bool is_out = false;
};

runtime::AuditLog* Audit() {
  static const auto opened = runtime::AuditLog::Open("/dev/null");
  POLC_CHECK(opened.log != nullptr, opened.problem);
  return opened.log.get();
}

// The engines agree on the message as on any request; true if it is one that
// may go out.
bool MayGoOut(std::string_view line) {
  runtime::mcp::MessageReader reader;
  if (reader.Read(line)) return false;
  const Message& message = reader.message();
  if (message.kind == Kind::kResponse) return true;
  if (message.info.target == runtime::Target::kNone) return true;
  if (message.has_nul_arguments) return false;
  runtime::RequestView view;
  view.server = "s";
  view.method = message.method;
  view.tool = message.tool;
  view.resource = message.resource;
  view.prompt = message.prompt;
  view.args = message.args;
  view.session = "session";
  view.now = kNow;
  (void)DecideTwice(view);
  return true;
}

void Connect(std::string_view text) {
  Wire wire;
  const auto store = runtime::MakeMemoryStore();
  runtime::shim::Gate gate(
      {"s", "default", "session", [] { return kNow * 1000; }},
      FixedPolicy().native, store.get(), Audit(), &wire);
  for (int line_count = 0; !text.empty() && line_count < 100; ++line_count) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    wire.is_from_client = !line.starts_with('<');
    if (!wire.is_from_client) {
      gate.FromServer(line.substr(1));
      continue;
    }
    wire.sent = line;
    wire.is_out = false;
    gate.FromClient(line);
    const bool may_go_out = MayGoOut(line);
    POLC_CHECK(may_go_out || !wire.is_out, "what is not strict went out");
  }
  gate.ServerGone();
  POLC_CHECK(gate.pending() == 0, "a request is never answered");
}

}  // namespace
}  // namespace polc::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  polc::fuzz::Connect(polc::fuzz::Text(data, size));
  return 0;
}
