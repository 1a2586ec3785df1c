#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "compiler/import/counter.h"
#include "compiler/import/intercept.h"
#include "compiler/import/pol_text.h"

namespace polc::import {
namespace {

using diag::Kind;
using Action = InterceptRule::Action;

// Amounts of limits are below this.
constexpr double kMostCounted = 999'999'999'999'999;

// All that is read of one counter and written to it.
struct Counter {
  const InterceptTool* tool = nullptr;
  const InterceptRule* rule = nullptr;  // has the state block
  std::vector<const Test*> tests;       // by rules of the counter's own scope
  /// The first bound in the rule itself; without one Intercept never counts.
  const Test* bound = nullptr;
};

class Planner {
 public:
  explicit Planner(InterceptPolicy policy) : policy_(std::move(policy)) {}

  Plan Run() {
    FindCounters();
    Head();
    out_.hidden = policy_.hidden;
    // Rules of `*` come after those of the tool itself.
    for (const bool all : {false, true}) {
      for (InterceptTool& tool : policy_.tools) {
        if ((tool.name == "*") == all) AddTool(&tool);
      }
    }
    Default();
    out_.tail_comments = policy_.tail_comments;
    return std::move(out_);
  }

 private:
  void FindCounters() {
    for (const InterceptTool& tool : policy_.tools) {
      for (const InterceptRule& rule : tool.rules) {
        if (!rule.state) continue;
        Counter& counter = counters_[{tool.scope(), rule.state->counter}];
        counter.tool = &tool;
        counter.rule = &rule;
      }
    }
    for (const InterceptTool& tool : policy_.tools) {
      for (const InterceptRule& rule : tool.rules) {
        if (rule.action != Action::kEvaluate) continue;
        for (const Test& test : rule.tests) AddTest(tool, rule, test);
      }
    }
  }

  void AddTest(const InterceptTool& tool, const InterceptRule& rule,
               const Test& test) {
    if (!test.of_state || test.keys[0] != tool.scope()) return;
    Counter& counter = counters_.at({test.keys[0], test.keys[1]});
    counter.tests.push_back(&test);
    if (counter.rule == &rule && counter.bound == nullptr &&
        IsUpperBound(test)) {
      counter.bound = &test;
    }
  }

  static void Trap(source::Range where, std::string text, std::string help,
                   std::vector<Remark>* to) {
    to->push_back({Kind::kImportTrap, where, std::move(text), std::move(help)});
  }
  static void Note(source::Range where, std::string text, std::string help,
                   std::vector<Remark>* to) {
    to->push_back({Kind::kImportNote, where, std::move(text), std::move(help)});
  }

  void Head() {
    out_.format = "Intercept YAML";
    out_.description = policy_.description;
    out_.head = policy_.head;
    out_.head_comments = policy_.head_comments;
    out_.head_remarks = policy_.remarks;
    out_.said = policy_.said;
    out_.allows_others = !policy_.denies_others;
    out_.default_range =
        policy_.default_written ? policy_.default_range : policy_.head;
  }

  void Default() {
    auto* remarks = &out_.default_remarks;
    if (!policy_.default_written) {
      Trap(policy_.head,
           "there is no `default`, and so every tool that is not named is "
           "allowed",
           "write `default: deny` and name the tools that agents need",
           remarks);
    } else if (!policy_.denies_others) {
      Trap(policy_.default_range,
           "every tool that is not named is allowed, also one that the server "
           "gets tomorrow",
           "write `deny` and name the tools that agents need", remarks);
    } else {
      Note(policy_.default_range,
           "calls of tools are all that Intercept looks at: resources, prompts "
           "and what the server asks pass it unread. Here they are denied as "
           "well",
           "`allow others except tool \"*\";` lets them pass", remarks);
    }
    const bool hides_all =
        std::any_of(policy_.hidden.begin(), policy_.hidden.end(),
                    [](const Tool& tool) { return tool.name == "*"; });
    if (hides_all) {
      Trap(policy_.hidden[0].range, "`*` hides every tool: no call is allowed",
           "", &out_.hidden[0].remarks);
    } else if (policy_.denies_others && out_.listed.empty()) {
      Trap(policy_.default_range,
           "no tool is named that is not hidden: no call is allowed", "",
           remarks);
    }
  }

