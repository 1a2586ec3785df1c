// Compiles the policies anew beside the ones in force.
#ifndef POLC_RUNTIME_SHIM_RELOAD_H_
#define POLC_RUNTIME_SHIM_RELOAD_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "runtime/shim/policy.h"

namespace polc::runtime::shim {

class Reloader {
 public:
  explicit Reloader(PolicySource source);
  /// Waits for a compilation that runs.
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  /// Readable when a compilation has ended; -1 if there can be none.
  int event() const { return event_; }

  /// Starts one; while one runs, another follows it.
  void Start();

  /// Once event() is readable: the new policies, or null with `*diagnostics`
  /// set if they do not compile.
  std::shared_ptr<const Engine> Take(std::string* diagnostics);

 private:
  void Compile();

  PolicySource source_;
  int event_;
  std::thread thread_;
  bool again_ = false;  // asked for while one ran
  std::mutex mutex_;
  std::shared_ptr<const Engine> engine_;
  std::string diagnostics_;
};

}  // namespace polc::runtime::shim

#endif  // POLC_RUNTIME_SHIM_RELOAD_H_
