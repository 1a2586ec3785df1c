#include "compiler/scan/first_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "compiler/scan/hidden.h"
#include "compiler/scan/names.h"
#include "compiler/support/json_string.h"

namespace polc::scan {
namespace {

// Resources are named one by one up to here; a longer list wants a pattern,
// which only a person can choose.
constexpr size_t kMaxNamed = 100;

// One class of the policy: its tools, and the rule that decides them.
struct Plan {
  const char* name;
  const char* what;    // for the comment above the class
  const char* effect;  // allow, ask
  const char* rule;
  const char* reason;  // of an ask
  const char* limit;
  const char* amount;
};

enum Group : size_t {
  kReads,
  kWrites,
  kRuns,
  kSecrets,
  kDestroys,
  kPays,
  kUnclears,
  kGroups,
};

constexpr std::array<Plan, kGroups> kPlans = {
    Plan{"reads", "Retrieves and changes nothing.", "allow", "reading", nullptr,
         "reads_a_minute", "60 per minute"},
    Plan{"writes", "Changes what can be changed back.", "allow", "writing",
         nullptr, "writes_an_hour", "30 per hour"},
    Plan{"runs", "Runs something: its effects go beyond the call.", "ask",
         "running", "An agent wants to run something.", "runs_a_minute",
         "10 per minute"},
    Plan{"secrets", "Reads what should not leave unseen.", "ask",
         "reading_secrets", "An agent wants to read what may hold secrets.",
         "secrets_an_hour", "10 per hour"},
    Plan{"destroys", "Removes, ends or overwrites for good.", "ask",
         "destroying", "An agent wants to remove or overwrite something.",
         "losses_an_hour", "10 per hour"},
    Plan{"pays", "Moves money.", "ask", "paying",
         "An agent wants to move money.", "payments_a_day", "5 per day"},
    Plan{"unclear", "What it does can't be told from what the server says.",
         "ask", "guessing", "Nobody has said yet what this tool does.",
         "unclear_an_hour", "10 per hour"},
};

Group GroupOf(Risk risk, bool secret) {
  switch (risk) {
    case Risk::kRead:
      return secret ? kSecrets : kReads;
    case Risk::kWrite:
      return kWrites;
    case Risk::kExecute:
      return kRuns;
    case Risk::kDestructive:
      return kDestroys;
    case Risk::kFinancial:
      return kPays;
    case Risk::kUnclear:
      return kUnclears;
  }
  return kUnclears;
}

// No keyword has an underscore, so a name with one needs no quotes.
bool IsPlainName(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  };
  return name.find('_') != std::string_view::npos &&
         !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), is_plain);
}

std::string NameText(std::string_view name) {
  return IsPlainName(name) ? std::string(name) : JsonString(name);
}

// A literal in a place of patterns.
std::string PatternText(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return JsonString(pattern);
}

std::string PolicyName(std::string_view server) {
  std::string name;
  for (const char c : server) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool upper = c >= 'A' && c <= 'Z';
    name += kept ? c : upper ? static_cast<char>(c - 'A' + 'a') : '_';
  }
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name = "mcp_" + name;
  return name.find('_') == std::string::npos ? name + "_tools" : name;
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ", ";
    out += part;
  }
  return out;
}

std::string ValuesText(const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) quoted.push_back(JsonString(value));
  return "{" + Joined(quoted) + "}";
}

std::string ArgumentText(std::string_view name) {
  return IsPlainName(name) ? fmt::format("args.{}", name)
                           : fmt::format("args[{}]", JsonString(name));
}

std::string WhenText(const Operations& operations,
                     const Operations::Group& group) {
  const std::string path = ArgumentText(operations.argument);
  const std::string values = ValuesText(group.values);
  if (operations.required) return fmt::format("{} in {}", path, values);
  if (operations.if_absent) {
    return fmt::format("({} ?? {}) in {}", path,
                       JsonString(*operations.if_absent), values);
  }
  return fmt::format("has {0} and {0} in {1}", path, values);
}

class Writer {
 public:
  Writer(const Offer& offer, const std::string& catalog,
         const std::optional<std::string>& grant)
      : offer_(offer), catalog_(catalog), grant_(grant) {}

  std::optional<FirstPolicy> Write() {
    for (const Entry& tool : offer_.of(Sort::kTool)) Place(tool);
    const bool has_tools =
        std::any_of(groups_.begin(), groups_.end(), [](const Members& m) {
          return !m.by_reason.empty() || !m.conditional.empty();
        });
    if (!has_tools && !NamesResources() && !NamesPrompts()) {
      return std::nullopt;
    }
    Heading();
    for (size_t i = 0; i < kGroups; ++i) Class(kPlans[i], groups_[i]);
    for (size_t i = 0; i < kGroups; ++i) Limit(kPlans[i], groups_[i]);
    for (size_t i = 0; i < kGroups; ++i) Rule(kPlans[i], groups_[i]);
    Resources();
    Prompts();
    Line("default deny;");
    out_.text = std::move(text_);
    return std::move(out_);
  }

 private:
  struct Members {
    std::map<std::string, std::vector<std::string>> by_reason;
    std::vector<std::string> conditional;  // whole lines
    bool empty() const { return by_reason.empty() && conditional.empty(); }
  };

