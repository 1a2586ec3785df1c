#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/import/comments.h"
#include "compiler/import/intercept.h"

namespace polc::import {
namespace {

using diag::Kind;
using source::Range;
using Strings = std::vector<std::string>;
using Action = InterceptRule::Action;

bool IsWindow(const std::string& text) {
  return text == "minute" || text == "hour" || text == "day";
}

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

class PolicyReader {
 public:
  PolicyReader(std::string_view text, const Document& document, Reader* reader)
      : text_(text),
        document_(document),
        reader_(*reader),
        comments_(text, document) {}

  std::optional<InterceptPolicy> Run() {
    const size_t errors = reader_.errors();
    const Node& root = *document_.root;
    out_.head = root.range;
    if (!reader_.IsMap(&root, "a policy")) {
      if (root.is_null()) reader_.Fail(root.range, "the file has no policy");
      return std::nullopt;
    }
    if (root.Find("version") == nullptr) CheckVersion(nullptr, root.range);
    out_.said = BrokenExamples(text_, root.range.file, comments_.all());
    for (const Remark& each : out_.said) comments_.Explain(each);
    bool first = true;
    for (const auto& [key, value] : root.members) {
      TopLevel(*key, *value, first);
      first = false;
    }
    CheckReferences();
    out_.tail_comments = comments_.TakeRest();
    if (document_.second) {
      out_.remarks.push_back(
          {Kind::kImportTrap, *document_.second,
           "Intercept reads the first document of a file; what stands below "
           "this line protects nothing",
           ""});
    }
    if (reader_.errors() != errors) return std::nullopt;
    return std::move(out_);
  }

 private:
  // What is said of a key goes where its line is told.
  void Unknown(const Node& key, const Strings& known,
               std::vector<Remark>* remarks) {
    std::string help = "remove the line";
    if (const auto near = diag::DidYouMean(key.text, known)) {
      help = fmt::format("did you mean `{}`?", *near);
    }
    remarks->push_back(
        {Kind::kImportTrap, key.range,
         fmt::format("Intercept has no key `{}` here and ignores it", key.text),
         help});
  }

  void TopLevel(const Node& key, const Node& value, bool first) {
    auto above = comments_.TakeAbove(key.range.begin);
    if (first) {
      // A file's first comments are about all of it.
      const auto rest = comments_.TakeTo(key.range.begin);
      above.insert(above.end(), rest.begin(), rest.end());
    }
    Append(above, &out_.head_comments);
    if (key.text == "version") {
      CheckVersion(&value, value.range);
    } else if (key.text == "description") {
      out_.description = reader_.Text(&value, "`description`");
    } else if (key.text == "default") {
      Default(value);
    } else if (key.text == "hide") {
      Hide(value);
    } else if (key.text == "tools") {
      Tools(value);
      return;
    } else if (key.text == "approvals") {
      out_.remarks.push_back(
          {Kind::kImportNote, key.range,
           "`approvals` has no equal in a policy: who is told of an ask is "
           "set where polc-shim is started",
           ""});
    } else {
      Unknown(
          key,
          {"version", "description", "default", "hide", "tools", "approvals"},
          &out_.remarks);
    }
    Append(comments_.TakeTo(EndOf(value)), &out_.head_comments);
  }

  static void Append(const Strings& from, Strings* to) {
    to->insert(to->end(), from.begin(), from.end());
  }

  void CheckVersion(const Node* version, Range where) {
    if (reader_.Text(version, "`version`") == "1") return;
    reader_.Fail(where, "`version` must be \"1\"");
  }

  void Default(const Node& value) {
    const std::string text = reader_.Text(&value, "`default`");
    out_.default_range = value.range;
    out_.default_written = !text.empty();
    out_.denies_others = text == "deny";
    if (text.empty() || text == "allow" || text == "deny") return;
    reader_.Fail(value.range, "`default` must be \"allow\" or \"deny\"");
  }

