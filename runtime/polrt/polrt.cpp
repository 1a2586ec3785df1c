// The functions of runtime/polrt.h. Nothing is thrown across: what the process
// can't give is a denial.
#include "runtime/polrt.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "runtime/aot.h"
#include "runtime/polrt/answer.h"
#include "runtime/polrt/seat.h"

using polc::runtime::Arena;
using polc::runtime::By;
using polc::runtime::Decision;
using polc::runtime::Engine;
using polc::runtime::Fault;
using polc::runtime::Force;
using polc::runtime::InArena;
using polc::runtime::RequestView;
using polc::runtime::Seat;
using polc::runtime::Target;

namespace mcp = polc::runtime::mcp;

struct pol_policy {
  std::vector<std::unique_ptr<Seat>> seats;
  std::atomic<const Force*> force = nullptr;
  std::mutex reloading;

  ~pol_policy() { delete force.load(); }
};

namespace {

constexpr uint32_t kMessageBytes = 65'536;
// Above this the reader gives memory back between messages.
constexpr uint32_t kMaxMessageBytes = 262'144;
// Of the first version of this interface.
constexpr size_t kOptionsSize = sizeof(pol_open_options);
constexpr size_t kContextSize = sizeof(pol_context);
constexpr size_t kDecisionSize = sizeof(pol_decision);

/// Where this thread sat last: probably free, and warm.
__attribute__((tls_model("initial-exec"))) thread_local size_t last_seat = 0;

/// A seat for one decision, and the policies that make it. A reload sees by the
/// seat what is still in use (M. M. Michael, "Hazard pointers: safe memory
/// reclamation for lock-free objects", 2004): it waits for decisions, never
/// they for it.
class Sitting {
 public:
  explicit Sitting(pol_policy* policy) {
    const size_t count = policy->seats.size();
    for (size_t tries = 0;; ++tries) {
      index_ = (last_seat + tries) % count;
      Seat& seat = *policy->seats[index_];
      if (!seat.taken.load(std::memory_order_relaxed) &&
          !seat.taken.exchange(true, std::memory_order_acquire)) {
        break;
      }
      // More threads than pol_open was told of.
      if (tries % count == count - 1) sched_yield();
    }
    last_seat = index_;
    seat_ = policy->seats[index_].get();
    for (force_ = policy->force.load();;) {
      seat_->force.store(force_);
      const Force* again = policy->force.load();
      if (again == force_) break;
      force_ = again;
    }
  }
  ~Sitting() {
    seat_->force.store(nullptr, std::memory_order_release);
    seat_->taken.store(false, std::memory_order_release);
  }
  Sitting(const Sitting&) = delete;
  Sitting& operator=(const Sitting&) = delete;

  Seat& seat() const { return *seat_; }
  const Engine& engine() const { return *force_->engine; }
  polc::runtime::Desk* desk() const { return force_->desks[index_].get(); }

 private:
  size_t index_ = 0;
  Seat* seat_ = nullptr;
  const Force* force_ = nullptr;
};

// Deciding changes a policy's seats, not what it decides.
pol_policy* Mutable(const pol_policy* policy) {
  return const_cast<pol_policy*>(policy);
}

void Tell(const char* why, char* error, size_t error_size) {
  if (error == nullptr || error_size == 0) return;
  const size_t n = std::min(std::strlen(why), error_size - 1);
  std::memcpy(error, why, n);
  error[n] = '\0';
}

std::unique_ptr<Force> Open(const char* path, size_t seats,
                            std::string* error) {
  auto engine = polc::runtime::OpenCompiled(path == nullptr ? "" : path, error);
  if (!engine) return nullptr;
  return std::make_unique<Force>(std::move(engine), seats);
}

void FillView(const mcp::Message& message, const pol_context& context,
              RequestView* view) {
  view->method = message.method;
  view->tool = message.tool;
  view->resource = message.resource;
  view->prompt = message.prompt;
  view->args = message.args;
  uint8_t revision = message.revision;
  if (revision == 0) {
    const auto negotiated =
        polc::runtime::RevisionOf(polc::runtime::ViewOf(context.revision));
    revision = negotiated.value_or(
        static_cast<polc::runtime::Revision>(polc::runtime::kAnyRevision));
  }
  view->defined = (message.info.revisions & revision) != 0;
  // Revisions that carry themselves in each message have no sessions.
  if (message.is_modern) view->session.reset();
}

void Malformed(const Fault& fault, pol_decision* out) {
  std::string reason(fault.name);
  reason += ": ";
  reason += fault.text;
  polc::runtime::Answer(
      polc::runtime::Denial(By::kMalformed, std::move(reason)), out);
  out->code = fault.code;
}

void Decide(const Sitting& sitting, std::string_view text,
            const pol_context& context, pol_decision* out) {
  Seat& seat = sitting.seat();
  const Fault* fault = nullptr;
  const bool is_read = seat.ReadMessage(text, &fault);
  RequestView view;
  const char* problem =
      seat.ReadContext(context, sitting.engine(), sitting.desk(), &view);
  // From here on nothing outlives the decision.
  const InArena arena(seat.arena());
  if (!is_read) return Malformed(*fault, out);
  if (problem != nullptr) return polc::runtime::Deny(problem, out);
  const mcp::Message& message = seat.message();
  if (message.kind == mcp::Kind::kResponse ||
      message.info.target == Target::kNone) {
    polc::runtime::Answer(Decision(), out);
    out->effect = POL_EFFECT_ALLOW;
    out->by = POL_BY_PROTOCOL;
    return;
  }
  if (message.has_nul_arguments) {
    return Malformed(polc::runtime::fault::kNul, out);
  }
  FillView(message, context, &view);
  polc::runtime::Answer(
      sitting.engine().Decide(view, {}, &sitting.desk()->scratch), out);
}

}  // namespace