  void AddTool(InterceptTool* tool) {
    const size_t first = out_.items.size();
    for (InterceptRule& rule : tool->rules) AddRule(*tool, &rule);
    const bool all = tool->name == "*";
    if (tool->name == "_global") {
      SharedGlobal(tool);
    }
    const auto hidden =
        std::find_if(out_.hidden.begin(), out_.hidden.end(),
                     [&](const Tool& each) { return each.name == tool->name; });
    if (!all && hidden != out_.hidden.end()) {
      Trap(tool->range,
           fmt::format("`{}` is hidden, so its rules never decide", tool->name),
           "", &tool->remarks);
    }
    // What is said of the tool stands above the first that is written of it.
    Tool listed{tool->name, tool->range, {}, {}};
    if (first < out_.items.size()) {
      std::visit(
          [&](auto& item) {
            item.comments.insert(item.comments.begin(), tool->comments.begin(),
                                 tool->comments.end());
            item.remarks.insert(item.remarks.begin(), tool->remarks.begin(),
                                tool->remarks.end());
          },
          out_.items[first]);
    } else if (all) {
      Append(tool->comments, &out_.head_comments);
      Append(tool->remarks, &out_.head_remarks);
    } else {
      Tool& named = hidden == out_.hidden.end() ? listed : *hidden;
      Append(tool->comments, &named.comments);
      Append(tool->remarks, &named.remarks);
    }
    if (!all && hidden == out_.hidden.end()) out_.listed.push_back(listed);
  }

  template <typename T>
  static void Append(const std::vector<T>& from, std::vector<T>* to) {
    to->insert(to->end(), from.begin(), from.end());
  }

  void SharedGlobal(InterceptTool* tool) {
    const bool counts = std::any_of(
        tool->rules.begin(), tool->rules.end(),
        [](const InterceptRule& rule) { return rule.state.has_value(); });
    if (!counts) return;
    Trap(tool->range,
         "Intercept counts the tool `_global` and all tools in one counter; "
         "here each limit has its own",
         "", &tool->remarks);
  }

  void AddRule(const InterceptTool& tool, InterceptRule* rule) {
    Rule out;
    out.name = rule->name;
    out.reason = rule->on_deny;
    out.tools = {tool.name};
    out.range = rule->range;
    out.remarks = rule->remarks;
    out.within_seconds = rule->within_seconds;
    if (rule->spends && rule->action == Action::kEvaluate) {
      rule->action = Action::kDeny;
    }
    switch (rule->action) {
      case Action::kDeny:
        out.effect = Rule::Effect::kForbid;
        break;
      case Action::kApprove:
        out.effect = Rule::Effect::kAsk;
        Selecting(*rule, &out);
        break;
      case Action::kEvaluate:
        return AddEvaluate(tool, *rule, std::move(out));
    }
    out.comments = rule->comments;
    out_.items.emplace_back(std::move(out));
  }

  void Selecting(const InterceptRule& rule, Rule* out) {
    for (const Test& test : rule.tests) {
      if (test.of_state) {
        Note(test.range,
             "a counter cannot be read by a condition: every call is asked "
             "about",
             "", &out->remarks);
      } else {
        out->conditions.push_back(ConditionOf(test));
      }
    }
    for (const Condition& condition : out->conditions) {
      if (condition.op == Op::kExists || condition.op == Op::kAbsent ||
          condition.op == Op::kNeq || condition.op == Op::kNotIn) {
        continue;
      }
      Trap(condition.range,
           fmt::format("a call without `{}` is not asked about",
                       PathText(condition.path)),
           "make it `not has ... or ...` if the server has a default",
           &out->remarks);
    }
  }

