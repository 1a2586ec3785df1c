#include "compiler/import/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <type_traits>

#include "compiler/import/condition_text.h"
#include "compiler/import/pol_text.h"

namespace polc::import {
namespace {

using Item = std::variant<Rule, Limit>;

// Equal for items that differ in their tool and where they stand only; empty
// for those that stay by themselves.
std::string KeyOf(const Rule& rule) {
  if (rule.tools[0] == "*") return "";
  std::string key =
      fmt::format("rule {} {} {} {}", static_cast<int>(rule.effect), rule.name,
                  Quoted(rule.reason), rule.within_seconds);
  for (const Condition& condition : rule.conditions) {
    const bool requires_it = rule.effect == Rule::Effect::kRequire;
    std::vector<std::string> texts = {"never"};
    if (!requires_it) {
      texts = Holding(condition, {});
    } else if (auto failing = Failing(condition, {})) {
      texts = std::move(*failing);
    }
    key += " |";
    for (const std::string& text : texts) key += " " + text + ";";
  }
  return key;
}

std::string KeyOf(const Limit& limit) {
  if (limit.tools[0] == "*") return "";
  return fmt::format("limit {} {} {} {} {} {} {}", limit.name,
                     Quoted(limit.reason), limit.amount, limit.window,
                     limit.key, limit.cost, PathText(limit.cost_path));
}

template <typename T>
void Append(const std::vector<T>& from, std::vector<T>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

void Join(const Item& item, Item* with) {
  std::visit(
      [&](const auto& from) {
        auto& to = std::get<std::decay_t<decltype(from)>>(*with);
        Append(from.tools, &to.tools);
        Append(from.comments, &to.comments);
        Append(from.remarks, &to.remarks);
        if constexpr (std::is_same_v<decltype(to), Limit&>) {
          to.per_tool = !to.shared;
        }
      },
      item);
}

const std::vector<std::string>& ToolsOf(const Item& item) {
  return std::visit(
      [](const auto& each) -> const std::vector<std::string>& {
        return each.tools;
      },
      item);
}

}  // namespace

void MergeTools(std::vector<Item>* items) {
  std::vector<Item> out;
  std::map<std::string, size_t> by_key;
  // Of each tool, the last of `out` that is about it. A rule may only join a
  // later one: then it comes after all that came before it.
  std::map<std::string, size_t> last;
  for (Item& item : *items) {
    const std::string key =
        std::visit([](const auto& each) { return KeyOf(each); }, item);
    const std::string tool = ToolsOf(item)[0];
    const auto known = by_key.find(key);
    const auto before = last.find(tool);
    const bool joins = !key.empty() && known != by_key.end() &&
                       (before == last.end() || before->second < known->second);
    if (joins) {
      Join(item, &out[known->second]);
      last[tool] = known->second;
      continue;
    }
    by_key[key] = out.size();
    last[tool] = out.size();
    out.push_back(std::move(item));
  }
  *items = std::move(out);
}

}  // namespace polc::import
