// Which rules a tool concerns, by evaluating their targets on its name.
#include <memory>

#include "compiler/driver/session.h"
#include "compiler/eval/eval.h"
#include "tools/polc/scan/scan.h"

namespace polc::tool {
namespace {

// A condition that is an error has looked at more than the name: it covers.
bool Covers(const ir::Module& module, ir::CondId cond,
            const std::string& tool) {
  eval::Request request;
  request.tool = tool;
  return cond.valid() &&
         eval::Evaluate(module, cond, request) != ir::Verdict::kFalse;
}

std::vector<std::string> Covering(const ir::Module& module,
                                  const std::string& tool) {
  std::vector<std::string> out;
  for (const ir::Rule& rule : module.rules) {
    if (Covers(module, rule.target, tool)) out.push_back(rule.name);
  }
  for (const ir::Limit& limit : module.limits) {
    if (Covers(module, limit.on, tool)) out.push_back(limit.name);
  }
  for (const ir::Mark& mark : module.marks) {
    if (Covers(module, mark.on, tool)) out.push_back(mark.name);
  }
  return out;
}

}  // namespace

std::optional<scan::RulesOf> LoadRules(const std::vector<std::string>& paths) {
  if (paths.empty()) return scan::RulesOf();
  diag::Diagnostics diags;
  driver::SetOptions set;
  set.paths = paths;
  auto session = std::make_shared<driver::Session>(
      driver::Run(set, driver::Phase::kLower, &diags));
  if (!session->module) {
    (void)PrintProblems(*session->set, &diags);
    return std::nullopt;
  }
  return [session](const std::string& tool) {
    return Covering(*session->module, tool);
  };
}

}  // namespace polc::tool
