#include "runtime/shim/shim.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

#include "runtime/audit/audit.h"
#include "runtime/limits/store.h"
#include "runtime/mcp/client/child.h"
#include "runtime/shim/gate.h"
#include "runtime/shim/proxy.h"
#include "runtime/shim/reload.h"

namespace polc::runtime::shim {
namespace {

/// For a person, on standard error; dropped if nobody takes it, because the
/// shim must not stop for its words.
void Say(std::string_view text) {
  std::string line = "polc-shim: ";
  line += text.substr(0, PIPE_BUF - 64);
  line += '\n';
  pollfd error = {STDERR_FILENO, POLLOUT, 0};
  if (poll(&error, 1, 0) != 1 || !(error.revents & POLLOUT)) return;
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

int RefuseToStart(const std::string& reason) {
  std::fprintf(stderr, "polc-shim: %s\n", reason.c_str());
  return kExitRefused;
}

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// A name for this connection that no other has.
std::string RandomName() {
  std::array<unsigned char, 16> bytes = {};
  if (getrandom(bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size())) {
    return "";
  }
  std::string out;
  for (const unsigned char byte : bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string ServerName(const Options& options, const Engine& engine) {
  if (!options.server.empty()) return options.server;
  const std::vector<std::string> named = engine.Servers();
  return named.size() == 1 ? named.front() : "default";
}

/// Signals arrive as reads of the returned file.
int TakeSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
    sigaddset(&set, number);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// Makes a file not block, for as long as this lives.
class NonBlocking {
 public:
  explicit NonBlocking(int fd) : fd_(fd), flags_(fcntl(fd, F_GETFL)) {
    if (flags_ >= 0) fcntl(fd_, F_SETFL, flags_ | O_NONBLOCK);
  }
  ~NonBlocking() {
    if (flags_ >= 0) fcntl(fd_, F_SETFL, flags_);
  }
  NonBlocking(const NonBlocking&) = delete;
  NonBlocking& operator=(const NonBlocking&) = delete;

 private:
  int fd_;
  int flags_;
};

struct Files {
  std::unique_ptr<Store> store;
  std::unique_ptr<AuditLog> audit;
};

/// False with `*error` set if one can't be had.
bool OpenFiles(const Options& options, Files* files, std::string* error) {
  std::string state_file;
  if (options.state.empty() || options.audit.empty()) {
    state_file = DefaultStateFile(error);
    if (state_file.empty()) return false;
  }
  files->store = OpenStore(
      options.state.empty() ? "sqlite:" + state_file : options.state, error);
  if (!files->store) return false;
  const std::string audit =
      options.audit.empty()
          ? state_file.substr(0, state_file.rfind('/')) + "/audit.jsonl"
          : options.audit;
  AuditLog::Opened opened = AuditLog::Open(audit);
  files->audit = std::move(opened.log);
  if (!files->audit) *error = opened.problem;
  return files->audit != nullptr;
}

Proxy::Hooks HooksOf(Reloader* reloader) {
  Proxy::Hooks hooks;
  hooks.warn = Say;
  hooks.start_reload = [reloader] { reloader->Start(); };
  hooks.take_policy = [reloader] {
    std::string diagnostics;
    auto engine = reloader->Take(&diagnostics);
    Say(engine ? "the policies are reloaded"
               : "the policies were not reloaded, the old ones hold: " +
                     diagnostics);
    return engine;
  };
  return hooks;
}

}  // namespace

int Run(const Options& options) {
  const int signals = TakeSignals();
  std::string text;
  const auto engine = LoadPolicy(options.policy, &text);
  if (!text.empty()) std::fprintf(stderr, "%s", text.c_str());
  if (!engine) return RefuseToStart("the policies can't be enforced");
  std::string error;
  Files files;
  if (!OpenFiles(options, &files, &error)) return RefuseToStart(error);
  auto child = mcp::Child::Start(options.command, {}, &error);
  if (!child) return RefuseToStart(error);

  const NonBlocking output(STDOUT_FILENO);
  Reloader reloader(options.policy);
  Proxy proxy({.client_in = STDIN_FILENO,
               .client_out = STDOUT_FILENO,
               .signals = signals,
               .reloaded = reloader.event()},
              *std::move(child), HooksOf(&reloader));
  Gate gate({.server = ServerName(options, *engine),
             .grant = options.grant,
             .session = RandomName(),
             .now_ms = NowMs},
            engine, files.store.get(), files.audit.get(), &proxy);
  return proxy.Run(&gate);
}

}  // namespace polc::runtime::shim
