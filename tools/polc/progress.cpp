#include "tools/polc/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace polc::tool {
namespace {

constexpr size_t kWidth = 30;

}  // namespace

std::string ProgressBar(const std::string& what, size_t done, size_t all) {
  const size_t of = std::max<size_t>(all, 1);
  const size_t at = std::min(done, of);
  const size_t full = kWidth * at / of;
  return fmt::format("  {} [{}{}] {:3}%", what, std::string(full, '#'),
                     std::string(kWidth - full, '.'), 100 * at / of);
}

Progress::Progress(std::string what)
    : what_(std::move(what)),
      next_(Clock::now() + std::chrono::seconds(1)),
      terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::Show(size_t done, size_t all) {
  if (!terminal_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(100);
  drawn_ = true;
  fmt::print(stderr, "\r{}\x1b[K", ProgressBar(what_, done, all));
  std::fflush(stderr);
}

}  // namespace polc::tool
