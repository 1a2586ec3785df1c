// What each slice decides differently, and what counts or marks differently in
// it. Slices that change alike are reported as one.
#include <fmt/format.h>

#include <algorithm>

#include "verifier/diff/run.h"

namespace polc::verifier {
namespace {

using ir::Effect;
using smt::And;
using smt::Bool;
using smt::Not;

std::vector<std::string> ConditionsOf(const Region& region) {
  std::vector<std::string> out;
  for (const diag::Case& c : region.cases) out.push_back(c.condition);
  return out;
}

std::string SliceName(const Slice& slice) {
  const std::string name = slice.Name();
  return slice.server ? name : name + " of another server";
}

diag::Kind KindOf(Effect to) {
  switch (to) {
    case Effect::kAllow:
      return diag::Kind::kNewlyAllowed;
    case Effect::kAsk:
      return diag::Kind::kNewlyAsked;
    case Effect::kDeny:
      return diag::Kind::kNewlyDenied;
  }
  POLC_UNREACHABLE("an effect");
}

std::string_view Past(Effect effect) {
  switch (effect) {
    case Effect::kAllow:
      return "allowed";
    case Effect::kAsk:
      return "asked about";
    case Effect::kDeny:
      return "denied";
  }
  POLC_UNREACHABLE("an effect");
}

}  // namespace

const ChargeCode* FindCharge(const SetCode& set, const ir::Module& module,
                             const std::string& name, bool mark) {
  for (const ChargeCode& charge : set.charges()) {
    if (charge.name == name && (charge.index >= module.limits.size()) == mark) {
      return &charge;
    }
  }
  return nullptr;
}

bool GoesWith(const ir::Module& module, const eval::Decision& d,
              const std::string& name, bool mark, bool firmly) {
  if (mark) {
    return std::any_of(d.marks.begin(), d.marks.end(), [&](ir::MarkId id) {
      return module.marks[id.value()].name == name;
    });
  }
  return std::any_of(
      d.charges.begin(), d.charges.end(), [&](const eval::Charge& c) {
        return module.limit(c.limit).name == name && !(firmly && c.or_ask);
      });
}

std::string ListSlices(const std::vector<std::string>& names) {
  constexpr size_t kShown = 4;
  std::string out;
  for (size_t i = 0; i < names.size() && i < kShown; ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  if (names.size() > kShown) {
    out += fmt::format(" and {} more", names.size() - kShown);
  }
  return out;
}

void SliceChanges::Compare(DiffRun* run, PairModel* model) {
  CompareDecisions(run, model);
  if (!run->report().bug) CompareCharges(run, model);
}

void SliceChanges::CompareDecisions(DiffRun* run, PairModel* model) {
  const SetCode& before = model->set(0);
  const SetCode& after = model->set(1);
  constexpr Effect kEffects[] = {Effect::kDeny, Effect::kAsk, Effect::kAllow};
  bool changed = false;
  for (const Effect to : kEffects) {
    for (const Effect from : kEffects) {
      if (from == to) continue;
      // The condition is told of the calls that the more permissive side's
      // schema accepts: the others are denied by it.
      const SetCode& wider = to > from ? after : before;
      Region region = Describe(
          run, model, wider.schema_holds(),
          And(before.Final(from), after.Final(to)), [&](const Shown& shown) {
            return shown.sides[0].decision.effect == from &&
                   shown.sides[1].decision.effect == to;
          });
      if (run->report().bug) return;
      const std::string name = SliceName(after.slice());
      if (!region.unknown.empty()) {
        run->Unknown(fmt::format("which calls of {} that were {} are now {}",
                                 name, Past(from), Past(to)),
                     region.unknown);
      }
      if (region.cases.empty()) continue;
      changed = true;
      Key key{from, to, ConditionsOf(region), {}};
      for (const diag::Case& c : region.cases) {
        key.rules.push_back(c.before.rule + ">" + c.after.rule);
      }
      const auto same =
          std::find_if(groups_.begin(), groups_.end(),
                       [&](const auto& group) { return group.first == key; });
      if (same != groups_.end()) {
        same->second.slices.push_back(name);
      } else {
        groups_.emplace_back(key, Group{{name}, std::move(region)});
      }
    }
  }
  run->report().changed += changed;
}

// Of what both sides permit: what goes with it on one side only.
void SliceChanges::CompareCharges(DiffRun* run, PairModel* model) {
  const ir::Module& module = run->joined().module;
  std::map<std::pair<bool, std::string>, bool> names;
  for (size_t side = 0; side < 2; ++side) {
    for (const ChargeCode& charge : model->set(side).charges()) {
      names[{charge.index >= module.limits.size(), charge.name}] = true;
    }
  }
  const auto permitted = [&](size_t side) {
    return Not(model->set(side).Final(Effect::kDeny));
  };
  const Bool both = And(permitted(0), permitted(1));
  for (const auto& [key, unused] : names) {
    const bool mark = key.first;
    const std::string& name = key.second;
    const auto ask = [&](How how, size_t on, bool firmly) {
      const ChargeCode* with = FindCharge(model->set(on), module, name, mark);
      const ChargeCode* without =
          FindCharge(model->set(1 - on), module, name, mark);
      if (with == nullptr || run->report().bug) return;
      Bool inside = And(both, firmly ? with->firmly : with->charged);
      if (without != nullptr) {
        inside = And(inside, Not(firmly ? without->firmly : without->charged));
        if (firmly) inside = And(inside, without->charged);
      } else if (firmly) {
        return;
      }
      Region region =
          Describe(run, model, both, inside, [&](const Shown& shown) {
            const auto charges = [&](size_t side, bool hard) {
              return GoesWith(run->module(side), shown.sides[side].decision,
                              name, mark, hard);
            };
            return charges(on, firmly) && !charges(1 - on, firmly);
          });
      if (!region.unknown.empty()) {
        run->Unknown(fmt::format("which calls of {} `{}` goes with",
                                 SliceName(model->set(1).slice()), name),
                     region.unknown);
      }
      if (region.cases.empty()) return;
      Coverage& coverage = coverage_[{(mark ? "mark " : "limit ") + name, how}];
      coverage.slices.push_back(SliceName(model->set(1).slice()));
      if (coverage.region.cases.empty()) coverage.region = std::move(region);
    };
    ask(How::kLost, 0, false);
    ask(How::kGained, 1, false);
    ask(How::kSoftened, 0, true);
    ask(How::kHardened, 1, true);
  }
}

const SliceChanges::Coverage* SliceChanges::Find(const std::string& name,
                                                 How how) const {
  const auto it = coverage_.find({name, how});
  return it == coverage_.end() ? nullptr : &it->second;
}

void SliceChanges::Report(DiffRun* run) {
  // The most permissive first.
  std::stable_sort(groups_.begin(), groups_.end(),
                   [](const auto& a, const auto& b) {
                     return std::pair(a.first.to, b.first.from) >
                            std::pair(b.first.to, a.first.from);
                   });
  for (auto& [key, group] : groups_) {
    const bool widens = key.to > key.from;
    source::Range range = run->Anywhere();
    std::vector<std::string> by;
    for (const ir::RuleId id : group.region.rules) {
      const ir::Rule& rule = run->module(1).rule(id);
      if (by.empty()) range = rule.range;
      by.push_back(rule.name);
    }
    const bool all = group.region.exact && group.region.cases.size() == 1 &&
                     group.region.cases[0].condition == "always";
    diag::Builder report = run->Report(
        KindOf(key.to), range,
        all ? fmt::format("every request for {} is now {} that was {}",
                          ListSlices(group.slices), Past(key.to),
                          Past(key.from))
            : fmt::format("some requests for {} are now {} that were {}",
                          ListSlices(group.slices), Past(key.to),
                          Past(key.from)),
        widens);
    if (!widens) report.At(diag::Severity::kNote);
    if (group.slices.size() > 4) {
      std::string list;
      for (const std::string& name : group.slices) {
        list += (list.empty() ? "" : ", ") + name;
      }
      report.Note({}, "it is so for " + list);
    }
    diag::Finding finding;
    finding.rule = by.empty() ? "" : by[0];
    finding.by = std::move(by);
    finding.witness = group.region.cases[0].witness;
    finding.cases = std::move(group.region.cases);
    finding.exact = group.region.exact;
    finding.widens = widens;
    report.With(std::move(finding));
  }
}

}  // namespace polc::verifier
