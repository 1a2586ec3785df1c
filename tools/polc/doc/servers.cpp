// The heart of the page: for each server a table of who may do what with which
// tool, then for each tool the rules that can decide about it. Both are the
// verifier's findings, not a reading of the rules' text.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "tools/polc/doc/context.h"
#include "verifier/callers.h"
#include "verifier/outcomes.h"

namespace polc::tool::doc {
namespace {

using ir::Effect;
using verifier::Answer;
using verifier::CallerKind;
using verifier::Outcomes;
using verifier::Slice;

// More columns are no table any more.
constexpr size_t kMaxColumns = 12;
constexpr size_t kMaxDescription = 240;

bool Can(const Outcomes& o, Effect effect) {
  return o.Of(effect) != Answer::kNo;
}

bool Permits(const Outcomes& o) {
  return Can(o, Effect::kAllow) || Can(o, Effect::kAsk);
}

Inline OutcomeTag(const Outcomes& o) {
  const bool allow = Can(o, Effect::kAllow);
  const bool ask = Can(o, Effect::kAsk);
  const bool deny = Can(o, Effect::kDeny);
  std::string text = "never";
  std::string what = "deny";
  if (allow && !ask) {
    text = deny ? "under conditions" : "always";
    what = deny ? "some" : "allow";
  } else if (ask && !allow) {
    text = deny ? "under conditions, a person approves" : "a person approves";
    what = "ask";
  } else if (allow) {
    text = deny ? "under conditions, or a person approves"
                : "allowed, or a person approves";
    what = "some";
  }
  if (std::ranges::count(o.effects, Answer::kMaybe) != 0) {
    text += " (not decided for sure)";
  }
  return Tag(text, what);
}

Inline EffectTag(ir::Effect effect) {
  switch (effect) {
    case Effect::kDeny:
      return Tag("denied", "deny");
    case Effect::kAsk:
      return Tag("a person approves", "ask");
    case Effect::kAllow:
      break;
  }
  return Tag("allowed", "allow");
}

Inline DefaultTag(ir::DefaultEffect effect) {
  switch (effect) {
    case ir::DefaultEffect::kDeny:
      return EffectTag(Effect::kDeny);
    case ir::DefaultEffect::kAsk:
      return EffectTag(Effect::kAsk);
    case ir::DefaultEffect::kAllow:
      return EffectTag(Effect::kAllow);
    case ir::DefaultEffect::kNone:
      break;
  }
  return Tag("left to the other policies", "some");
}

std::string ColumnName(const CallerKind& kind, bool alone) {
  switch (kind.by) {
    case CallerKind::By::kOther:
      return alone ? "Every caller" : "Everybody else";
    case CallerKind::By::kGrant:
      return "Grant " + kind.name;
    case CallerKind::By::kRole:
      break;
  }
  return "Role " + kind.name;
}

Line TargetName(const Slice& slice) {
  switch (slice.target) {
    case Slice::Target::kTool:
      if (slice.tool) return {Code(*slice.tool)};
      return {
          Text(slice.other_tools.empty() ? "every tool" : "every other tool")};
    case Slice::Target::kResource:
      return {Text("resources, by "), Code(slice.method.value_or(""))};
    case Slice::Target::kPrompt:
      return {Text("prompts, by "), Code(slice.method.value_or(""))};
    case Slice::Target::kMethod:
      break;
  }
  if (slice.method) return {Text("requests of "), Code(*slice.method)};
  return {Text("requests of any other method")};
}

class Servers {
 public:
  Servers(const Context& context, Page* page)
      : context_(context), page_(*page) {
    const sema::Program& program = context.program();
    for (size_t i = 0; i < program.rules.size(); ++i) {
      const auto& rule = program.rules[i];
      rules_[program.ModuleName(rule.file) + "." + rule.decl->name.text] = i;
    }
  }

