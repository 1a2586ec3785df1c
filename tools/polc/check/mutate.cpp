#include "tools/polc/check/mutate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/polc/check/same.h"
#include "tools/polc/progress.h"
#include "tools/polc/test/run.h"
#include "verifier/diff/same.h"
#include "verifier/verify.h"

namespace polc::tool {
namespace {

using ir::Effect;

// Rules, and conditions of rules, that a finding says change nothing.
struct Known {
  std::set<std::string> rules;
  std::set<std::string> conditions;
};

Known WhatChangesNothing(const diag::Diagnostics& diags) {
  Known known;
  for (const diag::Diagnostic& d : diags.all()) {
    if (!d.finding) continue;
    switch (d.kind) {
      case diag::Kind::kNeverMatches:
      case diag::Kind::kUnreachableAllow:
      case diag::Kind::kShadowedRule:
      case diag::Kind::kRedundantRule:
        known.rules.insert(d.finding->rule);
        break;
      case diag::Kind::kAlwaysMatches:
        known.conditions.insert(d.finding->rule);
        break;
      default:
        break;
    }
  }
  return known;
}

class Mutation {
 public:
  // `others` are what the module's `sames` name.
  Mutation(Examined* examined, std::vector<Examined> others)
      : examined_(*examined),
        session_(examined->session),
        module_(*examined->session.module),
        others_(std::move(others)) {
    for (const sema::LoadedFile& file : session_.program->files) {
      for (const ast::Decl& decl : file.ast.decls) {
        has_tests_ |= std::holds_alternative<ast::Test>(decl.node);
      }
    }
  }

  void Run() {
    const Known known = WhatChangesNothing(examined_.diags);
    Progress progress("mutating");
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      progress.Show(r, module_.rules.size());
      const ir::Rule& rule = module_.rules[r];
      if (known.rules.contains(rule.name)) continue;
      std::vector<std::string> surviving;
      if (Survives(Without(r))) surviving.emplace_back("be deleted");
      const auto& parts = session_.parts.rules[r];
      if (!parts.empty() && !known.conditions.contains(rule.name) &&
          Survives(Widened(r, parts[0].without))) {
        surviving.emplace_back("lose its condition");
      }
      const Effect other =
          rule.effect == Effect::kAllow ? Effect::kDeny : Effect::kAllow;
      if (Survives(Flipped(r, other))) {
        surviving.push_back(
            fmt::format("become a rule to {}", ir::EffectName(other)));
      }
      if (!surviving.empty()) Report(rule, surviving);
    }
  }

 private:
  ir::Module Without(size_t r) const {
    ir::Module out = module_;
    ir::Cond never;
    never.verdict = ir::Verdict::kFalse;
    out.conds.push_back(never);
    out.rules[r].guard = ir::CondId(out.conds.size() - 1);
    return out;
  }

  ir::Module Widened(size_t r, ir::CondId guard) const {
    ir::Module out = module_;
    out.conds.insert(out.conds.end(), session_.parts.conds.begin(),
                     session_.parts.conds.end());
    out.rules[r].guard = guard;
    return out;
  }

  // Denies stay in front.
  ir::Module Flipped(size_t r, Effect effect) const {
    ir::Module out = module_;
    ir::Rule& rule = out.rules[r];
    rule.effect = effect;
    if (effect == Effect::kDeny) rule.charges.clear();
    ir::Policy& policy = out.policies[rule.policy.value()];
    std::stable_partition(
        policy.rules.begin(), policy.rules.end(),
        [&](ir::RuleId id) { return out.rule(id).effect == Effect::kDeny; });
    return out;
  }

  // No assertion is refuted, and no test fails. What stayed unknown has not
  // noticed anything.
  bool Survives(const ir::Module& mutant) const {
    verifier::Options options;
    options.assertions_only = true;
    diag::Diagnostics unused;
    const verifier::Report report = verifier::Verify(
        mutant, *session_.languages, options, nullptr, &unused);
    POLC_CHECK(!report.bug, report.bug.value_or(""));
    if (report.refuted > 0 || !IsSame(mutant)) return false;
    if (!has_tests_) return true;
    Result<std::unique_ptr<codegen::Native>> native =
        codegen::Compile(mutant, *session_.languages);
    POLC_CHECK(native.has_value(), native ? "" : native.error().message);
    const auto engine = MakeEngine(std::move(*native));
    const auto results = RunTests(*session_.program, *engine, &unused);
    return std::all_of(results.begin(), results.end(),
                       [](const TestResult& result) { return result.passed; });
  }

  // No other set is known to decide otherwise.
  bool IsSame(const ir::Module& mutant) const {
    diag::Diagnostics unused;
    for (size_t i = 0; i < others_.size(); ++i) {
      const verifier::SameReport report =
          verifier::CheckSame({&mutant}, mutant.sames[i],
                              {&*others_[i].session.module}, {}, &unused);
      POLC_CHECK(!report.bug, report.bug.value_or(""));
      if (report.verdict == verifier::SameVerdict::kRefuted) return false;
    }
    return true;
  }

  void Report(const ir::Rule& rule, const std::vector<std::string>& surviving) {
    std::string ways;
    for (size_t i = 0; i < surviving.size(); ++i) {
      if (i > 0) ways += i + 1 == surviving.size() ? " or " : ", ";
      ways += surviving[i];
    }
    examined_.diags
        .Report(diag::Kind::kSurvivingMutant, rule.range,
                fmt::format("{} `{}` could {}, and no assertion or test would "
                            "notice",
                            ir::EffectName(rule.effect), rule.name, ways))
        .Help("write an `assert` or a `test` of what the rule is for")
        .With({.rule = rule.name,
               .by = {},
               .witness = "",
               .witness_shadowed = ""});
  }

  Examined& examined_;
  const driver::Session& session_;
  const ir::Module& module_;
  std::vector<Examined> others_;
  bool has_tests_ = false;
};

}  // namespace

void Mutate(const driver::SetOptions& set, Examined* examined) {
  std::vector<Examined> others;
  for (const ir::Same& same : examined->session.module->sames) {
    others.push_back(CompileOther(set, examined->session, same));
    if (!others.back().compiled()) return;
  }
  Mutation(examined, std::move(others)).Run();
}

}  // namespace polc::tool