  // What Intercept's evaluate rules demand: conditions of arguments become a
  // rule, those of the rule's own counter a limit.
  void AddEvaluate(const InterceptTool& tool, const InterceptRule& rule,
                   Rule out) {
    bool never = false;
    for (const Test& test : rule.tests) {
      if (!test.of_state) {
        out.conditions.push_back(ConditionOf(test));
      } else if (test.keys[0] != tool.scope()) {
        never |= !Foreign(test, &out.remarks);
      }
    }
    std::vector<std::variant<Rule, Limit>> made;
    const bool limits = rule.state && AddLimit(rule, tool, &out, &made);
    if (never || (rule.state && !limits && refuses_all_)) {
      out.effect = Rule::Effect::kForbid;
      out.conditions.clear();
      made.emplace(made.begin(), out);
    } else if (!out.conditions.empty()) {
      if (limits) std::visit([](auto& i) { i.remarks.clear(); }, made[0]);
      made.emplace(made.begin(), out);
    }
    refuses_all_ = false;
    if (made.empty()) {
      // Nothing is left to refuse; what there is to say of it stays.
      Append(rule.comments, &out_.head_comments);
      Append(out.remarks, &out_.head_remarks);
      return;
    }
    std::visit([&](auto& item) { item.comments = rule.comments; }, made[0]);
    Append(made, &out_.items);
  }

  // Whether a condition on another scope's counter surely holds.
  bool Foreign(const Test& test, std::vector<Remark>* remarks) {
    const Counter& counter = counters_.at({test.keys[0], test.keys[1]});
    const double most =
        counter.bound == nullptr ? INFINITY : UpperBound(*counter.bound);
    const double least = counter.rule->state->increment < 0 ? -INFINITY : 0;
    const double bound = test.values.empty() ? 0 : test.values[0].number;
    const bool holds = test.op == Op::kExists ||
                       (test.op == Op::kLte && bound >= most) ||
                       (test.op == Op::kLt && bound > most) ||
                       (test.op == Op::kGte && bound <= least) ||
                       (test.op == Op::kGt && bound < least);
    if (holds) {
      Note(test.range, "this condition always holds", "", remarks);
    } else {
      Note(test.range,
           "a condition cannot read another tool's counter: every call is "
           "denied",
           "a `limit` of both tools, or a `mark`, may be what is meant",
           remarks);
    }
    return holds;
  }

  // Returns whether a limit was made, into `made`; its remarks are there and
  // in `rule`. Sets `refuses_all_` if no call can pass.
  bool AddLimit(const InterceptRule& rule, const InterceptTool& tool, Rule* out,
                std::vector<std::variant<Rule, Limit>>* made) {
    const InterceptState& state = *rule.state;
    const Counter& counter = counters_.at({tool.scope(), state.counter});
    Limit limit;
    limit.name = out->conditions.empty() ? rule.name : rule.name + "_limit";
    limit.reason = rule.on_deny;
    limit.window = state.window;
    limit.tools = {tool.name};
    limit.range = rule.range;
    if (counter.tests.empty()) {
      Trap(state.range,
           fmt::format("no condition reads the counter `{}`: it limits nothing",
                       state.counter),
           "write `lte` with its bound", &out->remarks);
      return false;
    }
    Explain(rule, counter, &out->remarks);
    const bool made_one = state.increment_from.empty()
                              ? CountCalls(counter, &limit, out)
                              : CountCost(counter, &limit, out);
    if (!made_one) return false;
    if (!told_) Tell(state.range, &out->remarks);
    limit.remarks = out->remarks;
    made->emplace_back(std::move(limit));
    return true;
  }

  // What is said once, of the first limit.
  void Tell(source::Range where, std::vector<Remark>* remarks) {
    told_ = true;
    Trap(where,
         "one counter for all callers, and by Intercept's default for all "
         "servers of the machine; so is this limit",
         "`per grant` or `per server` counts them apart", remarks);
    Note(where,
         "when the server answers with an error, Intercept gives back what the "
         "call took; here it stays taken, for an agent can provoke errors",
         "`refund on error` gives it back", remarks);
  }

  void Explain(const InterceptRule& rule, const Counter& counter,
               std::vector<Remark>* remarks) {
    const InterceptState& state = *rule.state;
    if (counter.bound == nullptr) {
      Trap(state.range,
           fmt::format("Intercept never counts `{}`, for no `lt` or `lte` of "
                       "this rule reads it",
                       state.counter),
           "here it is counted", remarks);
      return;
    }
    const Test& bound = *counter.bound;
    const double number = bound.values[0].number;
    if (bound.op == Op::kLt && Says(rule.on_deny + " " + rule.name, number)) {
      Trap(bound.range,
           fmt::format(
               "`lt` {0} lets {1} through, not the {0} that the text says",
               NumberText(number), NumberText(number - 1)),
           "write `lte`", remarks);
    }
    if (number != std::trunc(number)) {
      Trap(bound.range,
           fmt::format("Intercept counts in whole numbers: the bound is {}",
                       NumberText(UpperBound(bound))),
           "", remarks);
    }
    if (!state.increment_from.empty()) {
      Trap(state.range,
           fmt::format("in Intercept a negative `{0}` gives back what was "
                       "spent and a fraction costs nothing; here the one is "
                       "denied and the other counts as it is",
                       PathText(state.increment_from)),
           "", remarks);
    }
  }

