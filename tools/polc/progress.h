// A bar on standard error while something takes long: only on a terminal, only
// after a second, and gone when it is over.
#ifndef POLC_TOOLS_POLC_PROGRESS_H_
#define POLC_TOOLS_POLC_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <string>

namespace polc::tool {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(size_t done, size_t all);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  Clock::time_point next_;  // when to draw
  bool terminal_;
  bool drawn_ = false;
};

/// `  checking [#####.....] 50%`, without line end.
std::string ProgressBar(const std::string& what, size_t done, size_t all);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_PROGRESS_H_
