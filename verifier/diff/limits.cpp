// Limits and marks that are declared differently, or that go with other
// requests than before.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "verifier/diff/run.h"

namespace polc::verifier {
namespace {

using diag::Kind;
using How = SliceChanges::How;

template <typename T>
const T* FindByName(const std::vector<T>& all, const std::string& name) {
  const auto it = std::find_if(all.begin(), all.end(),
                               [&](const T& t) { return t.name == name; });
  return it == all.end() ? nullptr : &*it;
}

// As the policy would write it; equal texts are equal costs.
std::string CostWords(const ir::Module& module, ir::TermId id) {
  const ir::Term& term = module.term(id);
  const auto operand = [&](size_t i) {
    std::string words = CostWords(module, term.operands[i]);
    return module.term(term.operands[i]).operands.empty() ? words
                                                          : "(" + words + ")";
  };
  switch (term.kind) {
    case ir::TermKind::kConstant:
      return term.value.ToString();
    case ir::TermKind::kAdd:
      return operand(0) + " + " + operand(1);
    case ir::TermKind::kSubtract:
      return operand(0) + " - " + operand(1);
    case ir::TermKind::kMultiply:
      return operand(0) + " * " + operand(1);
    case ir::TermKind::kNegate:
      return "-" + operand(0);
    default:
      break;
  }
  std::string out;
  if (ir::ReadsField(term.kind)) {
    out = ir::FieldName(module.field(term.field));
  }
  if (ir::ReadsZone(term.kind)) out = module.zone(term.zone).name;
  if (term.kind != ir::TermKind::kNumber) {
    out = fmt::format("{}({})", ir::TermKindName(term.kind), out);
  }
  if (term.if_absent) out += " ?? " + term.if_absent->ToString();
  return out;
}

std::vector<std::string> KeyNames(const ir::Limit& limit) {
  std::vector<std::string> names;
  for (const ir::Key& key : limit.keys) names.push_back(key.name);
  return names;
}

}  // namespace

std::string LimitWords(const ir::Module& module, const ir::Limit& limit) {
  std::string out = limit.amount.ToString();
  out += limit.window == ir::Window::kConcurrent
             ? " concurrent"
             : fmt::format(" per {}", ir::WindowName(limit.window));
  for (const ir::Key& key : limit.keys) {
    out += (&key == limit.keys.data() ? " per " : ", ") + key.name;
  }
  const std::string cost = CostWords(module, limit.cost);
  if (cost != "1") out += " cost " + cost;
  if (limit.rolling) out += " rolling";
  if (limit.refund_on_error) out += " refund on error";
  return out;
}

namespace {

class LimitChange {
 public:
  LimitChange(DiffRun* run, const SliceChanges& changes, const ir::Limit& was,
              const ir::Limit& is)
      : run_(*run), changes_(changes), was_(was), is_(is) {}

  void Report() {
    ReportIdentity();
    ReportAmount();
    ReportCost();
    if (was_.refund_on_error != is_.refund_on_error) {
      Say(is_.refund_on_error,
          is_.refund_on_error ? "gives charges back on an error"
                              : "no longer gives charges back on an error");
    }
    ReportCoverage(How::kLost, true, "no longer counts some requests for");
    ReportCoverage(How::kGained, false, "now counts some requests for");
    ReportCoverage(How::kSoftened, true,
                   "asks instead of denying where it is used up, for");
    ReportCoverage(How::kHardened, false,
                   "denies instead of asking where it is used up, for");
  }

 private:
  diag::Builder Say(bool loosens, const std::string& what) {
    return run_.Report(loosens ? Kind::kLimitLoosened : Kind::kLimitTightened,
                       is_.range, fmt::format("limit `{}` {}", is_.name, what),
                       loosens);
  }

  void Carry(diag::Builder report, bool loosens) {
    diag::Finding finding;
    finding.rule = is_.name;
    finding.widens = loosens;
    report.With(std::move(finding));
  }

  // A counter is (module, limit, window, key).
  void ReportIdentity() {
    const auto was = KeyNames(was_);
    const auto is = KeyNames(is_);
    if (was_.window == is_.window && was_.rolling == is_.rolling && was == is &&
        !fields_differ()) {
      return;
    }
    diag::Builder report = run_.Report(
        Kind::kCounterRestarted, is_.range,
        fmt::format("limit `{}` counts from zero again: it was {} and is {}",
                    is_.name, LimitWords(run_.module(0), was_),
                    LimitWords(run_.module(1), is_)),
        true);
    diag::Finding finding;
    finding.rule = is_.name;
    finding.widens = true;
    report.With(std::move(finding))
        .Note({},
              "a counter is its module, limit, window and key; changing "
              "only the amount keeps it");
  }

  bool fields_differ() const {
    for (size_t i = 0; i < was_.keys.size(); ++i) {
      if (run_.module(0).field(was_.keys[i].field) !=
          run_.module(1).field(is_.keys[i].field)) {
        return true;
      }
    }
    return false;
  }

  void ReportAmount() {
    if (was_.amount == is_.amount) return;
    const bool loosens = was_.amount < is_.amount;
    Carry(Say(loosens,
              fmt::format("lets through {} instead of {}",
                          is_.amount.ToString(), was_.amount.ToString())),
          loosens);
  }

