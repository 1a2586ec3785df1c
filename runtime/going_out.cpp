#include "runtime/going_out.h"

#include <utility>

namespace polc::runtime {
namespace {

// Marks change when other calls of the caller go out; that often, while one
// call is decided, they do not.
constexpr int kMostTries = 16;

Decision Unreachable(const std::string& error) {
  return Denial(
      By::kError,
      "the state that limits are counted in can't be reached: " + error);
}

}  // namespace

WentOut GoOut(const Engine& engine, Store* store, const RequestView& request,
              const Grounds& granted) {
  WentOut out;
  const std::vector<Marking> reads = engine.MarksRead(request);
  for (int i = 0; i < kMostTries; ++i) {
    std::vector<bool> held;
    if (!reads.empty()) {
      std::string error;
      auto found = store->Held(reads, request.now, &error);
      if (!found) {
        out.decision = Unreachable(error);
        return out;
      }
      held = *std::move(found);
    }
    out.held.assign(request.marks.begin(), request.marks.end());
    for (size_t k = 0; k < reads.size(); ++k) {
      if (held[k]) out.held.push_back(reads[k].mark->name);
    }
    RequestView view = request;
    view.marks = out.held;
    out.decision = engine.Decide(view, granted);
    if (Settle(store, request.now, reads, held, &out)) return out;
  }
  out.decision = Denial(By::kError, "the caller's marks do not come to rest");
  return out;
}

}  // namespace polc::runtime