  void Run() {
    const ir::Module& module = context_.module();
    const auto& languages = context_.languages();
    all_ = verifier::OutcomesWithRules(module, languages, {});
    kinds_ = verifier::CallerKinds(module, languages);
    more_kinds_ = kinds_.size() > kMaxColumns;
    if (more_kinds_) kinds_.resize(kMaxColumns);
    for (const CallerKind& kind : kinds_) {
      columns_.push_back(
          kinds_.size() == 1
              ? all_
              : verifier::OutcomesOf(verifier::ForCaller(module, kind.caller),
                                     languages, {}));
    }
    std::vector<size_t> rows;
    for (size_t i = 0; i < all_.size(); ++i) {
      rows.push_back(i);
      const bool last = i + 1 == all_.size() ||
                        all_[i + 1].slice.server != all_[i].slice.server;
      if (!last) continue;
      Server(rows);
      rows.clear();
    }
  }

 private:
  void Server(const std::vector<size_t>& rows) {
    const std::optional<std::string>& server = all_[rows[0]].slice.server;
    server_ = server.value_or("");
    Line heading = {Text("Server "), Code(server_)};
    if (!server) {
      heading = {Text(all_[rows[0]].slice.other_servers.empty()
                          ? "Every server"
                          : "Every other server")};
    }
    page_.Heading(2, std::move(heading), Anchor("server " + server_));
    const bool nothing =
        std::ranges::none_of(rows, [&](size_t i) { return Permits(all_[i]); });
    if (nothing) {
      page_.Paragraph({Tag("never", "deny"),
                       Text(" Nothing here is allowed, to any caller.")});
      if (!server) return;
    }
    Matrix(rows);
    for (const Group& group : Groups(rows)) Details(group);
  }

  // Targets about which the same rules decide in the same way.
  struct Group {
    std::vector<const Outcomes*> members;
    std::vector<std::vector<Line>> rows;
    bool several_policies = false;
  };

  std::vector<Group> Groups(const std::vector<size_t>& rows) {
    std::vector<Group> groups;
    for (const size_t i : rows) {
      const Outcomes& o = all_[i];
      if (!HasDetails(o)) continue;
      Group group = MakeGroup(o);
      const auto same = std::ranges::find_if(groups, [&](const Group& other) {
        return other.members[0]->limits == o.limits &&
               other.members[0]->marks == o.marks && other.rows == group.rows;
      });
      if (same == groups.end()) {
        groups.push_back(std::move(group));
      } else {
        same->members.push_back(&o);
      }
    }
    return groups;
  }

  Group MakeGroup(const Outcomes& o) {
    Group group;
    group.members = {&o};
    size_t policies = 0;
    for (const ir::PolicyId id : o.slice.policies) {
      const ir::Policy& policy = context_.module().policy(id);
      const size_t before = group.rows.size();
      for (const ir::RuleId rule : policy.rules) {
        if (std::ranges::find(o.rules, rule) == o.rules.end()) continue;
        group.rows.push_back(RuleRow(o, rule, group.rows.size() == before));
      }
      const bool first = group.rows.size() == before;
      const bool says =
          !first || policy.default_effect != ir::DefaultEffect::kNone;
      if (says && std::ranges::find(o.defaults, id) != o.defaults.end()) {
        group.rows.push_back(DefaultRow(id, first));
      }
      if (group.rows.size() != before) ++policies;
    }
    group.several_policies = policies > 1;
    return group;
  }

  // Every tool, and what else is permitted.
  bool InMatrix(const Outcomes& o) const {
    return o.slice.tool.has_value() || Permits(o);
  }
  bool HasDetails(const Outcomes& o) const {
    return InMatrix(o) && !o.rules.empty();
  }

