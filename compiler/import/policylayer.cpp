#include "compiler/import/policylayer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/import/pol_text.h"

namespace polc::import {
namespace {

using diag::Kind;
using source::Range;
using Remarks = std::vector<Remark>;

class JsonReader {
 public:
  JsonReader(const Document& document, Reader* reader)
      : root_(*document.root), reader_(*reader) {}

  std::optional<Plan> Run() {
    const size_t errors = reader_.errors();
    out_.format = "PolicyLayer policy.json";
    out_.head = root_.range;
    out_.default_range = root_.range;
    if (root_.is_null()) {
      out_.default_remarks.push_back(
          {Kind::kImportTrap, root_.range,
           "no policy: the gateway denies every call", ""});
      return std::move(out_);
    }
    if (!root_.is_map()) {
      reader_.Fail(root_.range, "a `policy.json` is an object");
      return std::nullopt;
    }
    reader_.OnlyKeys(root_,
                     {"version", "default", "hide", "all_tools", "tools"});
    Version();
    if (const Node* hide = root_.Find("hide")) Hide(*hide);
    if (const Node* tools = root_.Find("tools")) Tools(*tools);
    if (const Node* all = root_.Find("all_tools")) AllTools(*all);
    Default();
    if (reader_.errors() != errors) return std::nullopt;
    return std::move(out_);
  }

 private:
  Range At(const Node* node) const {
    return node == nullptr ? root_.range : node->range;
  }

  void Version() {
    const Node* version = root_.Find("version");
    if (reader_.Text(version, "`version`") == "1") return;
    reader_.Fail(At(version),
                 "`version` must be \"1\", the only version of this format");
  }

  void Default() {
    const Node* node = root_.Find("default");
    const std::string value = reader_.Text(node, "`default`");
    if (value != "allow" && value != "deny") {
      reader_.Fail(At(node), "`default` must be \"allow\" or \"deny\"");
      return;
    }
    out_.default_range = node->range;
    out_.head = node->range;
    out_.allows_others = value == "allow";
    if (out_.allows_others) {
      out_.default_remarks.push_back(
          {Kind::kImportTrap, node->range,
           "every tool that is not named is allowed, also one that the server "
           "gets tomorrow",
           "write `deny` and name the tools that agents need"});
    } else if (out_.listed.empty()) {
      out_.default_remarks.push_back(
          {Kind::kImportTrap, node->range,
           "no tool is named that is not hidden: no call is allowed", ""});
    }
  }

  void Hide(const Node& hide) {
    if (!hide.is_list()) {
      reader_.Fail(hide.range, "`hide` is a list of tool names");
      return;
    }
    for (const Node* item : hide.items) {
      const std::string name = reader_.Text(item, "an entry of `hide`");
      if (name.empty()) {
        reader_.Fail(item->range, "an entry of `hide` is empty");
      }
      out_.hidden.push_back({name, item->range, {}, {}});
    }
  }

  void AllTools(const Node& all) {
    if (!reader_.IsMap(&all, "`all_tools`")) return;
    reader_.OnlyKeys(all, {"limits"});
    Limits(all.Find("limits"), "*");
  }

  void Tools(const Node& tools) {
    if (!reader_.IsMap(&tools, "`tools`")) return;
    for (const auto& [key, value] : tools.members) {
      ReadTool(key->text, key->range, *value);
    }
  }

  void ReadTool(const std::string& name, Range at, const Node& tool) {
    if (!tool.is_map()) {
      reader_.Fail(at, fmt::format("tool `{}` is no object", name));
      return;
    }
    reader_.OnlyKeys(tool, {"require", "deny_if", "limits"});
    Predicates(tool.Find("require"), Rule::Effect::kRequire, name);
    Predicates(tool.Find("deny_if"), Rule::Effect::kForbid, name);
    Limits(tool.Find("limits"), name);
    const bool hidden =
        std::any_of(out_.hidden.begin(), out_.hidden.end(),
                    [&](const Tool& each) { return each.name == name; });
    if (hidden) {
      out_.default_remarks.push_back(
          {Kind::kImportTrap, at,
           fmt::format("`{}` is hidden, so its rules never decide", name), ""});
    } else {
      out_.listed.push_back({name, at, {}, {}});
    }
  }

