// never-matches, unreachable-allow, shadowed-rule: can each rule decide at
// least one request? It is enough that it does so in one slice; a dead rule is
// dead in all of them. Of a rule that can, what it changes (redundant.h).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "verifier/properties/explain.h"
#include "verifier/properties/rules/redundant.h"
#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

enum class Life : uint8_t { kAlive, kDead, kUnknown };

Life LifeOf(Run* run, ir::RuleId id, const std::vector<SliceModel*>& slices,
            std::string* unknown) {
  Life life = Life::kDead;
  const ir::Effect effect = run->module().rule(id).effect;
  for (SliceModel* model : slices) {
    if (const auto noted = run->Noted("life", *model)) {
      if (static_cast<Life>(*noted) == Life::kAlive) return Life::kAlive;
      continue;
    }
    const Found found = FindDecided(run->module(), model, id);
    if (found.status == smt::Status::kUnsat) {
      run->Note("life", *model, static_cast<uint8_t>(Life::kDead));
    }
    if (found.status == smt::Status::kSat) {
      if (!model->space().approximate()) {
        run->Note("life", *model, static_cast<uint8_t>(Life::kAlive));
        return Life::kAlive;
      }
      const auto shown = run->Confirm(
          *model, found,
          [&](const Witness& w) {
            return DecidedBy(w.decision, id) && w.decision.effect == effect;
          },
          unknown);
      if (shown || run->report().bug) return Life::kAlive;
      life = Life::kUnknown;
    }
    if (found.status == smt::Status::kUnknown) {
      *unknown = found.reason;
      life = Life::kUnknown;
    }
  }
  return life;
}

std::string List(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += "`" + names[i] + "`";
  }
  return out;
}

// The names of the rules among what is blamed, and a note for each of it.
struct Blamed {
  std::vector<std::string> rules;
  std::vector<diag::Note> notes;
  std::vector<std::string> others;  // in words
};

Blamed Describe(const ir::Module& module, ir::RuleId id,
                const std::vector<Blame>& blames) {
  Blamed out;
  const ir::Rule& rule = module.rule(id);
  for (const Blame& blame : blames) {
    switch (blame.kind) {
      case Blame::Kind::kRule: {
        const ir::Rule& other = module.rules[blame.index];
        out.rules.push_back(other.name);
        const char* when =
            other.policy == rule.policy ? "is tried first" : "decides first";
        out.notes.push_back(
            {other.range,
             fmt::format("{} `{}` {}", ir::EffectName(other.effect), other.name,
                         when)});
        break;
      }
      case Blame::Kind::kDefault: {
        const ir::Policy& policy = module.policies[blame.index];
        out.others.push_back("the default of policy `" + policy.name + "`");
        out.notes.push_back(
            {policy.range,
             fmt::format("policy `{}` does not allow what none of its rules "
                         "matches",
                         policy.name)});
        break;
      }
      case Blame::Kind::kCharge: {
        const bool limit = blame.index < module.limits.size();
        const size_t mark = blame.index - module.limits.size();
        const auto& name =
            limit ? module.limits[blame.index].name : module.marks[mark].name;
        const auto range =
            limit ? module.limits[blame.index].range : module.marks[mark].range;
        out.others.push_back(
            fmt::format("{} `{}`", limit ? "limit" : "mark", name));
        out.notes.push_back(
            {range, fmt::format("`{}` has no key or no cost for these "
                                "requests, which denies them",
                                name)});
        break;
      }
    }
  }
  return out;
}

std::string Takers(const Blamed& blamed) {
  std::string out = List(blamed.rules);
  for (size_t i = 0; i < blamed.others.size(); ++i) {
    if (!out.empty()) out += i + 1 == blamed.others.size() ? " and " : ", ";
    out += blamed.others[i];
  }
  const bool one = blamed.rules.size() + blamed.others.size() == 1;
  return out + (one ? " takes" : " together take");
}

// A request that the guard matches and that the schema accepts, in the first
// slice that has one.
struct Matched {
  SliceModel* model = nullptr;
  Found found;
  std::string unknown;
};

Matched FindMatched(ir::RuleId id, const std::vector<SliceModel*>& slices) {
  Matched matched;
  for (SliceModel* model : slices) {
    const RuleCode* code = model->Rule(id);
    Found found = model->Find(
        {model->accepted(), model->Literal(code->guard.is_true)}, "matched");
    if (found.status == smt::Status::kUnknown) matched.unknown = found.reason;
    if (found.status != smt::Status::kSat) continue;
    matched.model = model;
    matched.found = std::move(found);
    return matched;
  }
  return matched;
}

