// The YAML of the web site: `action: allow`, `rate_limit: {max, window}` with
// seconds, `validate: {required_args: true}`, `reason`.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/comments.h"
#include "compiler/import/policylayer.h"

namespace polc::import {
namespace {

using diag::Kind;

class WebsiteReader {
 public:
  WebsiteReader(std::string_view text, const Document& document, Reader* reader)
      : root_(*document.root), reader_(*reader), comments_(text, document) {}

  std::optional<Plan> Run() {
    const size_t errors = reader_.errors();
    out_.format = "the YAML of PolicyLayer's web site";
    out_.head = root_.range;
    out_.default_range = root_.range;
    reader_.OnlyKeys(root_,
                     {"version", "description", "default", "hide", "tools"});
    out_.description = reader_.Text(root_.Find("description"), "`description`");
    Hide();
    const Node* tools = root_.Find("tools");
    if (reader_.IsMap(tools, "`tools`")) {
      for (const auto& [key, value] : tools->members) ReadTool(*key, *value);
    }
    Default();
    out_.tail_comments = comments_.TakeRest();
    if (reader_.errors() != errors) return std::nullopt;
    return std::move(out_);
  }

 private:
  void Hide() {
    const Node* hide = root_.Find("hide");
    if (!reader_.IsList(hide, "`hide`")) return;
    for (const Node* item : hide->items) {
      out_.hidden.push_back(
          {reader_.Text(item, "an entry of `hide`"), item->range, {}, {}});
    }
  }

  void Default() {
    const Node* node = root_.Find("default");
    const std::string value = reader_.Text(node, "`default`");
    if (!value.empty() && value != "allow" && value != "deny") {
      reader_.Fail(node->range, "`default` must be \"allow\" or \"deny\"");
    }
    if (value.empty()) {
      out_.default_remarks.push_back(
          {Kind::kImportNote, root_.range,
           "there is no `default`: tools that are not named are denied here",
           ""});
      return;
    }
    out_.default_range = node->range;
    out_.allows_others = value == "allow";
    if (!out_.allows_others) return;
    out_.default_remarks.push_back(
        {Kind::kImportTrap, node->range,
         "every tool that is not named is allowed, also one that the server "
         "gets tomorrow",
         "write `deny` and name the tools that agents need"});
  }

  void ReadTool(const Node& key, const Node& tool) {
    Tool listed{key.text, key.range, comments_.TakeTo(key.range.end), {}};
    if (reader_.IsMap(&tool, fmt::format("tool `{}`", key.text))) {
      const Node* rules = tool.Find("rules");
      if (rules == nullptr) {
        ReadRule(tool, key);
      } else {
        reader_.OnlyKeys(tool, {"rules"});
        if (reader_.IsList(rules, "`rules`")) {
          for (const Node* rule : rules->items) ReadRule(*rule, key);
        }
      }
    }
    if (key.text == "*") {
      for (std::string& line : listed.comments) {
        out_.head_comments.push_back(std::move(line));
      }
    } else {
      out_.listed.push_back(std::move(listed));
    }
  }

  void ReadRule(const Node& node, const Node& tool) {
    if (!node.is_map()) {
      reader_.Fail(node.range, "a rule is a mapping");
      return;
    }
    reader_.OnlyKeys(node, {"name", "action", "rate_limit", "validate",
                            "reason", "on_deny"});
    const source::Range range = {node.range.file, node.range.begin,
                                 EndOf(node)};
    Rule rule;
    rule.tools = {tool.text};
    rule.range = range;
    rule.comments = comments_.TakeTo(range.end);
    rule.reason = reader_.Text(node.Find("reason"), "`reason`");
    if (rule.reason.empty()) {
      rule.reason = reader_.Text(node.Find("on_deny"), "`on_deny`");
    }
    rule.name = reader_.Text(node.Find("name"), "`name`");
    for (const auto& [key, value] : node.members) {
      if (key->text != "validate") continue;
      rule.remarks.push_back(
          {Kind::kImportNote, key->range,
           "`validate` needs the server's schema",
           "`catalog \"server.json\";` (a saved tools/list) makes polc deny "
           "calls that the tool's schema does not accept"});
    }
    const Node* action = node.Find("action");
    const std::string word = reader_.Text(action, "`action`");
    if (word == "deny" || word == "require_approval") {
      const bool denies = word == "deny";
      rule.effect = denies ? Rule::Effect::kForbid : Rule::Effect::kAsk;
      if (rule.name.empty())
        rule.name = (denies ? "deny_" : "ask_") + tool.text;
      out_.items.emplace_back(rule);
      rule.remarks.clear();
      rule.comments.clear();
    } else if (!word.empty() && word != "allow") {
      reader_.Fail(action->range,
                   "`action` must be \"allow\", \"deny\" or "
                   "\"require_approval\"");
    }
    if (const Node* limit = node.Find("rate_limit")) {
      ReadLimit(*limit, rule);
    } else {
      for (Remark& each : rule.remarks) {
        out_.default_remarks.push_back(std::move(each));
      }
      for (std::string& line : rule.comments) {
        out_.head_comments.push_back(std::move(line));
      }
    }
  }