  void Hide(const Node& value) {
    if (!reader_.IsList(&value, "`hide`")) return;
    std::set<std::string> seen;
    for (const Node* item : value.items) {
      const std::string name = reader_.Text(item, "an entry of `hide`");
      if (IsBlank(name)) {
        reader_.Fail(item->range, "an entry of `hide` is empty");
      } else if (!seen.insert(name).second) {
        reader_.Fail(item->range, fmt::format("`{}` is in `hide` twice", name));
      }
      out_.hidden.push_back(
          {name, item->range, comments_.TakeTo(item->range.end), {}});
    }
  }

  void Tools(const Node& value) {
    if (!reader_.IsMap(&value, "`tools`")) return;
    Strings above = comments_.TakeAbove(
        value.members.empty() ? value.range.begin
                              : value.members[0].first->range.begin);
    for (const auto& [key, tool] : value.members) {
      out_.tools.push_back({key->text, key->range, {}, std::move(above), {}});
      above.clear();
      Append(comments_.TakeAbove(key->range.begin), &out_.tail_comments);
      Append(comments_.TakeTo(key->range.end), &out_.tools.back().comments);
      ReadTool(*tool, &out_.tools.back());
    }
  }

  void ReadTool(const Node& node, InterceptTool* tool) {
    if (!reader_.IsMap(&node, fmt::format("tool `{}`", tool->name))) return;
    for (const auto& [key, value] : node.members) {
      if (key->text != "rules") {
        Unknown(*key, {"rules"}, &tool->remarks);
        continue;
      }
      if (!reader_.IsList(value, "`rules`")) continue;
      std::set<std::string> counters;
      for (const Node* item : value->items) {
        ReadRule(*item, &counters, tool);
      }
    }
  }

  void ReadRule(const Node& node, std::set<std::string>* counters,
                InterceptTool* tool) {
    if (!node.is_map()) {
      reader_.Fail(node.range, "a rule is a mapping");
      return;
    }
    InterceptRule rule;
    const uint32_t end = EndOf(node);
    rule.range = {node.range.file, node.range.begin, end};
    if (const Node* name = node.Find("name")) rule.range = name->range;
    rule.comments = comments_.TakeTo(end);
    rule.name = reader_.Text(node.Find("name"), "`name`");
    rule.on_deny = reader_.Text(node.Find("on_deny"), "`on_deny`");
    if (rule.name.empty()) {
      reader_.Fail(rule.range, "a rule needs a `name`");
    }
    action_known_ = true;
    for (const auto& [key, value] : node.members) {
      ReadMember(*key, *value, &rule);
    }
    const std::string limit =
        reader_.Text(node.Find("rate_limit"), "`rate_limit`");
    if (!limit.empty()) {
      RateLimit(node, limit, tool->scope(), &rule);
    } else {
      if (action_known_) CheckAction(node, rule);
    }
    if (rule.state && !counters->insert(rule.state->counter).second) {
      reader_.Fail(rule.state->range,
                   fmt::format("counter `{}` is here twice: a tool's rules "
                               "need counters of their own",
                               rule.state->counter));
    }
    tool->rules.push_back(std::move(rule));
  }

  void ReadMember(const Node& key, const Node& value, InterceptRule* rule) {
    static const Strings kKnown = {"name",
                                   "action",
                                   "conditions",
                                   "rate_limit",
                                   "on_deny",
                                   "state",
                                   "approval_timeout",
                                   "spend",
                                   "idempotency_window"};
    const std::string& name = key.text;
    if (name == "action") {
      ReadAction(value, rule);
    } else if (name == "conditions") {
      if (!reader_.IsList(&value, "`conditions`")) return;
      for (const Node* item : value.items) ReadCondition(*item, rule);
    } else if (name == "state") {
      ReadState(key, value, rule);
    } else if (name == "approval_timeout") {
      ReadTimeout(value, rule);
    } else if (name == "spend") {
      rule->spends = true;
      rule->remarks.push_back(
          {Kind::kImportNote, key.range,
           "`spend` reads the price from the server's answer, which has no "
           "equal in a policy: the tool is denied",
           "limit an argument with `cost`, or ask a person"});
    } else if (name == "idempotency_window") {
      rule->remarks.push_back(
          {Kind::kImportTrap, key.range,
           "`idempotency_window` has no equal: a repeated call goes out again",
           "limit the tool, or leave it to the server"});
    } else if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
      Unknown(key, kKnown, &rule->remarks);
    }
  }