void ReportDead(Run* run, ir::RuleId id, const std::vector<SliceModel*>& slices,
                const Matched& matched) {
  const ir::Module& module = run->module();
  const ir::Rule& rule = module.rule(id);
  std::string unknown;
  const auto taken = run->Confirm(
      *matched.model, matched.found,
      [&](const Witness& w) {
        return eval::Evaluate(module, rule.guard, w.request) ==
                   ir::Verdict::kTrue &&
               w.decision.by != eval::By::kSchema &&
               !(DecidedBy(w.decision, id) && w.decision.effect == rule.effect);
      },
      &unknown);
  if (run->report().bug) return;
  const std::vector<Blame> blames = Explain(module, id, slices);
  for (const Blame& blame : blames) {
    if (blame.kind == Blame::Kind::kRule) {
      run->NoteBlamed(ir::RuleId(blame.index));
    }
  }
  const Blamed blamed = Describe(module, id, blames);
  const bool differs = std::any_of(
      blamed.rules.begin(), blamed.rules.end(), [&](const std::string& name) {
        return std::any_of(module.rules.begin(), module.rules.end(),
                           [&](const ir::Rule& other) {
                             return other.name == name &&
                                    other.effect != rule.effect;
                           });
      });
  const auto contradiction =
      differs ? std::nullopt : Contradiction(module, id, slices);
  const bool allow = rule.effect == ir::Effect::kAllow;
  run->Refuted();
  diag::Builder report = run->diags()->Report(
      allow ? diag::Kind::kUnreachableAllow : diag::Kind::kShadowedRule,
      rule.range,
      fmt::format("{} `{}` can never decide: {} every request that it matches",
                  ir::EffectName(rule.effect), rule.name, Takers(blamed)));
  for (const diag::Note& note : blamed.notes) {
    report.Note(note.range, note.message);
  }
  if (contradiction) {
    const ir::Rule& other = module.rule(*contradiction);
    report.Note(other.range,
                fmt::format("{} `{}` takes some of them before that",
                            ir::EffectName(other.effect), other.name));
  }
  report.With({.rule = rule.name,
               .by = blamed.rules,
               .witness = "",
               .witness_shadowed = taken ? taken->json : ""});
}

// True if the rule decides something.
bool CheckLife(Run* run, ir::RuleId id,
               const std::vector<SliceModel*>& slices) {
  const ir::Rule& rule = run->module().rule(id);
  const std::string what =
      fmt::format("whether rule `{}` can decide", rule.name);
  std::string unknown;
  switch (LifeOf(run, id, slices, &unknown)) {
    case Life::kAlive:
      return true;
    case Life::kUnknown:
      run->Unknown(rule.range, rule.name, what, unknown);
      return false;
    case Life::kDead:
      break;
  }
  const Matched matched = FindMatched(id, slices);
  if (matched.model == nullptr && !matched.unknown.empty()) {
    run->Unknown(rule.range, rule.name, what, matched.unknown);
    return false;
  }
  run->NoteDead(id);
  if (matched.model != nullptr) {
    ReportDead(run, id, slices, matched);
    return false;
  }
  run->Refuted();
  ReportNeverMatches(run, id);
  return false;
}

void CheckRule(Run* run, ir::RuleId id, RedundancyCheck* redundancy) {
  const auto& slices = run->Touched(id);
  // Mostly one question answers both.
  if (!redundancy->IsSurelyNeeded(id, slices)) {
    if (!CheckLife(run, id, slices) || run->report().bug) return;
    if (!redundancy->CheckRule(id, slices)) return;
  }
  run->Proved();
  redundancy->CheckOperands(id, slices);
}

}  // namespace

void CheckRules(Run* run) {
  RedundancyCheck redundancy(run);
  std::vector<Task> tasks;
  for (const ir::Policy& policy : run->module().policies) {
    for (const ir::RuleId id : policy.rules) {
      tasks.push_back({run->module().rule(id).name, run->TouchedSlices(id),
                       [=, &redundancy] { CheckRule(run, id, &redundancy); }});
    }
  }
  run->Perform("rules", tasks);
  if (run->report().bug) return;
  redundancy.ReportRules();
}

}  // namespace polc::verifier
