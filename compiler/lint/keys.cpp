// agent-chosen-key: a limit that counts by nothing but arguments. Who makes the
// calls chooses the counters: a new value is a new budget.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/lint/lint.h"

namespace polc::lint {

void CheckKeys(const Input& in) {
  for (const auto& declared : in.program.limits) {
    const ast::LimitDecl& limit = *declared.decl;
    if (!in.program.files[declared.file].module_path.empty()) continue;
    const bool chosen =
        !limit.keys.empty() && std::all_of(limit.keys.begin(), limit.keys.end(),
                                           [](const ast::Key& key) {
                                             return key.expr.text == "args" &&
                                                    !key.expr.steps.empty();
                                           });
    if (!chosen) continue;
    in.diags
        ->Report(diag::Kind::kAgentChosenKey, limit.keys.front().expr.range,
                 fmt::format("`{}` counts by what the agent chooses: another "
                             "value is another counter",
                             limit.name.text))
        .Help("add a limit by `grant` for the same calls, or without a key");
  }
}

}  // namespace polc::lint
