// unlimited-write: a call of a tool that changes something, by what its server
// says of it, goes out with no limit and nobody asked.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

struct Grant {
  std::vector<std::string> tools;  // "`pay` (financial)"
  std::string witness;
};

const ToolClaim* ClaimOf(const Run& run, const Slice& slice) {
  if (slice.target != Slice::Target::kTool || !slice.tool ||
      !slice.in_catalog) {
    return nullptr;
  }
  for (const ToolClaim& claim : run.tools()) {
    if (claim.tool != *slice.tool || claim.risk.empty()) continue;
    for (const ir::Schema& schema : run.module().schemas) {
      const bool serves =
          schema.servers.empty() ||
          (slice.server &&
           std::find(schema.servers.begin(), schema.servers.end(),
                     *slice.server) != schema.servers.end());
      if (serves && schema.path == claim.catalog) return &claim;
    }
  }
  return nullptr;
}

// Kinds of operations that are looked at for one tool.
constexpr int kMostOperations = 64;

const Node* ArgumentNode(const Run& run, const SliceModel& model,
                         const std::string& name) {
  const ir::Field wanted{ir::Root::kArgs, {{name, -1}}};
  const auto& fields = run.module().fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] == wanted) {
      return model.space().Resolve(ir::FieldId(i), nullptr);
    }
  }
  return nullptr;
}

// That an argument is told from `text` by some condition.
Bool Unlike(const SliceModel& model, const Node& node,
            const std::string& text) {
  std::vector<Bool> other = {Not(node.Is(ir::Kind::kString))};
  for (const auto& [lang, holds] : node.in) {
    const bool has = model.space().facts()->Contains(lang, text);
    other.push_back(has ? Not(holds) : holds);
  }
  return smt::Or(other);
}

// The tool changes something, but its policies tell operations apart, and this
// one only reads: true if others are still to be looked at.
bool IsRead(const Run& run, const SliceModel& model, const ToolClaim& claim,
            const eval::Request& request, Bool* others) {
  for (const std::string& name : claim.operations) {
    const eval::Value* value = request.args.Find(name);
    if (value == nullptr || value->kind != ir::Kind::kString) continue;
    const Node* node = ArgumentNode(run, model, name);
    if (node == nullptr || !run.OnlyReads(value->text)) continue;
    *others = Unlike(model, *node, value->text);
    return true;
  }
  return false;
}

struct Answer {
  std::optional<Witness> shown;
  std::string unknown;
};

Answer FindUnlimited(Run* run, SliceModel* model, const ToolClaim& claim) {
  std::vector<Bool> asked = {model->accepted(),
                             model->Decided(ir::Effect::kAllow)};
  for (const ChargeCode& charge : model->charges()) {
    if (charge.index >= run->module().limits.size()) continue;
    asked.push_back(model->Literal(Not(charge.charged)));
  }
  Answer answer;
  for (int i = 0; i < kMostOperations; ++i) {
    const Found found = model->Find(asked, "unlimited");
    if (found.status == smt::Status::kUnsat) return {};
    answer.unknown = found.reason;
    if (found.status != smt::Status::kSat) return answer;
    answer.shown = run->Confirm(
        *model, found,
        [](const Witness& w) {
          return w.decision.effect == ir::Effect::kAllow &&
                 w.decision.charges.empty();
        },
        &answer.unknown);
    Bool others;
    if (!answer.shown ||
        !IsRead(*run, *model, claim, answer.shown->request, &others)) {
      return answer;
    }
    asked.push_back(model->Literal(others));
  }
  return {.shown = std::nullopt, .unknown = "it has too many operations"};
}

// Answers with a call and the rule that allows it, if one does.
void AskUnlimited(Run* run, size_t slice, const ToolClaim& claim) {
  const Answer answer = FindUnlimited(run, run->models()[slice].get(), claim);
  if (run->report().bug) return;
  if (answer.shown) {
    const auto& rules = answer.shown->decision.rules;
    run->Answer(answer.shown->json);
    run->Answer(rules.empty() ? "" : run->module().rule(rules.front()).name);
  } else if (!answer.unknown.empty()) {
    run->Unknown(
        run->module().policies[0].range, "",
        fmt::format("whether `{}` is allowed without a limit", claim.tool),
        answer.unknown);
  }
}

}  // namespace

void CheckUnlimited(Run* run) {
  const ir::Module& module = run->module();
  std::map<ir::RuleId, Grant> by_rule;
  Grant by_default;
  std::vector<Task> tasks;
  std::vector<const ToolClaim*> claims;
  for (size_t i = 0; i < run->slices().size(); ++i) {
    const ToolClaim* claim = ClaimOf(*run, run->slices()[i]);
    if (claim == nullptr) continue;
    claims.push_back(claim);
    tasks.push_back({claim->tool, {i}, [=] { AskUnlimited(run, i, *claim); }});
  }
  run->Perform("unlimited-write", tasks);
  if (run->report().bug) return;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::vector<std::string>& answer = run->answers()[i];
    if (answer.empty()) continue;
    const auto rule =
        std::find_if(module.rules.begin(), module.rules.end(),
                     [&](const ir::Rule& r) { return r.name == answer[1]; });
    Grant& grant = rule == module.rules.end()
                       ? by_default
                       : by_rule[ir::RuleId(
                             static_cast<size_t>(rule - module.rules.begin()))];
    if (grant.tools.empty()) grant.witness = answer[0];
    grant.tools.push_back(
        fmt::format("`{}` ({})", claims[i]->tool, claims[i]->risk));
  }
  const auto report = [&](source::Range range, const std::string& name,
                          const std::string& what, const Grant& grant) {
    std::string tools;
    for (const std::string& tool : grant.tools) {
      tools += (tools.empty() ? "" : ", ") + tool;
    }
    run->Refuted();
    run->diags()
        ->Report(diag::Kind::kUnlimitedWrite, range,
                 fmt::format("{} lets {} through with no limit and no `ask`",
                             what, tools))
        .Help(
            "charge a limit, or let a person look: what an agent repeats "
            "does not stop by itself")
        .With({.rule = name,
               .by = {},
               .witness = grant.witness,
               .witness_shadowed = ""});
  };
  for (const auto& [id, grant] : by_rule) {
    const ir::Rule& rule = module.rule(id);
    report(rule.range, rule.name, fmt::format("allow `{}`", rule.name), grant);
  }
  if (by_default.tools.empty()) return;
  for (const ir::Policy& policy : module.policies) {
    if (policy.default_effect != ir::DefaultEffect::kAllow) continue;
    report(policy.range, "",
           fmt::format("the default of policy `{}`", policy.name), by_default);
    return;
  }
}

}  // namespace polc::verifier