  void ReadLimit(const Node& node, const Rule& rule) {
    if (!node.is_map()) {
      reader_.Fail(node.range, "`rate_limit` has a `max` and a `window`");
      return;
    }
    reader_.OnlyKeys(node, {"max", "window"});
    const auto number = [&](const char* name) {
      const Node* field = node.Find(name);
      const Scalar value = field == nullptr ? Scalar() : ReadScalar(*field);
      if (value.type == Scalar::Type::kInt && value.number > 0 &&
          value.number < 1e15) {
        return value.number;
      }
      reader_.Fail(field == nullptr ? node.range : field->range,
                   fmt::format("`{}` is a whole number above 0", name));
      return 1.0;
    };
    Limit limit;
    limit.name = rule.name.empty() ? rule.tools[0] + "_rate" : rule.name;
    limit.reason = rule.reason;
    limit.key = "grant";
    limit.tools = rule.tools;
    limit.range = rule.range;
    limit.comments = rule.comments;
    limit.remarks = rule.remarks;
    limit.amount = number("max");
    const double seconds = number("window");
    limit.window = WindowOf(seconds, node, &limit.remarks);
    out_.items.emplace_back(std::move(limit));
  }

  std::string WindowOf(double seconds, const Node& node,
                       std::vector<Remark>* remarks) {
    static constexpr std::pair<double, const char*> kWindows[] = {
        {1, "second"},  {60, "minute"},   {3600, "hour"},
        {86400, "day"}, {604800, "week"}, {28 * 86400.0, "month"}};
    for (const auto& [length, name] : kWindows) {
      if (seconds > length) continue;
      if (seconds != length) {
        remarks->push_back(
            {Kind::kImportNote, node.range,
             fmt::format("there is no window of {:.0f} seconds: a {} is the "
                         "next longer one",
                         seconds, name),
             ""});
      }
      return name;
    }
    reader_.Fail(node.range, "the longest window is 28 days");
    return "month";
  }

  const Node& root_;
  Reader& reader_;
  Comments comments_;
  Plan out_;
};

bool IsWebsiteRule(const Node& rule) {
  if (!rule.is_map() || rule.Find("conditions") != nullptr) return false;
  const Node* action = rule.Find("action");
  const Node* limit = rule.Find("rate_limit");
  return (action != nullptr && action->text == "allow") ||
         (limit != nullptr && limit->is_map()) ||
         rule.Find("validate") != nullptr || rule.Find("reason") != nullptr;
}

}  // namespace

bool IsWebsite(const Node& root) {
  const Node* tools = root.Find("tools");
  if (tools == nullptr) return false;
  for (const auto& [key, tool] : tools->members) {
    const Node* rules = tool->Find("rules");
    if (rules == nullptr) {
      // With a version it is Intercept's, which ignores such keys.
      if (root.Find("version") == nullptr && IsWebsiteRule(*tool)) return true;
      continue;
    }
    if (std::any_of(rules->items.begin(), rules->items.end(),
                    [](const Node* rule) { return IsWebsiteRule(*rule); })) {
      return true;
    }
  }
  return false;
}

std::optional<Plan> ReadWebsite(std::string_view text, const Document& document,
                                Reader* reader) {
  return WebsiteReader(text, document, reader).Run();
}

}  // namespace polc::import
