// What one decision at a time is made with. All of it is as large as it will
// ever be before the first decision: a seat is warmed with the worst that
// messages can be.
#ifndef POLC_RUNTIME_POLRT_SEAT_H_
#define POLC_RUNTIME_POLRT_SEAT_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine.h"
#include "runtime/mcp/message.h"
#include "runtime/polrt.h"
#include "runtime/polrt/arena.h"

namespace polc::runtime {

/// What one seat keeps of the policies in force.
struct Desk {
  Scratch scratch;
  CallerFields caller;
  uint64_t whose = 0;  // Seat::caller_
};

/// Policies in force, with a desk for each seat.
struct Force {
  /// Decides once at each, so that none grows later.
  Force(std::unique_ptr<Engine> engine, size_t seats);

  std::unique_ptr<Engine> engine;
  std::vector<std::unique_ptr<Desk>> desks;
};

/// A cache line of its own: seats are taken by different processors.
class alignas(64) Seat {
 public:
  explicit Seat(size_t max_message_bytes);

  /// False if `message` is refused; then *fault says why.
  bool ReadMessage(std::string_view message, const Fault** fault) {
    *fault = reader_.Read(message);
    return *fault == nullptr;
  }
  const mcp::Message& message() const { return reader_.message(); }

  /// Who asks, of whom, when. Null, or why the context makes no sense. Of the
  /// marks that are held only those are kept that `engine` knows. Who asks as
  /// the one before is not read again; `desk` is this seat's.
  const char* ReadContext(const pol_context& context, const Engine& engine,
                          Desk* desk, RequestView* view);

  Arena* arena() { return &arena_; }

  std::atomic<bool> taken = false;
  /// What the decision in the making is made by.
  std::atomic<const Force*> force = nullptr;

 private:
  const char* ReadCaller(const pol_context& context);
  const char* ReadRoles(const pol_context& context);
  void Warm(size_t bytes);

  mcp::MessageReader reader_;
  json::Reader roles_reader_;
  json::Reader claims_reader_;
  std::string roles_text_;
  std::string said_;     // of the caller, by the context at hand
  std::string kept_;     // by the last one whose caller could be read
  uint64_t caller_ = 0;  // counts the callers that were kept; 0: none yet
  Caller read_;          // of the last; its texts are in kept_ and the readers
  std::vector<std::string_view> marks_;
  Arena arena_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_POLRT_SEAT_H_
