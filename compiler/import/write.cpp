#include "compiler/import/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "compiler/import/condition_text.h"
#include "compiler/import/merge.h"
#include "compiler/import/pol_text.h"
#include "compiler/syntax/format/format.h"

namespace polc::import {
namespace {

using source::Range;
using Strings = std::vector<std::string>;

constexpr size_t kCommentWidth = 76;

// Text with the pieces that it was made of.
class PolText {
 public:
  void Line(std::string_view text) {
    out_.pol += text;
    out_.pol += '\n';
  }
  void Blank() {
    if (!out_.pol.empty() && !out_.pol.ends_with("\n\n")) out_.pol += '\n';
  }
  void Add(std::string_view text) { out_.pol += text; }
  void Piece(Range from, std::string_view text) {
    const size_t begin = out_.pol.size();
    out_.pol += text;
    End(begin, from);
  }
  size_t size() const { return out_.pol.size(); }
  void End(size_t begin, Range from) {
    out_.pieces.push_back({static_cast<uint32_t>(begin),
                           static_cast<uint32_t>(out_.pol.size()), from});
  }

  // Formatting moves spaces only, so a place is known by how many other
  // bytes stand before it.
  Translation Formatted() && {
    source::Files files;
    diag::Diagnostics problems;
    std::optional<std::string> laid_out =
        syntax::Format(files, files.Add("", out_.pol), &problems);
    POLC_CHECK(laid_out.has_value(),
               problems.all().empty() ? "" : problems.all()[0].message);
    const std::vector<uint32_t> from = Solid(out_.pol);
    const std::vector<uint32_t> to = Solid(*laid_out);
    POLC_CHECK(from.size() == to.size(), "the formatter changed the text");
    const auto count = [&from](uint32_t at) {
      return std::lower_bound(from.begin(), from.end(), at) - from.begin();
    };
    for (Piece_& piece : out_.pieces) {
      const auto begin = count(piece.pol_begin);
      const auto end = count(piece.pol_end);
      if (begin == end) continue;
      piece.pol_begin = to[begin];
      piece.pol_end = to[end - 1] + 1;
    }
    out_.pol = std::move(*laid_out);
    return std::move(out_);
  }

 private:
  using Piece_ = import::Piece;

  static std::vector<uint32_t> Solid(const std::string& text) {
    std::vector<uint32_t> out;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != ' ' && text[i] != '\n') {
        out.push_back(static_cast<uint32_t>(i));
      }
    }
    return out;
  }

  Translation out_;
};

class PlanWriter {
 public:
  PlanWriter(Plan plan, const std::string& path, diag::Diagnostics* diags)
      : plan_(std::move(plan)), path_(path), diags_(*diags) {}

  Translation Run() {
    for (auto& item : plan_.items) {
      if (auto* rule = std::get_if<Rule>(&item)) AddDifferences(rule);
    }
    for (const Tool& tool : plan_.hidden) ranges_[tool.name] = tool.range;
    for (const Tool& tool : plan_.listed) ranges_[tool.name] = tool.range;
    MergeTools(&plan_.items);
    Header();
    NameSets();
    NamePredicates();
    Hidden();
    for (const auto& item : plan_.items) {
      if (const auto* limit = std::get_if<Limit>(&item)) WriteLimit(*limit);
      if (const auto* rule = std::get_if<Rule>(&item)) WriteRule(*rule);
    }
    Listed();
    Default();
    if (!plan_.tail_comments.empty()) out_.Blank();
    Comments(plan_.tail_comments);
    for (const Remark& remark : plan_.said) Report(remark);
    return std::move(out_).Formatted();
  }

 private:
  static void AddDifferences(Rule* rule) {
    for (const Condition& condition : rule->conditions) {
      for (Remark& each : Differences(condition)) {
        rule->remarks.push_back(std::move(each));
      }
    }
  }

  void Comments(const Strings& comments) {
    for (const std::string& comment : comments) {
      const std::string text = CommentText(comment);
      out_.Line(text.empty() ? "//" : "// " + text);
    }
  }

  void Report(const Remark& remark) {
    auto report = diags_.Report(remark.kind, remark.range, remark.text);
    if (!remark.help.empty()) report.Help(remark.help);
  }

  // Each has its diagnostic; what is said of several lines is one comment.
  void Say(const std::vector<Remark>& remarks) {
    std::set<std::string> said;
    for (const Remark& remark : remarks) {
      Report(remark);
      if (said.insert(remark.text).second) Comments(RemarkLines(remark));
    }
  }

  void Begin(const Strings& comments, const std::vector<Remark>& remarks) {
    out_.Blank();
    Comments(comments);
    Say(remarks);
  }

