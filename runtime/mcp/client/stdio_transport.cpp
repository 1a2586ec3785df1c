#include "runtime/mcp/client/stdio_transport.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "runtime/json/reader.h"

namespace polc::runtime::mcp {
namespace {

using std::chrono::milliseconds;

// How long a server may take to end by itself, and after SIGTERM.
constexpr milliseconds kGrace{2000};
constexpr milliseconds kGraceAfterTerm{1000};
constexpr milliseconds kReapEvery{10};

int MillisecondsUntil(Deadline deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60'000));
}

bool IsPassing(int error) { return error == EAGAIN || error == EINTR; }

/// Empty at the end of input; `*more` is false then.
std::string_view ReadSome(int fd, std::array<char, 1 << 16>* buffer,
                          bool* more) {
  const ssize_t n = read(fd, buffer->data(), buffer->size());
  *more = n > 0 || (n < 0 && IsPassing(errno));
  return {buffer->data(), n > 0 ? static_cast<size_t>(n) : 0};
}

std::string StatusText(int status) {
  if (WIFSIGNALED(status)) {
    return "was ended by signal " + std::to_string(WTERMSIG(status));
  }
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

StdioTransport::StdioTransport(StdioOptions options)
    : options_(std::move(options)), lines_(json::kMaxBytes) {}

StdioTransport::~StdioTransport() { Stop(); }

std::string StdioTransport::Start() {
  std::string error;
  lines_ = LineReader(json::kMaxBytes);
  out_.clear();
  auto child = Child::Start(
      options_.command,
      {.environment = options_.environment, .catches_errors = true}, &error);
  if (child) child_.emplace(std::move(*child));
  return error;
}

std::string StdioTransport::Restart() {
  Stop();
  return Start();
}

// The orderly end of the protocol's specification: end of input, SIGTERM,
// SIGKILL.
void StdioTransport::Stop() {
  if (!child_) return;
  child_->CloseInput();
  const Deadline term = Clock::now() + kGrace;
  const Deadline kill = term + kGraceAfterTerm;
  bool has_termed = false;
  while (!child_->Reap() && Clock::now() < kill) {
    if (!has_termed && Clock::now() >= term) {
      child_->Signal(SIGTERM);
      has_termed = true;
    }
    // What it still says is thrown away, so that it is not stuck saying it.
    pollfd fds[] = {{child_->output(), POLLIN, 0},
                    {child_->errors(), POLLIN, 0}};
    poll(fds, 2, static_cast<int>(kReapEvery.count()));
    ReadOutput();
    ReadErrors();
    lines_ = LineReader(json::kMaxBytes);
  }
  child_->Signal(SIGKILL);  // whoever it left behind
  child_.reset();
}

void StdioTransport::Push(std::string_view text) {
  out_ += text;
  out_ += '\n';
}

void StdioTransport::ReadOutput() {
  if (child_->output() < 0) return;
  std::array<char, 1 << 16> buffer;
  bool more = false;
  lines_.Feed(ReadSome(child_->output(), &buffer, &more));
  if (!more) child_->CloseOutput();
}

void StdioTransport::ReadErrors() {
  if (child_->errors() < 0) return;
  std::array<char, 1 << 16> buffer;
  bool more = false;
  const std::string_view text = ReadSome(child_->errors(), &buffer, &more);
  if (!text.empty() && options_.on_errors) options_.on_errors(text);
  if (!more) child_->CloseErrors();
}

void StdioTransport::Flush() {
  const ssize_t n = write(child_->input(), out_.data(), out_.size());
  if (n > 0) {
    out_.erase(0, static_cast<size_t>(n));
  } else if (n < 0 && !IsPassing(errno)) {
    child_->CloseInput();
    out_.clear();
  }
}

bool StdioTransport::Move(Deadline deadline) {
  const bool writes = !out_.empty() && child_->input() >= 0;
  pollfd fds[] = {{child_->output(), POLLIN, 0},
                  {child_->errors(), POLLIN, 0},
                  {writes ? child_->input() : -1, POLLOUT, 0}};
  const int left = MillisecondsUntil(deadline);
  if (left == 0) return false;
  if (poll(fds, 3, left) <= 0) return true;
  if (fds[2].revents != 0) Flush();
  if (fds[1].revents != 0) ReadErrors();
  if (fds[0].revents != 0) ReadOutput();
  return true;
}

std::optional<Reply> StdioTransport::HandleLines(Inbox* inbox) {
  using Event = LineReader::Event;
  for (Event event = lines_.Next(); event != Event::kNone;
       event = lines_.Next()) {
    if (event == Event::kLine && lines_.line().empty()) continue;
    const Inbox::Event what = event == Event::kLine
                                  ? inbox->Take(lines_.line())
                                  : inbox->TakeTooLong(lines_.id());
    if (what == Inbox::Event::kAnswer) {
      return Reply{.ending = Ending::kAnswered,
                   .text = std::string(lines_.line()),
                   .problem = "",
                   .status = 0};
    }
    if (what == Inbox::Event::kFault) {
      return Reply{.ending = Ending::kBroken,
                   .text = "",
                   .problem = inbox->problem(),
                   .status = 0};
    }
    if (what == Inbox::Event::kReply) Push(inbox->reply());
  }
  if (lines_.passed_over() > kMaxExchangeBytes) {
    return Reply{.ending = Ending::kBroken,
                 .text = "",
                 .problem = "the server sends a line without end",
                 .status = 0};
  }
  return std::nullopt;
}

Reply StdioTransport::Ended() {
  Reply reply;
  reply.problem = "the server closed its output without an answer";
  const Deadline last = Clock::now() + kGrace;
  while (Clock::now() < last) {
    ReadErrors();
    if (const auto status = child_->Reap()) {
      reply.problem =
          "the server " + StatusText(*status) + " before it answered";
      child_->Signal(SIGKILL);  // whoever it left behind
      child_.reset();
      break;
    }
    poll(nullptr, 0, static_cast<int>(kReapEvery.count()));
  }
  return reply;
}

Reply StdioTransport::Ask(const Request& request, Deadline deadline) {
  Inbox inbox(request.id);
  if (!child_) {
    return {.ending = Ending::kClosed,
            .text = "",
            .problem = "the server has ended",
            .status = 0};
  }
  Push(request.text);
  for (;;) {
    if (auto reply = HandleLines(&inbox)) return std::move(*reply);
    if (child_->output() < 0) return Ended();
    if (!Move(deadline)) {
      return {.ending = Ending::kLate,
              .text = "",
              .problem = "the server did not answer in time",
              .status = 0};
    }
  }
}

std::string StdioTransport::Tell(std::string_view, std::string_view text,
                                 Deadline) {
  // Goes out with the next request: the pipe keeps the order.
  Push(text);
  return "";
}

}  // namespace polc::runtime::mcp
