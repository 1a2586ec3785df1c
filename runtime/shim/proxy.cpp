#include "runtime/shim/proxy.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace polc::runtime::shim {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;
// No more is read from the one side while this much waits for the other.
constexpr size_t kMaxQueued = size_t{8} << 20;
// A line this long is not waited for to end.
constexpr size_t kHopelessLine = size_t{16} << 20;
constexpr int64_t kDrainMs = 5000;
constexpr int64_t kCloseMs = 5000;
constexpr int64_t kTerminateMs = 2000;
constexpr int64_t kForever = -1;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool WouldBlock() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

void OutQueue::Push(std::string_view line) {
  // All or nothing: half a line would become part of the next.
  const size_t needed = bytes_.size() + line.size() + 1;
  if (needed > bytes_.capacity()) {
    bytes_.reserve(std::max(needed, 2 * bytes_.capacity()));
  }
  bytes_ += line;
  bytes_ += '\n';
}

bool OutQueue::Flush(int fd) {
  while (!empty()) {
    const ssize_t n = write(fd, bytes_.data() + at_, size());
    if (n < 0) return WouldBlock();
    at_ += static_cast<size_t>(n);
  }
  Clear();
  return true;
}

void OutQueue::Clear() {
  at_ = 0;
  if (bytes_.capacity() > kReadBytes) {
    bytes_ = std::string();
  } else {
    bytes_.clear();
  }
}

Proxy::Proxy(Ends ends, mcp::Child child, Hooks hooks)
    : ends_(ends),
      child_(std::move(child)),
      hooks_(std::move(hooks)),
      client_lines_(json::kMaxBytes),
      server_lines_(kMaxServerBytes) {}

void Proxy::ToServer(std::string_view line) {
  if (child_.input() >= 0) to_server_.Push(line);
}

void Proxy::ToClient(std::string_view line) {
  if (client_reads_) to_client_.Push(line);
}

void Proxy::Warn(std::string_view text) { hooks_.warn(text); }

bool Proxy::IsServerBusy() const { return to_server_.size() > kMaxQueued; }

void Proxy::EnterPhase(Phase phase, int64_t milliseconds) {
  phase_ = phase;
  deadline_ = milliseconds == kForever ? 0 : NowMs() + milliseconds;
}

void Proxy::EndOfClient() {
  if (phase_ == Phase::kServing) EnterPhase(Phase::kDraining, kDrainMs);
}

