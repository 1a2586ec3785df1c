#include "runtime/shim/reload.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace polc::runtime::shim {

Reloader::Reloader(PolicySource source)
    : source_(std::move(source)), event_(eventfd(0, EFD_CLOEXEC)) {}

Reloader::~Reloader() {
  if (thread_.joinable()) thread_.join();
  if (event_ >= 0) close(event_);
}

void Reloader::Compile() {
  std::string diagnostics;
  auto engine = LoadPolicy(source_, &diagnostics);
  {
    const std::lock_guard lock(mutex_);
    engine_ = std::move(engine);
    diagnostics_ = std::move(diagnostics);
  }
  eventfd_write(event_, 1);
}

void Reloader::Start() {
  if (event_ < 0) return;
  if (thread_.joinable()) {
    again_ = true;
    return;
  }
  thread_ = std::thread([this] { Compile(); });
}

std::shared_ptr<const Engine> Reloader::Take(std::string* diagnostics) {
  eventfd_t count = 0;
  eventfd_read(event_, &count);
  if (thread_.joinable()) thread_.join();
  std::shared_ptr<const Engine> engine;
  {
    const std::lock_guard lock(mutex_);
    engine = std::move(engine_);
    *diagnostics = std::move(diagnostics_);
  }
  if (std::exchange(again_, false)) Start();
  return engine;
}

}  // namespace polc::runtime::shim