extern "C" {

pol_policy* pol_open(const char* path, const pol_open_options* options,
                     char* error, size_t error_size) try {
  uint32_t threads = 0;
  uint32_t bytes = 0;
  if (options != nullptr) {
    if (options->size < kOptionsSize) {
      Tell("pol_open_options.size is not that of the structure", error,
           error_size);
      return nullptr;
    }
    threads = options->threads;
    bytes = options->max_message_bytes;
  }
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  if (bytes == 0) bytes = kMessageBytes;
  if (bytes < 2048 || bytes > kMaxMessageBytes || threads > 65'536) {
    Tell("pol_open_options ask for more or less than there can be", error,
         error_size);
    return nullptr;
  }
  std::string why;
  auto force = Open(path, threads, &why);
  if (!force) {
    Tell(why.c_str(), error, error_size);
    return nullptr;
  }
  auto policy = std::make_unique<pol_policy>();
  for (uint32_t i = 0; i < threads; ++i) {
    policy->seats.push_back(std::make_unique<Seat>(bytes));
  }
  policy->force = force.release();
  return policy.release();
} catch (...) {
  Tell("there is no memory to open it", error, error_size);
  return nullptr;
}

int pol_reload(pol_policy* policy, const char* path, char* error,
               size_t error_size) try {
  std::string why;
  auto fresh = Open(path, policy->seats.size(), &why);
  if (!fresh) {
    Tell(why.c_str(), error, error_size);
    return 0;
  }
  const std::lock_guard lock(policy->reloading);
  const std::unique_ptr<const Force> old(
      policy->force.exchange(fresh.release()));
  for (const auto& seat : policy->seats) {
    while (seat->force.load() == old.get()) sched_yield();
  }
  return 1;
} catch (...) {
  Tell("there is no memory to open it", error, error_size);
  return 0;
}

void pol_close(pol_policy* policy) { delete policy; }

void pol_digest(const pol_policy* policy, char digest[65]) {
  const Sitting sitting(Mutable(policy));
  const std::string& text = sitting.engine().manifest().digest;
  Tell(text.c_str(), digest, 65);
}

int pol_decide(const pol_policy* policy, const char* message,
               size_t message_size, const pol_context* context,
               pol_decision* decision) {
  if (decision == nullptr || decision->size < kDecisionSize) {
    return POL_EFFECT_DENY;
  }
  if (policy == nullptr || message == nullptr || context == nullptr ||
      context->size < kContextSize) {
    polc::runtime::Deny("pol_decide was called in a way that it does not know",
                        decision);
    return POL_EFFECT_DENY;
  }
  try {
    const Sitting sitting(Mutable(policy));
    Decide(sitting, {message, message_size}, *context, decision);
  } catch (...) {
    polc::runtime::Deny("there is no room to decide this message", decision);
  }
  return decision->effect;
}

int pol_visible(const pol_policy* policy, const pol_context* context,
                pol_text tool) {
  if (policy == nullptr || context == nullptr || tool.data == nullptr ||
      context->size < kContextSize) {
    return 0;
  }
  try {
    const Sitting sitting(Mutable(policy));
    RequestView view;
    if (sitting.seat().ReadContext(*context, sitting.engine(), sitting.desk(),
                                   &view) != nullptr) {
      return 0;
    }
    view.tool = polc::runtime::ViewOf(tool);
    const InArena arena(sitting.seat().arena());
    return sitting.engine().MayPermit(view, &sitting.desk()->scratch) ? 1 : 0;
  } catch (...) {
    return 0;
  }
}

}  // extern "C"
