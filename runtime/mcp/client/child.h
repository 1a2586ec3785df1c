// The server's process: started with two pipes and nothing else of ours, in a
// process group of its own, gone when we are gone.
#ifndef POLC_RUNTIME_MCP_CLIENT_CHILD_H_
#define POLC_RUNTIME_MCP_CLIENT_CHILD_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace polc::runtime::mcp {

struct ChildOptions {
  /// `NAME=value`; nothing: all of ours.
  std::optional<std::vector<std::string>> environment;
  /// Its standard error is read from errors(), else it is ours.
  bool catches_errors = false;
};

class Child {
 public:
  /// Null with `*error` set if `command` can't be started.
  static std::optional<Child> Start(const std::vector<std::string>& command,
                                    const ChildOptions& options,
                                    std::string* error);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  /// Kills the process group if it was not seen to end.
  ~Child();

  /// None of these blocks.
  int input() const { return input_; }    // what it reads; -1: closed
  int output() const { return output_; }  // what it writes; -1: closed
  int errors() const { return errors_; }  // its standard error; -1: closed
  void CloseInput();
  void CloseOutput();
  void CloseErrors();

  /// To the whole group.
  void Signal(int signal) const;
  /// The status of waitpid once it has ended; does not block.
  std::optional<int> Reap();

 private:
  Child(pid_t pid, int input, int output, int errors)
      : pid_(pid), input_(input), output_(output), errors_(errors) {}

  pid_t pid_;
  int input_;
  int output_;
  int errors_;
  bool has_ended_ = false;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_CHILD_H_
