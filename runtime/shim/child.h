// The server's process: started with two pipes and nothing else of ours, in a
// process group of its own, gone when we are gone.
#ifndef POLC_RUNTIME_SHIM_CHILD_H_
#define POLC_RUNTIME_SHIM_CHILD_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace polc::runtime::shim {

class Child {
 public:
  /// Null with `*error` set if `command` can't be started. Its standard error
  /// is ours.
  static std::optional<Child> Start(const std::vector<std::string>& command,
                                    std::string* error);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  /// Kills the process group if it was not seen to end.
  ~Child();

  /// Both do not block.
  int input() const { return input_; }    // what it reads; -1: closed
  int output() const { return output_; }  // what it writes; -1: closed
  void CloseInput();
  void CloseOutput();

  /// To the whole group.
  void Signal(int signal) const;
  /// The status of waitpid once it has ended; does not block.
  std::optional<int> Reap();

 private:
  Child(pid_t pid, int input, int output)
      : pid_(pid), input_(input), output_(output) {}

  pid_t pid_;
  int input_;
  int output_;
  bool has_ended_ = false;
};

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_CHILD_H_