  void ReadAction(const Node& value, InterceptRule* rule) {
    const std::string action = reader_.Text(&value, "`action`");
    if (action == "deny") {
      rule->action = Action::kDeny;
    } else if (action == "require_approval") {
      rule->action = Action::kApprove;
    } else if (!action.empty() && action != "evaluate") {
      action_known_ = false;
      reader_.Fail(value.range,
                   "`action` must be \"evaluate\", \"deny\" or "
                   "\"require_approval\"");
    }
  }

  void ReadCondition(const Node& node, InterceptRule* rule) {
    if (node.is_map()) {
      for (const auto& [key, value] : node.members) {
        if (key->text == "path" || key->text == "op" || key->text == "value") {
          continue;
        }
        Unknown(*key, {"path", "op", "value"}, &rule->remarks);
      }
    }
    if (auto test = reader_.ReadTest(node, /*state=*/true)) {
      rule->tests.push_back(std::move(*test));
    }
  }

  void ReadState(const Node& key, const Node& value, InterceptRule* rule) {
    if (!reader_.IsMap(&value, "`state`")) return;
    InterceptState state;
    state.range = key.range;
    for (const auto& [name, node] : value.members) {
      const std::string text = reader_.Text(node, "`" + name->text + "`");
      if (name->text == "counter") {
        state.counter = text;
      } else if (name->text == "window") {
        state.window = text;
      } else if (name->text == "increment") {
        ReadIncrement(*node, &state);
      } else if (name->text == "increment_from") {
        ReadIncrementFrom(*node, text, &state);
      } else {
        Unknown(*name, {"counter", "window", "increment", "increment_from"},
                &rule->remarks);
      }
    }
    if (state.counter.empty()) {
      reader_.Fail(key.range, "`counter` must not be empty");
    }
    if (!IsWindow(state.window)) {
      reader_.Fail(key.range, "`window` must be minute, hour or day");
    }
    rule->state = std::move(state);
  }

  void ReadIncrement(const Node& node, InterceptState* state) {
    const Scalar value = ReadScalar(node);
    if (value.type == Scalar::Type::kNull) return;
    if (value.type != Scalar::Type::kInt) {
      reader_.Fail(node.range, "`increment` is a whole number");
      return;
    }
    state->increment = value.number == 0 ? 1 : value.number;
  }

  void ReadIncrementFrom(const Node& node, const std::string& text,
                         InterceptState* state) {
    if (text.empty()) return;
    if (!text.starts_with("args.")) {
      reader_.Fail(node.range, "`increment_from` begins with `args.`");
      return;
    }
    size_t begin = 5;
    for (size_t dot = 0; dot != std::string::npos; begin = dot + 1) {
      dot = text.find('.', begin);
      state->increment_from.push_back(text.substr(begin, dot - begin));
    }
  }

  // `90s`, `30m`, `1h30m`, as Go writes durations.
  void ReadTimeout(const Node& value, InterceptRule* rule) {
    const std::string text = reader_.Text(&value, "`approval_timeout`");
    double seconds = 0;
    size_t at = 0;
    while (at < text.size()) {
      size_t used = 0;
      while (at + used < text.size() &&
             std::string_view("0123456789.").find(text[at + used]) !=
                 std::string_view::npos) {
        ++used;
      }
      const double n =
          used == 0 || used > 12
              ? NAN
              : std::strtod(text.substr(at, used).c_str(), nullptr);
      at += used;
      const std::string unit = text.substr(at, 1);
      ++at;
      seconds += n * (unit == "h"   ? 3600
                      : unit == "m" ? 60
                      : unit == "s" ? 1
                                    : NAN);
    }
    if (!(seconds >= 1) || seconds > 366.0 * 86400) {
      reader_.Fail(value.range, "`approval_timeout` is a duration such as 30m");
      return;
    }
    rule->within_seconds = static_cast<int64_t>(seconds);
  }

