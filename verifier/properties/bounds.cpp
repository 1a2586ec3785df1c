// `assert at most N allow per window`: holds if every call inside is charged,
// firmly and with at least 1, to some of a few limits whose windows and keys
// let through at most N calls together. Which ones is searched for: a call that
// those taken so far do not charge names the next candidates. What is refuted
// is so by N + 1 calls that both engines let through.
#include <fmt/format.h>

#include <map>
#include <set>

#include "verifier/properties/overrun.h"
#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

// Sets of limits that are looked at for one assertion.
constexpr int kMostSets = 2000;

class BoundCheck {
 public:
  BoundCheck(Run* run, const ir::Bound& bound)
      : run_(*run), module_(run->module()), bound_(bound) {
    for (size_t i = 0; i < module_.limits.size(); ++i) {
      if (const auto most = MostUnder(module_.limits[i], bound)) {
        good_[i] = *most;
      }
    }
  }

  void Check() {
    const auto room =
        static_cast<int64_t>(bound_.amount.units() / Decimal::kUnit);
    if (Holds({}, room)) return run_.Proved();
    if (run_.report().bug) return;
    const auto calls = FindOverrun(module_, bound_, uncovered_);
    if (!calls.empty()) return Report(calls);
    if (unknown_.empty()) {
      unknown_ =
          "no limits add up to it, and no calls that break it were found";
    }
    run_.Unknown(bound_.range, bound_.name,
                 fmt::format("assertion `{}`", bound_.name), unknown_);
  }

 private:
  // `taken` with others that let `room` more calls through charge all calls.
  bool Holds(const std::set<size_t>& taken, int64_t room) {
    if (++sets_ > kMostSets) {
      unknown_ = "too many limits may be meant";
      return false;
    }
    const auto call = FindUncharged(taken);
    if (!call) return unknown_.empty() && !run_.report().bug;
    uncovered_.push_back(call->request);
    for (const eval::Charge& charge : call->decision.charges) {
      const auto good = good_.find(charge.limit.value());
      if (charge.or_ask || good == good_.end() || good->second > room) continue;
      std::set<size_t> more = taken;
      more.insert(good->first);
      if (Holds(more, room - good->second)) return true;
      if (run_.report().bug || !unknown_.empty()) return false;
    }
    return false;
  }

  // A call inside, decided so, that none of `taken` is charged for.
  std::optional<Witness> FindUncharged(const std::set<size_t>& taken) {
    for (const auto& model : run_.models()) {
      const Bool inside = Inside(model.get(), bound_.target, bound_.when);
      if (inside.is_false()) continue;
      std::vector<Bool> asked = {model->accepted(), inside,
                                 model->Decided(bound_.effect)};
      for (const size_t limit : taken) {
        const ChargeCode* code = ChargeOf(*model, limit);
        if (code != nullptr) {
          asked.push_back(model->Literal(Not(code->firmly)));
        }
      }
      const Found found = model->Find(asked, "bound");
      if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
      if (found.status != smt::Status::kSat) continue;
      auto call = run_.Confirm(
          *model, found,
          [&](const Witness& w) {
            return w.decision.effect == bound_.effect &&
                   IsInside(module_, bound_.target, bound_.when, w.request);
          },
          &unknown_);
      if (call || run_.report().bug) return call;
    }
    return std::nullopt;
  }

  void Report(const std::vector<eval::Request>& calls) {
    const auto decisions = run_.Play(calls);
    if (!decisions) return;
    std::set<size_t> charged;
    for (const eval::Decision& decision : *decisions) {
      for (const eval::Charge& charge : decision.charges) {
        charged.insert(charge.limit.value());
      }
      if (decision.effect == bound_.effect) continue;
      run_.report().bug = "calls that overrun a bound are not let through";
      return;
    }
    run_.Refuted();
    diag::Builder report = run_.diags()->Report(
        diag::Kind::kAssertionFailed, bound_.range,
        fmt::format("assertion `{}` fails: {} call{} that it covers {} decided "
                    "`{}` in one {}",
                    bound_.name, calls.size(), calls.size() == 1 ? "" : "s",
                    calls.size() == 1 ? "is" : "are",
                    ir::EffectName(bound_.effect),
                    ir::WindowName(bound_.window)));
    for (const auto& [limit, most] : good_) {
      if (!charged.contains(limit)) continue;
      report.Note(module_.limits[limit].range,
                  fmt::format("`{}` lets {} through",
                              module_.limits[limit].name, most));
    }
    report.With({.rule = bound_.name,
                 .by = {},
                 .witness = SequenceJson(calls),
                 .witness_shadowed = ""});
  }

  Run& run_;
  const ir::Module& module_;
  const ir::Bound& bound_;
  std::map<size_t, int64_t> good_;  // most calls, by limit
  std::vector<eval::Request> uncovered_;
  std::string unknown_;
  int sets_ = 0;
};

}  // namespace

void CheckBounds(Run* run) {
  for (const ir::Bound& bound : run->module().bounds) {
    BoundCheck(run, bound).Check();
    if (run->report().bug) return;
  }
}

}  // namespace polc::verifier