  // A larger constant is tighter; any other change may be looser.
  void ReportCost() {
    const std::string was = CostWords(run_.module(0), was_.cost);
    const std::string is = CostWords(run_.module(1), is_.cost);
    if (was == is) return;
    const ir::Term& before = run_.module(0).term(was_.cost);
    const ir::Term& after = run_.module(1).term(is_.cost);
    const bool tighter = before.kind == ir::TermKind::kConstant &&
                         after.kind == ir::TermKind::kConstant &&
                         before.value < after.value;
    Carry(Say(!tighter, fmt::format("costs {} instead of {}", is, was)),
          !tighter);
  }

  void ReportCoverage(How how, bool loosens, const char* words) {
    const auto* coverage = changes_.Find("limit " + is_.name, how);
    if (coverage == nullptr) return;
    diag::Builder report =
        Say(loosens, fmt::format("{} {}", words, ListSlices(coverage->slices)));
    diag::Finding finding;
    finding.rule = is_.name;
    finding.witness = coverage->region.cases[0].witness;
    finding.cases = coverage->region.cases;
    finding.exact = coverage->region.exact && coverage->slices.size() == 1;
    finding.widens = loosens;
    report.With(std::move(finding));
  }

  DiffRun& run_;
  const SliceChanges& changes_;
  const ir::Limit& was_;
  const ir::Limit& is_;
};

// A limit or mark that is there on one side only.
void ReportAlone(DiffRun* run, const SliceChanges& changes, Kind kind,
                 source::Range range, const std::string& name,
                 const std::string& message, How how, bool widens) {
  diag::Builder report = run->Report(kind, range, message, widens);
  diag::Finding finding;
  finding.rule = name.substr(name.find(' ') + 1);
  finding.widens = widens;
  if (const auto* coverage = changes.Find(name, how)) {
    finding.witness = coverage->region.cases[0].witness;
    finding.cases = coverage->region.cases;
    finding.exact = coverage->region.exact && coverage->slices.size() == 1;
    report.Note({}, "it counts " + ListSlices(coverage->slices));
  }
  report.With(std::move(finding));
}

}  // namespace

void CompareLimits(DiffRun* run, const SliceChanges& changes) {
  for (const ir::Limit& was : run->module(0).limits) {
    const ir::Limit* is = FindByName(run->module(1).limits, was.name);
    if (is != nullptr) {
      LimitChange(run, changes, was, *is).Report();
      continue;
    }
    ReportAlone(run, changes, Kind::kLimitLoosened, run->Anywhere(),
                "limit " + was.name,
                fmt::format("limit `{}` ({}) is gone", was.name,
                            LimitWords(run->module(0), was)),
                How::kLost, true);
  }
  for (const ir::Limit& is : run->module(1).limits) {
    if (FindByName(run->module(0).limits, is.name) != nullptr) continue;
    ReportAlone(run, changes, Kind::kLimitTightened, is.range,
                "limit " + is.name,
                fmt::format("limit `{}` ({}) is new", is.name,
                            LimitWords(run->module(1), is)),
                How::kGained, false);
  }
}

// A mark only ever takes permissions away, so more of it is tighter.
void CompareMarks(DiffRun* run, const SliceChanges& changes) {
  for (const ir::Mark& was : run->module(0).marks) {
    const std::string label = "mark " + was.name;
    const ir::Mark* is = FindByName(run->module(1).marks, was.name);
    if (is == nullptr) {
      ReportAlone(run, changes, Kind::kMarkLoosened, run->Anywhere(), label,
                  fmt::format("mark `{}` is gone", was.name), How::kLost, true);
      continue;
    }
    if (was.key.name != is->key.name) {
      run->Report(Kind::kMarkLoosened, is->range,
                  fmt::format("mark `{}` is held per {} instead of per {}: "
                              "what is held now is forgotten",
                              is->name, is->key.name, was.key.name),
                  true)
          .With({.rule = is->name,
                 .by = {},
                 .witness = "",
                 .witness_shadowed = "",
                 .widens = true});
    }
    if (was.lifetime_seconds != is->lifetime_seconds) {
      const bool loosens = is->lifetime_seconds < was.lifetime_seconds;
      run->Report(
             loosens ? Kind::kMarkLoosened : Kind::kMarkTightened, is->range,
             fmt::format("mark `{}` is held for {} seconds instead of {}",
                         is->name, is->lifetime_seconds, was.lifetime_seconds),
             loosens)
          .With({.rule = is->name,
                 .by = {},
                 .witness = "",
                 .witness_shadowed = "",
                 .widens = loosens});
    }
    for (const How how : {How::kLost, How::kGained}) {
      const bool loosens = how == How::kLost;
      if (changes.Find(label, how) == nullptr) continue;
      ReportAlone(run, changes,
                  loosens ? Kind::kMarkLoosened : Kind::kMarkTightened,
                  is->range, label,
                  fmt::format("mark `{}` {}", is->name,
                              loosens ? "is no longer set by some requests"
                                      : "is set by more requests"),
                  how, loosens);
    }
  }
  for (const ir::Mark& is : run->module(1).marks) {
    if (FindByName(run->module(0).marks, is.name) != nullptr) continue;
    ReportAlone(run, changes, Kind::kMarkTightened, is.range, "mark " + is.name,
                fmt::format("mark `{}` is new", is.name), How::kGained, false);
  }
}

}  // namespace polc::verifier
