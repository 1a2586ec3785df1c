#include "runtime/shim/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace polc::runtime::shim {
namespace {

struct Pipe {
  std::array<int, 2> ends = {-1, -1};
  bool Open() { return pipe2(ends.data(), O_CLOEXEC) == 0; }
  void Close() {
    for (int& end : ends) {
      if (end >= 0) close(end);
      end = -1;
    }
  }
};

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void Become(char* const* arguments, int input, int output,
                         int problem, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before that took hold.
  if (getppid() != parent) _exit(127);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(arguments[0], arguments);
  const int error = errno;
  // Read by Start; the pipe closes by itself if exec succeeds.
  if (write(problem, &error, sizeof error) < 0) _exit(127);
  _exit(127);
}

bool SetNonBlocking(int fd) {
  return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

}  // namespace

std::optional<Child> Child::Start(const std::vector<std::string>& command,
                                  std::string* error) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  Pipe to_child;
  Pipe from_child;
  Pipe problem;
  const pid_t parent = getpid();
  pid_t pid = -1;
  if (to_child.Open() && from_child.Open() && problem.Open()) pid = fork();
  if (pid == 0) {
    Become(arguments.data(), to_child.ends[0], from_child.ends[1],
           problem.ends[1], parent);
  }
  int exec_error = pid < 0 ? errno : 0;
  if (pid > 0) {
    setpgid(pid, pid);
    close(problem.ends[1]);
    problem.ends[1] = -1;
    if (read(problem.ends[0], &exec_error, sizeof exec_error) <= 0) {
      exec_error = 0;
    }
  }
  problem.Close();
  if (exec_error != 0) {
    to_child.Close();
    from_child.Close();
    if (pid > 0) waitpid(pid, nullptr, 0);
    *error = "can't start `" + command[0] + "`: " + strerror(exec_error);
    return std::nullopt;
  }
  close(to_child.ends[0]);
  close(from_child.ends[1]);
  SetNonBlocking(to_child.ends[1]);
  SetNonBlocking(from_child.ends[0]);
  return Child(pid, to_child.ends[1], from_child.ends[0]);
}

Child::Child(Child&& other) noexcept
    : pid_(other.pid_),
      input_(other.input_),
      output_(other.output_),
      has_ended_(other.has_ended_) {
  other.input_ = other.output_ = -1;
  other.has_ended_ = true;
}

Child::~Child() {
  CloseInput();
  CloseOutput();
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

void Child::Signal(int signal) const { kill(-pid_, signal); }

std::optional<int> Child::Reap() {
  int status = 0;
  if (has_ended_ || waitpid(pid_, &status, WNOHANG) != pid_) {
    return std::nullopt;
  }
  has_ended_ = true;
  return status;
}

}  // namespace polc::runtime::shim
