#include "runtime/mcp/client/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace polc::runtime::mcp {
namespace {

struct Pipe {
  std::array<int, 2> ends = {-1, -1};
  bool Open() { return pipe2(ends.data(), O_CLOEXEC) == 0; }
  void CloseEnd(int i) {
    if (ends[i] >= 0) close(ends[i]);
    ends[i] = -1;
  }
  void Close() {
    CloseEnd(0);
    CloseEnd(1);
  }
};

/// For exec: good as long as `words` is, ended by a null pointer.
std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (const std::string& word : words) {
    out.push_back(const_cast<char*>(word.c_str()));
  }
  out.push_back(nullptr);
  return out;
}

struct Outline {
  char* const* arguments;
  char* const* environment;
  int input;
  int output;
  int errors;   // -1: ours
  int problem;  // where errno goes if it can't be started
  pid_t parent;
};

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void Become(const Outline& o) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before that took hold.
  if (getppid() != o.parent) _exit(127);
  dup2(o.input, STDIN_FILENO);
  dup2(o.output, STDOUT_FILENO);
  if (o.errors >= 0) dup2(o.errors, STDERR_FILENO);
  close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(o.arguments[0], o.arguments, o.environment);
  const int error = errno;
  // Read by Start; the pipe closes by itself if exec succeeds.
  if (write(o.problem, &error, sizeof error) < 0) _exit(127);
  _exit(127);
}

bool SetNonBlocking(int fd) {
  return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

}  // namespace

std::optional<Child> Child::Start(const std::vector<std::string>& command,
                                  const ChildOptions& options,
                                  std::string* error) {
  const std::vector<char*> arguments = Pointers(command);
  std::vector<char*> own;
  if (options.environment) own = Pointers(*options.environment);
  Pipe to_child;
  Pipe from_child;
  Pipe errors;
  Pipe problem;
  const pid_t parent = getpid();
  pid_t pid = -1;
  if (to_child.Open() && from_child.Open() && problem.Open() &&
      (!options.catches_errors || errors.Open())) {
    pid = fork();
  }
  if (pid == 0) {
    Become({.arguments = arguments.data(),
            .environment = options.environment ? own.data() : environ,
            .input = to_child.ends[0],
            .output = from_child.ends[1],
            .errors = errors.ends[1],
            .problem = problem.ends[1],
            .parent = parent});
  }
  int exec_error = pid < 0 ? errno : 0;
  if (pid > 0) {
    setpgid(pid, pid);
    problem.CloseEnd(1);
    if (read(problem.ends[0], &exec_error, sizeof exec_error) <= 0) {
      exec_error = 0;
    }
  }
  problem.Close();
  if (exec_error != 0) {
    for (Pipe* pipe : {&to_child, &from_child, &errors}) pipe->Close();
    if (pid > 0) waitpid(pid, nullptr, 0);
    *error = "can't start `" + command[0] + "`: " + strerror(exec_error);
    return std::nullopt;
  }
  to_child.CloseEnd(0);
  from_child.CloseEnd(1);
  errors.CloseEnd(1);
  for (const int fd : {to_child.ends[1], from_child.ends[0], errors.ends[0]}) {
    if (fd >= 0) SetNonBlocking(fd);
  }
  return Child(pid, to_child.ends[1], from_child.ends[0], errors.ends[0]);
}

Child::Child(Child&& other) noexcept
    : pid_(other.pid_),
      input_(other.input_),
      output_(other.output_),
      errors_(other.errors_),
      has_ended_(other.has_ended_) {
  other.input_ = other.output_ = other.errors_ = -1;
  other.has_ended_ = true;
}

Child::~Child() {
  CloseInput();
  CloseOutput();
  CloseErrors();
  if (has_ended_) return;
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Child::CloseInput() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

void Child::CloseOutput() {
  if (output_ >= 0) close(output_);
  output_ = -1;
}

void Child::CloseErrors() {
  if (errors_ >= 0) close(errors_);
  errors_ = -1;
}

void Child::Signal(int signal) const { kill(-pid_, signal); }

std::optional<int> Child::Reap() {
  int status = 0;
  if (has_ended_ || waitpid(pid_, &status, WNOHANG) != pid_) {
    return std::nullopt;
  }
  has_ended_ = true;
  return status;
}

}  // namespace polc::runtime::mcp