  // `5/hour` stands for a condition and a counter.
  void RateLimit(const Node& node, const std::string& text,
                 const std::string& scope, InterceptRule* rule) {
    const Range where = node.Find("rate_limit")->range;
    const size_t slash = text.find('/');
    const std::string digits = text.substr(0, slash);
    const std::string window =
        slash == std::string::npos ? "" : text.substr(slash + 1);
    const bool number =
        !digits.empty() && digits.size() < 16 &&
        digits.find_first_not_of("0123456789") == std::string::npos &&
        digits.find_first_not_of('0') != std::string::npos;
    if (!number || !IsWindow(window)) {
      reader_.Fail(where,
                   "`rate_limit` is a number above 0, `/` and minute, "
                   "hour or day: `10/minute`");
      return;
    }
    if (rule->action != Action::kEvaluate || node.Find("conditions") ||
        rule->state) {
      reader_.Fail(where,
                   "`rate_limit` stands alone: without `conditions`, `state` "
                   "or another `action`");
      return;
    }
    Test test;
    test.of_state = true;
    test.keys = {scope, "_rate_" + window};
    test.op = Op::kLte;
    Scalar bound;
    bound.type = Scalar::Type::kInt;
    bound.number = std::strtod(digits.c_str(), nullptr);
    test.values = {bound};
    test.range = where;
    rule->tests = {test};
    rule->state = InterceptState{"_rate_" + window, window, 1, {}, where};
  }

  void CheckAction(const Node& node, const InterceptRule& rule) {
    const Node* conditions = node.Find("conditions");
    const bool any = conditions != nullptr && !conditions->items.empty();
    if (rule.action == Action::kDeny && any) {
      reader_.Fail(conditions->range,
                   "a `deny` rule has no conditions: it denies every call");
    }
    if (rule.action == Action::kEvaluate && !any && !rule.spends) {
      reader_.Fail(rule.range, "an `evaluate` rule needs a condition");
    }
  }

  // A path into the state names a counter of some rule. A tool with a dot in
  // its name cannot have one: the first dots are taken for the path's own.
  void CheckReferences() {
    std::set<std::pair<std::string, std::string>> known;
    for (const InterceptTool& tool : out_.tools) {
      for (const InterceptRule& rule : tool.rules) {
        if (rule.state) known.emplace(tool.scope(), rule.state->counter);
      }
    }
    for (const InterceptTool& tool : out_.tools) {
      for (const InterceptRule& rule : tool.rules) {
        for (const Test& test : rule.tests) {
          if (!test.of_state) continue;
          if (test.keys.size() == 2 &&
              test.keys[0].find('.') == std::string::npos &&
              known.count({test.keys[0], test.keys[1]}) != 0) {
            continue;
          }
          std::string path = "state";
          for (const std::string& key : test.keys) path += "." + key;
          reader_.Fail(
              test.range,
              fmt::format("no rule has a `state` block for `{}`", path));
        }
      }
    }
  }

  std::string_view text_;
  const Document& document_;
  Reader& reader_;
  Comments comments_;
  InterceptPolicy out_;
  bool action_known_ = true;  // of the rule that is being read
};

}  // namespace

std::optional<InterceptPolicy> ReadIntercept(std::string_view text,
                                             const Document& document,
                                             Reader* reader) {
  return PolicyReader(text, document, reader).Run();
}

}  // namespace polc::import