  void Header() {
    namespace fs = std::filesystem;
    out_.Line(fmt::format("// Imported from {}, {}.",
                          CommentText(fs::path(path_).filename().string()),
                          plan_.format));
    Begin(plan_.head_comments, plan_.head_remarks);
    for (const std::string& line :
         Wrapped(CommentText(plan_.description), kCommentWidth)) {
      out_.Line("/// " + line);
    }
    const std::string stem = fs::path(path_).stem().string();
    out_.Piece(plan_.head,
               fmt::format("policy {};", Names().Make(stem, "imported")));
    out_.Add("\n");
  }

  // Lists that stand in two conditions or more.
  void NameSets() {
    std::map<std::string, int> uses;
    ForEachCondition([&](const Rule&, const Condition& condition) {
      if (const auto literal = SetLiteral(condition)) ++uses[*literal];
    });
    ForEachCondition([&](const Rule&, const Condition& condition) {
      const auto literal = SetLiteral(condition);
      if (!literal || uses[*literal] < 2 || sets_.count(*literal) != 0) return;
      const std::string last = condition.path.back() + "_values";
      const std::string name = names_.Make(last, "values");
      out_.Blank();
      out_.Piece(condition.range, fmt::format("set {} = {};", name, *literal));
      out_.Add("\n");
      sets_[*literal] = name;
    });
  }

  // Conditions of several operands that guard two rules or more.
  void NamePredicates() {
    std::map<std::string, int> uses;
    for (const auto& item : plan_.items) {
      if (const auto* rule = std::get_if<Rule>(&item)) ++uses[When(*rule)];
    }
    for (const auto& item : plan_.items) {
      const auto* rule = std::get_if<Rule>(&item);
      if (rule == nullptr || rule->conditions.size() < 2) continue;
      const std::string when = When(*rule);
      if (when.empty() || uses[when] < 2 || predicates_.count(when) != 0) {
        continue;
      }
      const std::string name = names_.Make("is_" + rule->name, "is_refused");
      out_.Blank();
      const size_t begin = out_.size();
      out_.Add(fmt::format("predicate {}() = ", name));
      WriteWhen(*rule);
      out_.Add(";");
      out_.End(begin, rule->range);
      out_.Add("\n");
      predicates_[when] = name + "()";
    }
  }

  template <typename F>
  void ForEachCondition(F use) {
    for (const auto& item : plan_.items) {
      const auto* rule = std::get_if<Rule>(&item);
      if (rule == nullptr) continue;
      for (const Condition& condition : rule->conditions) use(*rule, condition);
    }
  }

  struct Operand {
    std::string text;
    Range range;
  };

  // The operands of a rule's condition; none: it always holds.
  std::vector<Operand> OperandsOf(const Rule& rule) const {
    std::vector<Operand> out;
    for (const Condition& condition : rule.conditions) {
      Strings texts;
      if (rule.effect == Rule::Effect::kRequire) {
        auto failing = Failing(condition, sets_);
        if (!failing) return {};
        texts = std::move(*failing);
      } else {
        texts = Holding(condition, sets_);
      }
      for (const std::string& text : texts) {
        const bool known = std::any_of(
            out.begin(), out.end(),
            [&text](const Operand& each) { return each.text == text; });
        if (!known) out.push_back({text, condition.range});
      }
    }
    return out;
  }

  static const char* WordOf(const Rule& rule) {
    return rule.effect == Rule::Effect::kRequire ? " or " : " and ";
  }

  std::string When(const Rule& rule) const {
    std::string out;
    for (const Operand& operand : OperandsOf(rule)) {
      out += (out.empty() ? "" : WordOf(rule)) + operand.text;
    }
    return out;
  }

  void WriteWhen(const Rule& rule) {
    bool first = true;
    for (const Operand& operand : OperandsOf(rule)) {
      if (!first) out_.Add(WordOf(rule));
      first = false;
      out_.Piece(operand.range, operand.text);
    }
  }

  void WriteRule(const Rule& rule) {
    Begin(rule.comments, rule.remarks);
    const bool asks = rule.effect == Rule::Effect::kAsk;
    const size_t begin = out_.size();
    out_.Add(fmt::format("{} {}", asks ? "ask" : "deny",
                         names_.Make(rule.name, "rule")));
    if (!rule.reason.empty()) out_.Add(" " + QuotedReason(rule.reason));
    out_.Add(" ");
    Target(rule.tools);
    const std::string when = When(rule);
    const auto predicate = predicates_.find(when);
    if (predicate != predicates_.end()) {
      out_.Add(" when " + predicate->second);
    } else if (!when.empty()) {
      out_.Add(" when ");
      WriteWhen(rule);
    }
    if (rule.within_seconds > 0) {
      out_.Add(" within " + Duration(rule.within_seconds));
    }
    out_.Add(";");
    out_.End(begin, rule.range);
    out_.Add("\n");
  }

