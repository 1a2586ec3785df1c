#include "compiler/import/import.h"

#include <algorithm>

#include "compiler/import/intercept.h"
#include "compiler/import/policylayer.h"
#include "compiler/import/prune.h"
#include "compiler/import/write.h"

namespace polc::import {
namespace {

// Keys that only PolicyLayer's JSON has.
bool IsPolicyLayer(const Node& root) {
  if (root.Find("all_tools") != nullptr) return true;
  const Node* tools = root.Find("tools");
  if (tools == nullptr) return false;
  return std::any_of(tools->members.begin(), tools->members.end(),
                     [](const auto& member) {
                       const Node& tool = *member.second;
                       return tool.Find("require") != nullptr ||
                              tool.Find("deny_if") != nullptr ||
                              tool.Find("limits") != nullptr;
                     });
}

bool HasRules(const Node& root) {
  const Node* tools = root.Find("tools");
  if (tools == nullptr) return false;
  return std::any_of(tools->members.begin(), tools->members.end(),
                     [](const auto& member) {
                       return member.second->Find("rules") != nullptr;
                     });
}

}  // namespace

bool IsImported(std::string_view path) {
  return path.ends_with(".json") || path.ends_with(".yaml") ||
         path.ends_with(".yml");
}

std::optional<Translation> Import(const source::Files& files,
                                  source::FileId file,
                                  diag::Diagnostics* diags) {
  const source::File& source = files.file(file);
  const std::optional<Document> document = ReadDocument(files, file, diags);
  if (!document) return std::nullopt;
  const Node& root = *document->root;
  const bool json = source.path.ends_with(".json");
  Reader reader(diags);
  std::optional<Plan> plan;
  if (root.is_map() && IsWebsite(root)) {
    plan = ReadWebsite(source.text, *document, &reader);
  } else if (IsPolicyLayer(root) || (json && !HasRules(root))) {
    plan = ReadPolicyLayer(*document, &reader);
  } else if (auto policy = ReadIntercept(source.text, *document, &reader)) {
    plan = PlanOf(std::move(*policy));
  }
  if (!plan) return std::nullopt;
  Prune(&*plan);
  return Write(std::move(*plan), source.path, diags);
}

}  // namespace polc::import