  void Matrix(const std::vector<size_t>& rows) {
    std::vector<std::string> header = {"What"};
    for (const CallerKind& kind : kinds_) {
      header.push_back(ColumnName(kind, kinds_.size() == 1));
    }
    std::vector<std::vector<Line>> cells;
    size_t hidden = 0;
    for (const size_t i : rows) {
      if (!InMatrix(all_[i])) {
        ++hidden;
        continue;
      }
      std::vector<Line>& row = cells.emplace_back();
      row.push_back(
          HasDetails(all_[i]) && all_[i].slice.tool
              ? Line{Link(*all_[i].slice.tool, "#" + AnchorOf(all_[i]))}
              : TargetName(all_[i].slice));
      for (const auto& column : columns_)
        row.push_back({OutcomeTag(column[i])});
    }
    if (!cells.empty()) page_.Table(std::move(header), std::move(cells));
    if (more_kinds_) {
      page_.Paragraph(
          {Text("The policies tell more callers apart than there "
                "are columns; the rules below name them all.")});
    }
    if (hidden > 0) {
      page_.Paragraph(
          {Text("Everything else that a client can ask of it is denied.")});
    }
  }

  std::string AnchorOf(const Outcomes& o) const {
    std::string name;
    for (const Inline& part : TargetName(o.slice)) name += part.text;
    return Anchor("about " + server_ + " " + name);
  }

  void Details(const Group& group) {
    Line heading;
    for (const Outcomes* o : group.members) {
      if (!heading.empty()) Append(&heading, Text(", "));
      Append(&heading, Place(AnchorOf(*o)));
      Append(&heading, TargetName(o->slice));
    }
    page_.Heading(3, std::move(heading));
    Descriptions(group);
    page_.Table({"Decision", "When", "And then", "Rule"}, group.rows);
    page_.blocks.back().even = true;
    if (group.several_policies) {
      page_.Paragraph(
          {Text("Several policies vote: denied counts more than "
                "a person's approval, and that more than "
                "allowed.")});
    }
    Effects(*group.members[0]);
  }

  void Descriptions(const Group& group) {
    std::vector<Line> said;
    for (const Outcomes* o : group.members) {
      const std::string text = Description(o->slice);
      if (text.empty()) continue;
      const Inline quoted = Text("\u201c" + Cut(text) + "\u201d");
      if (group.members.size() == 1) {
        page_.Paragraph({Text("The server says of it: "), quoted});
        return;
      }
      said.push_back({Code(*o->slice.tool), Text(" "), quoted});
    }
    if (said.empty()) return;
    page_.Paragraph({Text("What the server says of them:")});
    page_.List(std::move(said));
  }

  // As its catalog has it: the server's own words.
  std::string Description(const Slice& slice) const {
    if (!slice.tool) return "";
    for (const auto& file : context_.program().files) {
      const auto& servers = file.ast.header.servers;
      const bool covers =
          servers.empty() ||
          std::ranges::any_of(servers, [&](const ast::Name& name) {
            return slice.server == name.text;
          });
      if (!covers) continue;
      for (const catalog::Catalog* catalog : file.catalogs) {
        const catalog::Tool* tool =
            catalog == nullptr ? nullptr : catalog->Find(*slice.tool);
        if (tool != nullptr && !tool->description.empty()) {
          return tool->description;
        }
      }
    }
    return "";
  }