  static std::string Duration(int64_t seconds) {
    const std::pair<int64_t, const char*> units[] = {
        {86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    for (const auto& [length, name] : units) {
      if (seconds % length != 0) continue;
      const int64_t n = seconds / length;
      return fmt::format("{} {}{}", n, name, n == 1 ? "" : "s");
    }
    return "";
  }

  // What is wrong with a tool's name is said where the tool is named first.
  void Target(const Strings& tools) {
    const char* before = "tool ";
    for (const std::string& tool : tools) {
      out_.Add(before);
      before = ", ";
      const auto known = ranges_.find(tool);
      const std::string text = tool == "*" ? "\"*\"" : ToolName(tool);
      if (known == ranges_.end()) {
        out_.Add(text);
      } else {
        out_.Piece(known->second, text);
      }
    }
  }

  void WriteLimit(const Limit& limit) {
    Begin(limit.comments, limit.remarks);
    for (const std::string& line :
         Wrapped(CommentText(limit.reason), kCommentWidth)) {
      out_.Line("/// " + line);
    }
    std::string keys = limit.key;
    if (limit.per_tool) keys += keys.empty() ? "tool" : ", tool";
    std::string cost;
    if (!limit.cost_path.empty()) cost = PathText(limit.cost_path);
    if (cost.empty() && limit.cost != 1) cost = NumberText(limit.cost);
    const size_t begin = out_.size();
    out_.Add(fmt::format(
        "limit {} = {} per {}{}{}{}{} on ", names_.Make(limit.name, "limit"),
        NumberText(limit.amount), limit.window, keys.empty() ? "" : " per ",
        keys, cost.empty() ? "" : " cost ", cost));
    Target(limit.tools);
    out_.Add(";");
    out_.End(begin, limit.range);
    out_.Add("\n");
  }

  void Hidden() {
    if (plan_.hidden.empty()) return;
    out_.Blank();
    for (const Tool& tool : plan_.hidden) Say(tool.remarks);
    const bool all =
        std::any_of(plan_.hidden.begin(), plan_.hidden.end(),
                    [](const Tool& tool) { return tool.name == "*"; });
    const size_t begin = out_.size();
    out_.Add(fmt::format("deny {} \"hidden by the policy\" ",
                         names_.Make("hidden", "hidden_tools")));
    if (all) {
      for (const Tool& tool : plan_.hidden) Comments(tool.comments);
      out_.Add("tool \"*\"");
    } else {
      ToolLines(plan_.hidden);
    }
    out_.Add(";");
    out_.End(begin, plan_.hidden[0].range);
    out_.Add("\n");
  }

  void Listed() {
    if (plan_.listed.empty()) return;
    out_.Blank();
    for (const Tool& tool : plan_.listed) Say(tool.remarks);
    const size_t begin = out_.size();
    out_.Add(fmt::format("allow {} ", names_.Make("listed", "listed_tools")));
    ToolLines(plan_.listed);
    out_.Add(";");
    out_.End(begin, plan_.listed[0].range);
    out_.Add("\n");
  }

  void ToolLines(const std::vector<Tool>& tools) {
    out_.Add("tool ");
    for (size_t i = 0; i < tools.size(); ++i) {
      if (!tools[i].comments.empty()) {
        out_.Add("\n");
        Comments(tools[i].comments);
      }
      out_.Piece(tools[i].range, ToolName(tools[i].name));
      if (i + 1 < tools.size()) out_.Add(", ");
    }
  }

  void Default() {
    Begin({}, plan_.default_remarks);
    out_.Piece(plan_.default_range,
               plan_.allows_others ? "default allow;" : "default deny;");
    out_.Add("\n");
  }

  Plan plan_;
  const std::string& path_;
  diag::Diagnostics& diags_;
  PolText out_;
  Names names_;
  SetNames sets_;
  std::map<std::string, std::string> predicates_;
  std::map<std::string, Range> ranges_;  // of tools, where they are named
};

}  // namespace

std::vector<std::string> RemarkLines(const Remark& remark) {
  const bool trap = remark.kind == diag::Kind::kImportTrap;
  std::string text = (trap ? "Trap: " : "Note: ") + remark.text;
  if (!remark.help.empty()) text += "; " + remark.help;
  return Wrapped(CommentText(text), kCommentWidth);
}

Translation Write(Plan plan, const std::string& path,
                  diag::Diagnostics* diags) {
  return PlanWriter(std::move(plan), path, diags).Run();
}

}  // namespace polc::import