  void Predicates(const Node* list, Rule::Effect effect,
                  const std::string& tool) {
    const bool requires_it = effect == Rule::Effect::kRequire;
    if (!reader_.IsList(list, requires_it ? "`require`" : "`deny_if`")) return;
    for (const Node* item : list->items) {
      if (!item->is_map()) {
        reader_.Fail(item->range, "a predicate is an object");
        continue;
      }
      reader_.OnlyKeys(*item, {"conditions", "on_deny"});
      Rule rule;
      rule.effect = effect;
      rule.name = (requires_it ? "require_" : "deny_") + tool;
      rule.reason = reader_.Text(item->Find("on_deny"), "`on_deny`");
      rule.tools = {tool};
      rule.range = {item->range.file, item->range.begin, EndOf(*item)};
      ReadConditions(item->Find("conditions"), &rule);
      // All of no conditions hold: nothing is required.
      if (requires_it && rule.conditions.empty()) continue;
      out_.items.emplace_back(std::move(rule));
    }
  }

  void ReadConditions(const Node* list, Rule* rule) {
    if (!reader_.IsList(list, "`conditions`")) return;
    for (const Node* item : list->items) {
      if (item->is_map()) reader_.OnlyKeys(*item, {"path", "op", "value"});
      auto test = reader_.ReadTest(*item, /*state=*/false);
      if (!test) continue;
      rule->conditions.push_back(ConditionOf(std::move(*test)));
      if (rule->effect == Rule::Effect::kForbid) Hole(rule);
    }
  }

  // A condition on what is absent does not hold, and so does not deny.
  static void Hole(Rule* rule) {
    const Condition& condition = rule->conditions.back();
    if (condition.op == Op::kExists || condition.op == Op::kAbsent ||
        condition.op == Op::kNeq || condition.op == Op::kNotIn) {
      return;
    }
    rule->remarks.push_back(
        {Kind::kImportTrap, condition.range,
         fmt::format("a call without `{}` is not denied by this",
                     PathText(condition.path)),
         "require the argument, if the server has a default for it"});
  }

  void Limits(const Node* list, const std::string& tool) {
    if (!reader_.IsList(list, "`limits`")) return;
    for (const Node* item : list->items) ReadLimit(*item, tool);
  }

  void ReadLimit(const Node& node, const std::string& tool) {
    if (!node.is_map()) {
      reader_.Fail(node.range, "a limit is an object");
      return;
    }
    reader_.OnlyKeys(node, {"counter", "window", "max", "scope", "on_deny"});
    const auto field = [&](const char* name) {
      return reader_.Text(node.Find(name), fmt::format("`{}`", name));
    };
    const auto at = [&](const char* name) {
      const Node* found = node.Find(name);
      return found == nullptr ? node.range : found->range;
    };
    Limit limit;
    limit.name = field("counter");
    limit.reason = field("on_deny");
    limit.window = field("window");
    limit.key = "grant";
    limit.shared = true;
    limit.tools = {tool};
    limit.range = {node.range.file, node.range.begin, EndOf(node)};
    if (limit.name.empty())
      reader_.Fail(node.range, "a limit needs a `counter`");
    static const std::set<std::string> kWindows = {"minute", "hour", "day"};
    if (kWindows.count(limit.window) == 0) {
      reader_.Fail(at("window"), "`window` is `minute`, `hour` or `day`");
    }
    const Node* max = node.Find("max");
    Scalar number;
    if (max != nullptr) number = ReadScalar(*max);
    if (number.type != Scalar::Type::kInt || number.number < 0 ||
        number.number >= 1e15) {
      reader_.Fail(at("max"), "`max` is a whole number");
    }
    if (field("scope") != "grant") {
      reader_.Fail(at("scope"),
                   "the only `scope` that the format documents is `grant`");
    }
    limit.amount = number.number;
    if (limit.amount > 0) {
      out_.items.emplace_back(std::move(limit));
      return;
    }
    Rule never;
    never.effect = Rule::Effect::kForbid;
    never.name = limit.name;
    never.reason = limit.reason;
    never.tools = {tool};
    never.range = limit.range;
    out_.items.emplace_back(std::move(never));
  }

  const Node& root_;
  Reader& reader_;
  Plan out_;
};

}  // namespace

std::optional<Plan> ReadPolicyLayer(const Document& document, Reader* reader) {
  return JsonReader(document, reader).Run();
}

}  // namespace polc::import
