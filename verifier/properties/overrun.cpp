#include "verifier/properties/overrun.h"

#include <algorithm>
#include <array>
#include <string>

#include "compiler/eval/request_view.h"
#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using ir::Window;

constexpr int64_t kDay = 86'400;
// 2026-06-01, the first second of a month and of a week: every window begins.
constexpr int64_t kBoundary = 1'780'272'000;
constexpr int64_t kMostCalls = 1000;
// Keys that are tried for a call that one key has no room for.
constexpr int kMostKeys = 1000;

int64_t Longest(Window window) {
  constexpr std::array<int64_t, 6> kSeconds = {1,    60,       3600,
                                               kDay, 7 * kDay, 31 * kDay};
  return kSeconds[static_cast<size_t>(window)];
}

int64_t Shortest(Window window) {
  return window == Window::kMonth ? 28 * kDay : Longest(window);
}

int64_t Quotient(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Windows of the clock that one window of `bound` may meet.
int64_t Met(Window limit, const ir::Bound& bound) {
  if (bound.in_any) {
    return Quotient(Longest(bound.window), Shortest(limit)) + 1;
  }
  // Windows lie in each other, but for weeks in months.
  if (limit == bound.window) return 1;
  const bool askew = limit == Window::kWeek || bound.window == Window::kWeek;
  const bool finer = Longest(limit) < Longest(bound.window);
  if (!finer) return askew && limit == Window::kMonth ? 2 : 1;
  const int64_t inside = Quotient(Longest(bound.window), Longest(limit));
  return limit == Window::kWeek ? inside + 1 : inside;
}

bool HasKey(const ir::Bound& bound, ir::FieldId field) {
  return std::any_of(bound.keys.begin(), bound.keys.end(),
                     [&](const ir::Key& key) { return key.field == field; });
}

// What one key's counters are told apart by, given another value.
bool SetKey(const ir::Field& field, int number, eval::Request* request) {
  const std::string name = "k" + std::to_string(number);
  switch (field.root) {
    case ir::Root::kGrant:
      request->caller.grant = name;
      return true;
    case ir::Root::kSubject:
      request->caller.subject = name;
      return true;
    case ir::Root::kSession:
      request->session = name;
      return true;
    case ir::Root::kArgs: {
      if (field.steps.size() != 1 || field.steps[0].index >= 0) return false;
      eval::Value& args = request->args;
      for (size_t i = 0; i < args.names.size(); ++i) {
        if (args.names[i] != field.steps[0].member) continue;
        args.items[i] = eval::Value::String(name);
        return true;
      }
      return false;
    }
    default:
      return false;
  }
}

class Overrun {
 public:
  Overrun(const ir::Module& module, const ir::Bound& bound,
          const std::vector<eval::Request>& calls)
      : module_(module), bound_(bound), calls_(calls) {
    for (const ir::Limit& limit : module.limits) {
      for (const ir::Key& key : limit.keys) {
        if (!HasKey(bound, key.field)) keys_.push_back(key.field);
      }
    }
    now_ = bound.in_any ? kBoundary - 1 : kBoundary;
    end_ = bound.in_any ? now_ + Longest(bound.window)
                        : eval::WindowEnd(bound.window, now_);
  }

  std::vector<eval::Request> Run() {
    const Decimal::Units wanted = bound_.amount.units() / Decimal::kUnit + 1;
    if (wanted > kMostCalls) return {};
    while (static_cast<Decimal::Units>(made_.size()) < wanted) {
      if (!Step()) return {};
    }
    return made_;
  }

 private:
  // One more call now, or later.
  bool Step() {
    for (;;) {
      std::optional<int64_t> wait;
      for (; key_ <= kMostKeys; ++key_) {
        for (const eval::Request& call : calls_) {
          if (Try(call, key_, &wait)) return true;
        }
        if (keys_.empty()) break;
        // A key that has no room will have none before time goes on; others
        // may, unless there is no use in them.
        if (key_ > 0 && !used_new_key_) break;
        used_new_key_ = false;
      }
      key_ = 0;
      used_new_key_ = false;
      if (!wait || now_ + std::max<int64_t>(*wait, 1) >= end_) return false;
      now_ += std::max<int64_t>(*wait, 1);
    }
  }

  bool Try(eval::Request request, int key, std::optional<int64_t>* wait) {
    request.now = now_;
    if (key > 0) {
      bool any = false;
      for (const ir::FieldId field : keys_) {
        any |= SetKey(module_.field(field), key, &request);
      }
      if (!any) return false;
    }
    eval::Counters after = counters_;
    eval::Request marked = request;
    for (std::string& mark : counters_.Held(module_, request)) {
      marked.marks.push_back(std::move(mark));
    }
    eval::Decision decision = eval::Decide(module_, marked);
    after.GoOut(module_, marked, &decision);
    if (decision.by == eval::By::kLimit && decision.retry_after) {
      *wait = *wait ? std::min(**wait, *decision.retry_after)
                    : *decision.retry_after;
    }
    if (decision.effect != bound_.effect || decision.by == eval::By::kSchema ||
        !IsInside(module_, bound_.target, bound_.when, marked) ||
        !SameKeys(request)) {
      return false;
    }
    counters_ = std::move(after);
    made_.push_back(std::move(request));
    used_new_key_ = key > 0;
    return true;
  }

  // Calls of other keys are counted by themselves.
  bool SameKeys(const eval::Request& request) const {
    if (made_.empty()) return true;
    const eval::RequestView a(made_[0]);
    const eval::RequestView b(request);
    return std::all_of(bound_.keys.begin(), bound_.keys.end(),
                       [&](const ir::Key& key) {
                         const ir::Field& field = module_.field(key.field);
                         const eval::Read x = a.Find(field, nullptr);
                         const eval::Read y = b.Find(field, nullptr);
                         if (x.kind != y.kind || x.value == nullptr)
                           return x.kind == y.kind;
                         return x.value->text == y.value->text &&
                                x.value->number == y.value->number;
                       });
  }

  const ir::Module& module_;
  const ir::Bound& bound_;
  const std::vector<eval::Request>& calls_;
  std::vector<ir::FieldId> keys_;  // of limits, that the bound does not have
  eval::Counters counters_;
  std::vector<eval::Request> made_;
  int64_t now_ = 0;
  int64_t end_ = 0;
  int key_ = 0;
  bool used_new_key_ = false;
};

}  // namespace

std::optional<int64_t> MostUnder(const ir::Limit& limit,
                                 const ir::Bound& bound) {
  const Decimal one = Decimal::OfInteger(1);
  const bool counts = limit.window != Window::kConcurrent &&
                      !limit.refund_on_error && limit.cost.terms.empty() &&
                      limit.cost.constant >= one &&
                      bound.effect == ir::Effect::kAllow;
  const bool is_coarse =
      std::all_of(limit.keys.begin(), limit.keys.end(),
                  [&](const ir::Key& key) { return HasKey(bound, key.field); });
  if (!counts || !is_coarse) return std::nullopt;
  const auto once =
      static_cast<int64_t>(limit.amount.units() / limit.cost.constant.units());
  const int64_t times =
      limit.rolling ? Quotient(Longest(bound.window), Longest(limit.window))
                    : Met(limit.window, bound);
  return once * times;
}

std::vector<eval::Request> FindOverrun(
    const ir::Module& module, const ir::Bound& bound,
    const std::vector<eval::Request>& calls) {
  return Overrun(module, bound, calls).Run();
}

}  // namespace polc::verifier
