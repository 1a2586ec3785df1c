// `assert never EFFECT target after target`: of calls that one caller makes in
// one session while the marks that the first one sets are held. It holds by
// induction: whatever goes on between the two, those marks are held when the
// second is decided, and with them no call of the second target is decided so.
// Nothing is unrolled, so nothing is bounded.
//
// The first call is asked for with the marks that it sets; what denies the
// second is a few of these, and other first calls that set the same few need no
// second look.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "verifier/properties/run.h"
#include "verifier/witness.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

// Any instant: both calls are made in it, so that every mark lives.
constexpr int64_t kInstant = 1'768'473'000;

class FlowCheck {
 public:
  FlowCheck(Run* run, const ir::Flow& flow)
      : run_(*run), module_(run->module()), flow_(flow) {}

  void Check() {
    for (const auto& first : run_.models()) {
      for (const ir::Effect effect : {ir::Effect::kAllow, ir::Effect::kAsk}) {
        CheckFirst(first.get(), effect);
        if (reported_ || run_.report().bug) return;
      }
    }
    if (!unknown_.empty()) {
      return run_.Unknown(flow_.range, flow_.name,
                          fmt::format("assertion `{}`", flow_.name), unknown_);
    }
    run_.Proved();
  }

 private:
  using Marks = std::set<size_t>;  // places in the module's table

  // An ask goes out once it is approved.
  void CheckFirst(SliceModel* model, ir::Effect effect) {
    const Bool inside = Inside(model, flow_.after_target, flow_.after_when);
    if (inside.is_false()) return;
    std::vector<Bool> asked = {model->accepted(), inside,
                               model->Decided(effect)};
    for (;;) {
      const Found found = FindPlain(model, asked, {});
      if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
      if (found.status != smt::Status::kSat) return;
      const auto first = run_.Confirm(
          *model, found,
          [&](const Witness& w) {
            return w.decision.effect == effect &&
                   IsInside(module_, flow_.after_target, flow_.after_when,
                            w.request);
          },
          &unknown_);
      if (!first) return;
      Marks set;
      for (const ir::MarkId mark : first->decision.marks) {
        set.insert(mark.value());
      }
      const auto enough = FindSecond(*first, set);
      if (!enough) return;
      std::vector<Bool> others;
      for (const size_t mark : *enough) {
        const ChargeCode* code = ChargeOf(*model, module_.limits.size() + mark);
        POLC_CHECK(code != nullptr, "a mark that nothing sets was set");
        others.push_back(Not(code->charged));
      }
      // What sets these is followed by nothing.
      if (others.empty()) return;
      asked.push_back(model->Literal(smt::Or(others)));
    }
  }

  // A model in which as few marks are held as can be: none but `held`, if one
  // is there.
  Found FindPlain(SliceModel* model, const std::vector<Bool>& asked,
                  const Marks& held) {
    std::vector<Bool> plain = asked;
    for (size_t i = 0; i < module_.marks.size(); ++i) {
      if (!held.contains(i)) {
        plain.push_back(Not(HoldsMark(*model, module_.marks[i])));
      }
    }
    Found found = model->Find(plain, "flow");
    if (found.status == smt::Status::kUnsat && plain.size() > asked.size()) {
      found = model->Find(asked, "flow");
    }
    return found;
  }

  // Empty if a second call was found, or nothing is known; else those of `set`
  // that are enough to deny every one.
  std::optional<Marks> FindSecond(const Witness& first, const Marks& set) {
    Marks enough;
    for (const auto& model : run_.models()) {
      const Bool inside = Inside(model.get(), flow_.target, flow_.when);
      if (inside.is_false()) continue;
      std::vector<Bool> asked = {model->accepted(), inside,
                                 model->Decided(flow_.effect)};
      std::vector<size_t> marks;
      for (const size_t mark : set) {
        const Bool held = HoldsMark(*model, module_.marks[mark]);
        if (held.is_const()) continue;  // nothing asks for it here
        asked.push_back(held);
        marks.push_back(mark);
      }
      const Found found = FindPlain(model.get(), asked, set);
      if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
      if (found.status == smt::Status::kSat) Report(first, *model, found);
      if (found.status != smt::Status::kUnsat) return std::nullopt;
      const size_t before = asked.size() - marks.size();
      for (const size_t place : found.core) {
        if (place >= before) enough.insert(marks[place - before]);
      }
    }
    return enough;
  }

  // Both are of one caller: whose, is tried.
  void Report(const Witness& first, const SliceModel& model,
              const Found& found) {
    const eval::Request second = MakeRequest(model.space(), found.assignment);
    eval::Request a = first.request;
    eval::Request b = second;
    b.caller = a.caller;
    b.session = a.session;
    if (!Shows(a, b)) {
      if (run_.report().bug) return;
      a.caller = second.caller;
      a.session = second.session;
      b = second;
      if (!Shows(a, b)) {
        unknown_ = "it hangs on who calls";
        return;
      }
    }
  }

  bool Shows(eval::Request a, eval::Request b) {
    a.now = b.now = kInstant;
    const auto first = run_.Decide(a);
    if (!first || first->decision.effect == ir::Effect::kDeny ||
        !IsInside(module_, flow_.after_target, flow_.after_when, a)) {
      return false;
    }
    eval::Request later = b;
    for (const ir::MarkId id : first->decision.marks) {
      const std::string& name = module_.mark(id).name;
      if (std::find(b.marks.begin(), b.marks.end(), name) == b.marks.end()) {
        later.marks.push_back(name);
      }
      std::erase(b.marks, name);  // the first line sets it
    }
    const auto second = run_.Decide(later);
    if (!second || second->decision.effect != flow_.effect ||
        second->decision.by == eval::By::kSchema ||
        !IsInside(module_, flow_.target, flow_.when, later)) {
      return false;
    }
    reported_ = true;
    run_.Refuted();
    std::vector<std::string> by;
    for (const ir::RuleId id : second->decision.rules) {
      by.push_back(module_.rule(id).name);
    }
    const bool is_asked = first->decision.effect == ir::Effect::kAsk;
    diag::Builder report = run_.diags()->Report(
        diag::Kind::kAssertionFailed, flow_.range,
        fmt::format("assertion `{}` fails: after a call that it names, {}one "
                    "that it covers is decided `{}`",
                    flow_.name, is_asked ? "once that is approved, " : "",
                    ir::EffectName(flow_.effect)));
    for (const ir::RuleId id : second->decision.rules) {
      report.Note(module_.rule(id).range, fmt::format("`{}` decides the second",
                                                      module_.rule(id).name));
    }
    report.With({.rule = flow_.name,
                 .by = std::move(by),
                 .witness = SequenceJson({a, b}),
                 .witness_shadowed = ""});
    return true;
  }

  Run& run_;
  const ir::Module& module_;
  const ir::Flow& flow_;
  std::string unknown_;
  bool reported_ = false;
};

}  // namespace

void CheckFlows(Run* run) {
  for (const ir::Flow& flow : run->module().flows) {
    FlowCheck(run, flow).Check();
    if (run->report().bug) return;
  }
}

}  // namespace polc::verifier
