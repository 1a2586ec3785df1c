// What differs whatever the requests: who may approve, and what the catalogs
// say that the servers have.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "verifier/diff/run.h"

namespace polc::verifier {
namespace {

using diag::Kind;

std::string Roles(const std::vector<std::string>& roles) {
  std::string out;
  for (const std::string& role : roles) {
    out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", role);
  }
  return out.empty() ? "anyone else" : "role " + out;
}

// May somebody approve now who might not before?
bool MoreApprovers(const ir::Rule& was, const ir::Rule& is) {
  if (was.roles.empty()) return false;
  if (is.roles.empty()) return true;
  return std::any_of(is.roles.begin(), is.roles.end(), [&](const auto& role) {
    return std::find(was.roles.begin(), was.roles.end(), role) ==
           was.roles.end();
  });
}

void ReportApproval(DiffRun* run, const ir::Rule& is, bool loosens,
                    const std::string& message) {
  run->Report(loosens ? Kind::kApprovalLoosened : Kind::kApprovalTightened,
              is.range, message, loosens)
      .With({.rule = is.name,
             .by = {},
             .witness = "",
             .witness_shadowed = "",
             .widens = loosens});
}

// The tools of a set's catalogs: "tool `a` of `cat.json`" and what it demands.
std::map<std::string, const ir::ToolSchema*> ToolsOf(const ir::Module& module) {
  std::map<std::string, const ir::ToolSchema*> tools;
  for (const ir::Schema& schema : module.schemas) {
    std::string servers;
    for (const std::string& server : schema.servers) {
      servers += (servers.empty() ? " of server `" : "`, `") + server;
    }
    if (!servers.empty()) servers += "`";
    for (const ir::ToolSchema& tool : schema.tools) {
      tools[fmt::format("tool `{}`{}", tool.tool, servers)] = &tool;
    }
  }
  return tools;
}

std::set<std::string> DemandsOf(const ir::ToolSchema& tool) {
  std::set<std::string> demands;
  for (const ir::Demand& demand : tool.demands) {
    demands.insert(fmt::format("`{}` {}", demand.path, demand.what));
  }
  return demands;
}

std::string Missing(const std::set<std::string>& from,
                    const std::set<std::string>& in) {
  std::string out;
  for (const std::string& demand : from) {
    if (in.contains(demand)) continue;
    if (!out.empty()) out += "; ";
    out += demand;
  }
  return out;
}

source::Range CatalogRange(const ir::Module& module,
                           const ir::ToolSchema* tool) {
  for (const ir::Schema& schema : module.schemas) {
    for (const ir::ToolSchema& t : schema.tools) {
      if (&t == tool) return schema.range;
    }
  }
  return module.schemas.empty() ? source::Range() : module.schemas[0].range;
}

}  // namespace

void CompareApprovals(DiffRun* run) {
  std::map<std::string, const ir::Rule*> before;
  for (const ir::Rule& rule : run->module(0).rules) before[rule.name] = &rule;
  for (const ir::Rule& is : run->module(1).rules) {
    const auto it = before.find(is.name);
    if (it == before.end()) continue;
    const ir::Rule& was = *it->second;
    if (is.effect != ir::Effect::kAsk || was.effect != ir::Effect::kAsk) {
      continue;
    }
    if (std::set(was.roles.begin(), was.roles.end()) !=
        std::set(is.roles.begin(), is.roles.end())) {
      ReportApproval(run, is, MoreApprovers(was, is),
                     fmt::format("`{}` is approved by {} instead of {}",
                                 is.name, Roles(is.roles), Roles(was.roles)));
    }
    if (was.within_seconds != is.within_seconds) {
      ReportApproval(
          run, is, is.within_seconds > was.within_seconds,
          fmt::format("`{}` may be approved within {} seconds instead of {}",
                      is.name, is.within_seconds, was.within_seconds));
    }
  }
}

void CompareCatalogs(DiffRun* run) {
  const auto before = ToolsOf(run->module(0));
  const auto after = ToolsOf(run->module(1));
  const auto say = [&](const ir::ToolSchema* tool, const std::string& name,
                       const std::string& message) {
    run->Report(Kind::kCatalogChanged,
                tool == nullptr ? run->Anywhere()
                                : CatalogRange(run->module(1), tool),
                message, false)
        .With({.rule = name, .by = {}, .witness = "", .witness_shadowed = ""});
  };
  for (const auto& [name, tool] : before) {
    if (!after.contains(name)) {
      say(nullptr, name, fmt::format("the catalog no longer has {}", name));
    }
  }
  for (const auto& [name, tool] : after) {
    const auto it = before.find(name);
    if (it == before.end()) {
      say(tool, name, fmt::format("the catalog now has {}", name));
      continue;
    }
    const auto was = DemandsOf(*it->second);
    const auto is = DemandsOf(*tool);
    if (const std::string gone = Missing(was, is); !gone.empty()) {
      say(tool, name,
          fmt::format("the schema of {} no longer says: {}", name, gone));
    }
    if (const std::string added = Missing(is, was); !added.empty()) {
      say(tool, name,
          fmt::format("the schema of {} now says: {}", name, added));
    }
  }
}

}  // namespace polc::verifier