  // Whether the text names the number.
  static bool Says(const std::string& text, double number) {
    const std::string digits = NumberText(number);
    const auto is_digit = [&text](size_t at) {
      return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    for (size_t at = text.find(digits); at != std::string::npos;
         at = text.find(digits, at + 1)) {
      if (!(at > 0 && is_digit(at - 1)) && !is_digit(at + digits.size())) {
        return true;
      }
    }
    return false;
  }

  bool RefuseAll(source::Range where, Rule* out) {
    refuses_all_ = true;
    Trap(where, "no call passes this condition", "", &out->remarks);
    return false;
  }

  bool CountCalls(const Counter& counter, Limit* limit, Rule* out) {
    const InterceptState& state = *counter.rule->state;
    double calls = INFINITY;
    bool bounds_only = true;
    double most = INFINITY;
    for (const Test* test : counter.tests) {
      calls = std::min(calls, FirstFailure(*test, state.increment));
      bounds_only &= IsUpperBound(*test);
      if (IsUpperBound(*test)) most = std::min(most, UpperBound(*test));
    }
    if (counter.bound != nullptr && state.increment > 0) {
      const double bound = UpperBound(*counter.bound);
      calls =
          std::min(calls, std::floor(std::max(bound, 0.0) / state.increment));
    }
    if (calls < 1) return RefuseAll(state.range, out);
    if (calls == INFINITY) {
      Trap(state.range,
           fmt::format("the conditions of counter `{}` hold however often it "
                       "is called: nothing is limited",
                       state.counter),
           state.increment < 0 ? "a negative `increment` never reaches a bound"
                               : "write `lte` with its bound",
           &out->remarks);
      return false;
    }
    const bool costs = bounds_only && state.increment > 1 &&
                       std::floor(most / state.increment) == calls;
    limit->amount = std::min(costs ? most : calls, kMostCounted);
    limit->cost = costs ? state.increment : 1;
    return true;
  }

  // Each call adds what an argument says, which may be anything.
  bool CountCost(const Counter& counter, Limit* limit, Rule* out) {
    const InterceptState& state = *counter.rule->state;
    double most = INFINITY;
    for (const Test* test : counter.tests) {
      if (IsUpperBound(*test)) {
        most = std::min(most, UpperBound(*test));
      } else if (FirstFailure(*test, 1) != INFINITY) {
        if (FirstFailure(*test, 1) == 0) return RefuseAll(test->range, out);
        refuses_all_ = true;
        Note(test->range,
             "a limit with a cost has an upper bound and no other condition: "
             "every call is denied",
             "write `lte`", &out->remarks);
        return false;
      }
    }
    if (most < 0) return RefuseAll(state.range, out);
    if (most == INFINITY) {
      Trap(state.range, "the counter has no upper bound: nothing is limited",
           "write `lte` with its bound", &out->remarks);
      return false;
    }
    if (most == 0) {
      // No limit is that small: what costs nothing passes.
      Scalar zero;
      zero.type = Scalar::Type::kInt;
      Condition free{Op::kEq, state.increment_from, {zero}, {}, state.range};
      out->conditions.push_back(std::move(free));
      return false;
    }
    limit->amount = std::min(most, kMostCounted);
    limit->cost_path = state.increment_from;
    return true;
  }

  InterceptPolicy policy_;
  Plan out_;
  std::map<std::pair<std::string, std::string>, Counter> counters_;
  bool told_ = false;
  bool refuses_all_ = false;
};

}  // namespace

Plan PlanOf(InterceptPolicy policy) { return Planner(std::move(policy)).Run(); }

}  // namespace polc::import