  static std::string Cut(const std::string& text) {
    std::string out = text.substr(0, text.find('\n'));
    if (out.size() <= kMaxDescription && out.size() == text.size()) return out;
    size_t end = std::min(out.size(), kMaxDescription);
    while (end > 0 && end < out.size() &&
           (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) {
      --end;
    }
    return out.substr(0, end) + "\u2026";
  }

  // The condition on requests of the slice.
  Line When(const Slice& slice, size_t file, const ast::Rule& rule) const {
    const Words& words = context_.words();
    Line out;
    bool several = false;
    if (slice.tool) {
      out = words.Covers(file, rule.target, *slice.tool).value_or(Line());
      several = !out.empty() && rule.when.has_value();
    } else if (rule.target.kind != ast::TargetKind::kNone) {
      out = words.Target(file, rule.target);
    }
    if (rule.except) {
      Line except = {Text(out.empty() ? "except " : ", except ")};
      Append(&except, words.Target(file, *rule.except));
      Append(&out, std::move(except));
    }
    if (rule.when) {
      if (several) Append(&out, Break());
      if (!out.empty()) {
        Append(&out, Text(several || slice.tool ? "and " : " where "));
      }
      Append(&out, words.Condition(file, *rule.when));
    }
    return out;
  }

  std::vector<Line> RuleRow(const Outcomes& o, ir::RuleId id, bool first) {
    const ir::Rule& rule = context_.module().rule(id);
    const auto found = rules_.find(rule.name);
    POLC_CHECK(found != rules_.end(), "a rule that nobody wrote: " + rule.name);
    const auto& declared = context_.program().rules[found->second];
    Line when = When(o.slice, declared.file, *declared.decl);
    if (when.empty()) {
      when = {Text(first ? "always" : "in all other cases")};
    }
    return {{EffectTag(rule.effect)},
            std::move(when),
            Then(declared.file, *declared.decl, rule),
            {context_.SourceLink(rule.name, declared.file, rule.range)}};
  }

  Line Then(size_t file, const ast::Rule& rule, const ir::Rule& made) const {
    Line out;
    const auto next = [&] {
      if (!out.empty()) Append(&out, Break());
    };
    if (rule.reason)
      Append(&out, Text("\u201c" + rule.reason->text + "\u201d"));
    if (rule.effect == ast::Effect::kAsk) {
      next();
      Append(&out, Text("approved by "));
      Append(&out, Approvers(rule));
      Append(&out, Text(" within " + DurationWords(made.within_seconds)));
    }
    for (const ast::Charge& charge : rule.charges) {
      next();
      Append(&out, Text("counts towards "));
      Append(&out, Code(charge.limit.text));
      if (charge.or_ask) {
        Append(&out, Text("; when that is used up, a person approves"));
      }
    }
    for (const ast::Expr& path : rule.redact) {
      next();
      Append(&out, context_.words().Value(file, path));
      Append(&out, Text(" is kept out of the audit log"));
    }
    return out;
  }

  static Line Approvers(const ast::Rule& rule) {
    if (rule.roles.empty()) return {Text("anybody but the caller")};
    Line out = {Text("the role ")};
    for (size_t i = 0; i < rule.roles.size(); ++i) {
      if (i > 0) Append(&out, Text(" or "));
      Append(&out, Code(rule.roles[i].text));
    }
    return out;
  }

  std::vector<Line> DefaultRow(ir::PolicyId id, bool first) const {
    const ir::Policy& policy = context_.module().policy(id);
    return {{DefaultTag(policy.default_effect)},
            {Text(first ? "always" : "in all other cases")},
            {},
            {Text("default of "), Code(policy.name)}};
  }

  // The limits that count it and the marks that it sets.
  void Effects(const Outcomes& o) {
    Line counted;
    for (const ir::LimitId id : o.limits) {
      Append(&counted, Text(counted.empty() ? "Counted by " : ", "));
      const std::string& name = context_.module().limit(id).name;
      Append(&counted, Link(name, "#" + Anchor("counts " + name)));
    }
    Line set;
    for (const ir::MarkId id : o.marks) {
      Append(&set, Text(set.empty() ? "Sets the mark " : ", "));
      const std::string& name = context_.module().mark(id).name;
      Append(&set, Link(name, "#" + Anchor("sets " + name)));
    }
    for (Line* line : {&counted, &set}) {
      if (line->empty()) continue;
      Append(line, Text("."));
      page_.Paragraph(std::move(*line));
    }
  }

  const Context& context_;
  Page& page_;
  std::map<std::string, size_t> rules_;
  std::vector<Outcomes> all_;
  std::vector<CallerKind> kinds_;
  bool more_kinds_ = false;
  std::vector<std::vector<Outcomes>> columns_;  // by kind
  std::string server_;
};

}  // namespace

void AddServers(const Context& context, Page* page) {
  Servers(context, page).Run();
}

}  // namespace polc::tool::doc