  void Line(std::string_view line) {
    text_ += line;
    text_ += '\n';
  }

  void Place(const Entry& tool) {
    if (!IsCallable(tool.name)) {
      ++uncallable_;
      return;
    }
    const Assessment found = Assess(tool.definition);
    if (found.operations) {
      for (const Operations::Group& group : found.operations->groups) {
        ++out_.tools_by_risk[static_cast<size_t>(group.risk)];
        groups_[GroupOf(group.risk, false)].conditional.push_back(
            fmt::format("// by the words of `{}`\n  tool {} when {};",
                        found.operations->argument, NameText(tool.name),
                        WhenText(*found.operations, group)));
      }
      return;
    }
    ++out_.tools_by_risk[static_cast<size_t>(found.risk)];
    std::string why = found.why;
    if (found.secret) {
      why += fmt::format("; its name or description speaks of `{}`",
                         *found.secret);
    }
    groups_[GroupOf(found.risk, found.secret.has_value())]
        .by_reason[why]
        .push_back(NameText(tool.name));
  }

  void Heading() {
    Line(fmt::format(
        "/// A first policy for `{}`, proposed by `polc scan`.\n///\n"
        "/// What the server says of its tools is a claim. The comments say "
        "which\n/// claim put a tool where it is: read them, move tools, then "
        "tighten the\n/// conditions on arguments.",
        offer_.server));
    Line(fmt::format("policy {} for server {};\n", PolicyName(offer_.server),
                     JsonString(offer_.server)));
    Line(fmt::format("catalog {};\n", JsonString(catalog_)));
    if (uncallable_ != 0) {
      Line(
          fmt::format("// {} tool{} of the catalog ha{} a name that no call "
                      "may use and is left out.\n",
                      uncallable_, uncallable_ == 1 ? "" : "s",
                      uncallable_ == 1 ? "s" : "ve"));
    }
  }

  void Class(const Plan& plan, const Members& members) {
    if (members.empty()) return;
    Line(fmt::format("/// {}\nclass {} {{", plan.what, plan.name));
    for (const auto& [why, names] : members.by_reason) {
      Line(fmt::format("  // {}\n  tool {};", why, Joined(names)));
    }
    for (const std::string& line : members.conditional) Line("  " + line);
    Line("}\n");
  }

  void Limit(const Plan& plan, const Members& members) {
    if (members.empty()) return;
    Line(fmt::format("limit {} = {} per grant;", plan.limit, plan.amount));
  }

  std::string GrantText() const {
    if (!grant_) return "";
    return fmt::format(" when caller.grant == {}", JsonString(*grant_));
  }

  void Rule(const Plan& plan, const Members& members) {
    if (members.empty()) return;
    const std::string reason =
        plan.reason == nullptr ? "" : " " + JsonString(plan.reason);
    Line(fmt::format("\n{} {}{} class {}{} charge {};", plan.effect, plan.rule,
                     reason, plan.name, GrantText(), plan.limit));
  }

  // Names that a person can read; nothing hidden gets into a policy.
  std::vector<std::string> Readable(Sort sort) const {
    std::vector<std::string> out;
    for (const Entry& entry : offer_.of(sort)) {
      if (FindHidden(entry.name).empty()) out.push_back(entry.name);
    }
    return out;
  }

  bool NamesResources() const {
    const size_t count = Readable(Sort::kResource).size();
    return count > 0 && count <= kMaxNamed;
  }
  bool NamesPrompts() const { return !Readable(Sort::kPrompt).empty(); }

  void Resources() {
    text_ += '\n';
    if (NamesResources()) {
      std::vector<std::string> names;
      for (const std::string& uri : Readable(Sort::kResource)) {
        names.push_back(JsonString(uri));
      }
      Line("limit resources_a_minute = 60 per minute per grant;");
      Line("// Those that it lists, and no other.");
      Line(fmt::format(
          "allow reading_resources resource {}{} charge resources_a_minute;",
          Joined(names), GrantText()));
    } else if (!offer_.of(Sort::kResource).empty()) {
      Line(
          fmt::format("// It lists {} resources: none is allowed until you "
                      "write `resource under \"...\"`.",
                      offer_.of(Sort::kResource).size()));
    }
    if (!offer_.of(Sort::kTemplate).empty()) {
      Line(
          "// It has templates of resources: allow what you mean with "
          "`resource under \"...\"`.");
    }
  }

  void Prompts() {
    if (!NamesPrompts()) return;
    std::vector<std::string> names;
    for (const std::string& name : Readable(Sort::kPrompt)) {
      names.push_back(IsPlainName(name) ? name : PatternText(name));
    }
    Line("\n// People choose prompts, agents don't.");
    Line(fmt::format("allow prompts prompt {}{};\n", Joined(names),
                     GrantText()));
  }

  const Offer& offer_;
  const std::string& catalog_;
  const std::optional<std::string>& grant_;
  std::array<Members, kGroups> groups_;
  size_t uncallable_ = 0;
  std::string text_;
  FirstPolicy out_;
};

}  // namespace

std::optional<FirstPolicy> ProposePolicy(
    const Offer& offer, const std::string& catalog,
    const std::optional<std::string>& grant) {
  return Writer(offer, catalog, grant).Write();
}

}  // namespace polc::scan