int Proxy::Timeout() const {
  if (deadline_ == 0 && !gate_->has_leases()) return -1;
  int64_t next = deadline_ == 0 ? renew_at_ : deadline_;
  if (gate_->has_leases()) next = std::min(next, renew_at_);
  return static_cast<int>(std::clamp<int64_t>(next - NowMs(), 0, 10'000));
}

void Proxy::RenewLeases() {
  const int64_t now = NowMs();
  if (now < renew_at_) return;
  renew_at_ = now + 1000 * kRenewSeconds;
  gate_->Renew();
}

void Proxy::HandleClientLines() {
  using Event = mcp::LineReader::Event;
  while (phase_ == Phase::kServing) {
    const Event event = client_lines_.Next();
    if (event == Event::kLine) {
      gate_->FromClient(client_lines_.line());
    } else if (event == Event::kTooLong) {
      gate_->TooLongFromClient(client_lines_.id());
    } else {
      break;
    }
  }
  if (phase_ == Phase::kServing &&
      client_lines_.passed_over() > kHopelessLine) {
    gate_->TooLongFromClient("");
    EndOfClient();
  }
}

void Proxy::HandleServerLines() {
  using Event = mcp::LineReader::Event;
  for (;;) {
    const Event event = server_lines_.Next();
    if (event == Event::kLine) {
      gate_->FromServer(server_lines_.line());
    } else if (event == Event::kTooLong) {
      gate_->TooLongFromServer(server_lines_.id());
    } else {
      return;
    }
  }
}

void Proxy::ReadClient() {
  std::array<char, kReadBytes> buffer;
  const ssize_t n = read(ends_.client_in, buffer.data(), buffer.size());
  if (n < 0 && WouldBlock()) return;
  if (n <= 0) {
    // A last line without its end was not finished: it is no message.
    if (client_lines_.is_midline()) Warn("the client's last line has no end");
    return EndOfClient();
  }
  client_lines_.Feed({buffer.data(), static_cast<size_t>(n)});
  HandleClientLines();
}

void Proxy::ReadServer() {
  std::array<char, kReadBytes> buffer;
  const ssize_t n = read(child_.output(), buffer.data(), buffer.size());
  if (n < 0 && WouldBlock()) return;
  if (n <= 0) {
    child_.CloseOutput();
    // It answers no more: what waits need not.
    gate_->ServerGone();
    if (phase_ < Phase::kClosing) {
      child_.CloseInput();
      to_server_.Clear();
      EnterPhase(Phase::kClosing, kCloseMs);
    }
    return;
  }
  server_lines_.Feed({buffer.data(), static_cast<size_t>(n)});
  HandleServerLines();
}

void Proxy::ReadSignals() {
  signalfd_siginfo info = {};
  while (read(ends_.signals, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGHUP) {
      hooks_.start_reload();
    } else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
      we_ended_it_ = true;
      EndOfClient();
    }
  }
}

void Proxy::Flush() {
  if (!to_client_.empty() && !to_client_.Flush(ends_.client_out)) {
    client_reads_ = false;
    to_client_.Clear();
    EndOfClient();
  }
  if (child_.input() >= 0 && !to_server_.empty() &&
      !to_server_.Flush(child_.input())) {
    // It reads no more; what it still writes is passed on.
    to_server_.Clear();
    child_.CloseInput();
  }
}

/// From one phase of the end to the next, when it is done or has taken too
/// long.
void Proxy::Advance() {
  const bool is_late = deadline_ != 0 && NowMs() >= deadline_;
  if (phase_ == Phase::kDraining) {
    const bool done = gate_->pending() == 0 && to_server_.empty();
    if (!done && !is_late && client_reads_) return;
    child_.CloseInput();
    to_server_.Clear();
    EnterPhase(Phase::kClosing, we_ended_it_ ? kTerminateMs : kCloseMs);
  } else if (phase_ == Phase::kClosing && is_late) {
    child_.Signal(SIGTERM);
    we_ended_it_ = true;
    EnterPhase(Phase::kTerminating, kTerminateMs);
  } else if (phase_ == Phase::kTerminating && is_late) {
    child_.Signal(SIGKILL);
    EnterPhase(Phase::kKilling, kForever);
  }
}

void Proxy::Step() {
  const bool takes = to_client_.size() < kMaxQueued;
  const auto wanted = [](int fd, bool is_wanted) {
    return is_wanted ? fd : -1;
  };
  std::array<pollfd, 6> fds = {{
      {wanted(ends_.client_in, takes && phase_ == Phase::kServing), POLLIN, 0},
      {wanted(child_.output(), takes), POLLIN, 0},
      {ends_.signals, POLLIN, 0},
      {ends_.reloaded, POLLIN, 0},
      {wanted(ends_.client_out, !to_client_.empty()), POLLOUT, 0},
      {wanted(child_.input(), !to_server_.empty()), POLLOUT, 0},
  }};
  if (poll(fds.data(), fds.size(), Timeout()) < 0) return;
  if (fds[2].revents) ReadSignals();
  if (fds[3].revents) {
    if (auto engine = hooks_.take_policy()) gate_->SetEngine(std::move(engine));
  }
  if (fds[1].revents) ReadServer();
  if (fds[0].revents && phase_ == Phase::kServing) ReadClient();
  RenewLeases();
  Flush();
  Advance();
}

int Proxy::ExitStatus(int status) const {
  if (we_ended_it_) return 0;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return 128 + WTERMSIG(status);
}

int Proxy::Run(Gate* gate) {
  gate_ = gate;
  std::optional<int> status;
  while (!status) {
    Step();
    // A server that has ended is seen when its output is at its end, so that
    // nothing it said is lost; a grandchild that holds the pipe is waited for
    // like a server that does not end.
    if (child_.output() < 0 || phase_ >= Phase::kClosing) {
      status = child_.Reap();
    }
  }
  // What a server wrote before it ended is still in the pipe.
  while (child_.output() >= 0) {
    pollfd rest = {child_.output(), POLLIN, 0};
    if (poll(&rest, 1, 0) <= 0) break;
    ReadServer();
  }
  gate_->ServerGone();
  child_.Signal(SIGKILL);  // whoever it left behind
  const int64_t late = NowMs() + kTerminateMs;
  while (client_reads_ && !to_client_.empty() && NowMs() < late) {
    pollfd out = {ends_.client_out, POLLOUT, 0};
    if (poll(&out, 1, 100) > 0) Flush();
  }
  return ExitStatus(*status);
}

}  // namespace polc::runtime::shim
