// uncovered-tool: tools of a catalog that no rule's target covers. They are
// decided by the policies' defaults alone, which may be meant, and may be what
// came with the server's last version.
#include <fmt/format.h>

#include <algorithm>

#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

// Names that one message lists.
constexpr size_t kMostNamed = 12;

bool IsCovered(const Run& run, size_t slice) {
  if (run.IsCovered(slice)) return true;
  SliceModel* model = run.models()[slice].get();
  const std::vector<ir::RuleId>& rules = run.Targeted(slice);
  return std::any_of(rules.begin(), rules.end(), [&](ir::RuleId id) {
    const ir::CondId target = run.module().rule(id).target;
    return !model->Encode(target).is_true.is_false();
  });
}

bool HasTool(const ir::Schema& schema, const Slice& slice) {
  if (slice.target != Slice::Target::kTool || !slice.tool) return false;
  const bool serves =
      schema.servers.empty() ||
      (slice.server && std::find(schema.servers.begin(), schema.servers.end(),
                                 *slice.server) != schema.servers.end());
  return serves && std::any_of(schema.tools.begin(), schema.tools.end(),
                               [&](const ir::ToolSchema& tool) {
                                 return tool.tool == *slice.tool;
                               });
}

}  // namespace

void CheckUncovered(Run* run) {
  const ir::Module& module = run->module();
  if (module.rules.empty()) return;
  for (const diag::Diagnostic& d : run->reported().all()) {
    if (d.kind == diag::Kind::kAllowsNothing) return;  // of one cause
  }
  for (const ir::Schema& schema : module.schemas) {
    std::set<std::string> names;
    for (size_t i = 0; i < run->slices().size(); ++i) {
      const Slice& slice = run->slices()[i];
      if (HasTool(schema, slice) && !IsCovered(*run, i)) {
        names.insert(*slice.tool);
      }
    }
    if (names.empty()) continue;
    std::string list;
    size_t named = 0;
    for (const std::string& name : names) {
      if (named++ == kMostNamed) break;
      list += fmt::format("{}`{}`", list.empty() ? "" : ", ", name);
    }
    if (names.size() > kMostNamed) {
      list += fmt::format(" and {} more", names.size() - kMostNamed);
    }
    run->diags()
        ->Report(diag::Kind::kUncoveredTool, schema.range,
                 names.size() == 1
                     ? fmt::format("no rule covers the tool {}: only the "
                                   "default decides",
                                   list)
                     : fmt::format("no rule covers {} tools, only the default "
                                   "decides: {}",
                                   names.size(), list))
        .With({.rule = "", .by = {}, .witness = "", .witness_shadowed = ""});
  }
}

}  // namespace polc::verifier
