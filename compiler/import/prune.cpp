#include "compiler/import/prune.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "compiler/import/condition_text.h"

namespace polc::import {
namespace {

bool IsCallable(const std::string& tool) {
  const bool known = std::all_of(tool.begin(), tool.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  return tool == "*" || (known && !tool.empty() && tool.size() <= 128);
}

bool DeniesAll(const Rule& rule) {
  if (rule.effect == Rule::Effect::kForbid) return rule.conditions.empty();
  return rule.effect == Rule::Effect::kRequire &&
         std::any_of(rule.conditions.begin(), rule.conditions.end(),
                     [](const Condition& each) { return !Failing(each, {}); });
}

// Drops the tools for which `is_dropped`, but neither their comments nor what
// there is to say of them.
template <typename F>
void Drop(F is_dropped, std::vector<Tool>* tools, Plan* plan) {
  for (const Tool& tool : *tools) {
    if (!is_dropped(tool.name)) continue;
    plan->tail_comments.insert(plan->tail_comments.end(), tool.comments.begin(),
                               tool.comments.end());
    plan->head_remarks.insert(plan->head_remarks.end(), tool.remarks.begin(),
                              tool.remarks.end());
  }
  std::erase_if(*tools,
                [&](const Tool& tool) { return is_dropped(tool.name); });
}

void DropUncallable(Plan* plan) {
  for (const auto* tools : {&plan->hidden, &plan->listed}) {
    for (const Tool& tool : *tools) {
      if (IsCallable(tool.name)) continue;
      plan->head_remarks.push_back(
          {diag::Kind::kImportNote, tool.range,
           "no call can name this tool: a name is 1 to 128 letters, digits, "
           "`_`, `.` and `-`",
           ""});
    }
  }
  const auto uncallable = [](const std::string& tool) {
    return !IsCallable(tool);
  };
  Drop(uncallable, &plan->hidden, plan);
  Drop(uncallable, &plan->listed, plan);
  for (const auto& item : plan->items) {
    std::visit(
        [plan](const auto& each) {
          if (IsCallable(each.tools[0])) return;
          plan->tail_comments.insert(plan->tail_comments.end(),
                                     each.comments.begin(),
                                     each.comments.end());
        },
        item);
  }
  std::erase_if(plan->items, [](const auto& item) {
    return std::visit(
        [](const auto& each) { return !IsCallable(each.tools[0]); }, item);
  });
}

void DropDenied(Plan* plan) {
  std::set<std::string> denied;
  for (const auto& item : plan->items) {
    const auto* rule = std::get_if<Rule>(&item);
    if (rule != nullptr && DeniesAll(*rule)) denied.insert(rule->tools[0]);
  }
  const bool all = denied.count("*") != 0;
  Drop([&](const std::string& tool) { return all || denied.count(tool) != 0; },
       &plan->listed, plan);
}

}  // namespace

void Prune(Plan* plan) {
  DropUncallable(plan);
  DropDenied(plan);
}

}  // namespace polc::import
