#include "compiler/import/policylayer.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>

#include "compiler/import/pol_text.h"

namespace polc::import {
namespace {

using diag::Kind;
using source::Range;

// yaml-cpp reads JSON too, and unlike JSON libraries it knows where things
// stand. It throws on bad input; the one wall is FromPolicyLayer.
class Translator {
 public:
  Translator(const source::Files& files, source::FileId file,
             diag::Diagnostics* diags)
      : files_(files), file_(file), diags_(*diags) {}

  std::optional<Translation> Run() {
    const size_t errors = diags_.error_count();
    const YAML::Node root = YAML::Load(files_.file(file_).text);
    if (!root.IsMap()) {
      Fail(Whole(), "a `policy.json` is an object");
      return std::nullopt;
    }
    CheckKeys(root, {"version", "default", "hide", "all_tools", "tools"});
    CheckVersion(root["version"]);
    Header(root);
    if (root["hide"]) Hide(root["hide"]);
    if (root["all_tools"]) AllTools(root["all_tools"]);
    if (root["tools"]) Tools(root["tools"]);
    Default(root);
    if (diags_.error_count() != errors) return std::nullopt;
    return std::move(out_);
  }

  Range Whole() const { return {file_, 0, 0}; }

 private:
  Range RangeOf(const YAML::Node& node) const {
    const YAML::Mark mark = node.Mark();
    if (mark.is_null()) return Whole();
    const auto begin = static_cast<uint32_t>(mark.pos);
    const std::string_view text = files_.file(file_).text;
    uint32_t end = begin + 1;
    if (begin < text.size() && text[begin] == '"') {
      while (end < text.size() && text[end] != '"') {
        end += text[end] == '\\' ? 2 : 1;
      }
      ++end;
    } else if (node.IsScalar()) {
      end = begin + static_cast<uint32_t>(node.Scalar().size());
    }
    return {file_, begin,
            std::min<uint32_t>(end, static_cast<uint32_t>(text.size()))};
  }

  void Fail(Range where, std::string message) {
    diags_.Report(Kind::kImportProblem, where, std::move(message));
  }

  // A gateway that ignores a misspelled key enforces another policy than the
  // one that was written; we refuse it.
  void CheckKeys(const YAML::Node& map, const std::vector<std::string>& known) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
      const std::string key = entry.first.Scalar();
      if (!seen.insert(key).second) {
        Fail(RangeOf(entry.first), fmt::format("key `{}` is here twice", key));
      }
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      auto report =
          diags_.Report(Kind::kImportProblem, RangeOf(entry.first),
                        fmt::format("the format has no key `{}` here", key));
      if (const auto near = diag::DidYouMean(key, known)) {
        report.Help(fmt::format("did you mean `{}`?", *near));
      }
    }
  }

  void CheckVersion(const YAML::Node& version) {
    if (version && version.IsScalar() && version.Scalar() == "1") return;
    Fail(version ? RangeOf(version) : Whole(),
         "`version` must be \"1\", the only version of this format");
  }

  // One declaration of Pol and where it comes from.
  void Emit(Range from, const std::string& pol) {
    const auto begin = static_cast<uint32_t>(out_.pol.size());
    out_.pol += pol;
    out_.pieces.push_back(
        {begin, static_cast<uint32_t>(out_.pol.size()), from});
    out_.pol += "\n";
  }

  void Header(const YAML::Node& root) {
    const std::string stem =
        std::filesystem::path(files_.file(file_).path).stem().string();
    const std::string first =
        stem.empty() || (stem[0] >= '0' && stem[0] <= '9') ? "policy_" : "";
    const YAML::Node at = root["default"];
    Emit(at ? RangeOf(at) : Whole(),
         fmt::format("policy {};", Names().Make(first, stem)));
  }

  void Hide(const YAML::Node& hide) {
    if (!hide.IsSequence()) {
      return Fail(RangeOf(hide), "`hide` is a list of tool names");
    }
    for (const YAML::Node& name : hide) {
      const std::string tool = name.Scalar();
      const std::string pattern =
          tool == "*" ? Quoted("*") : QuotedLiteralPattern(tool);
      Emit(RangeOf(name),
           fmt::format("deny {} \"hidden by the policy\" tool {};",
                       names_.Make("hide_", tool == "*" ? "all" : tool),
                       pattern));
    }
  }

  void AllTools(const YAML::Node& all) {
    CheckKeys(all, {"limits"});
    for (const YAML::Node& limit : all["limits"]) {
      Limit(limit, " on tool \"*\"");
    }
  }

  void Tools(const YAML::Node& tools) {
    if (!tools.IsMap()) {
      return Fail(RangeOf(tools), "`tools` is an object");
    }
    std::set<std::string> seen;
    for (const auto& entry : tools) {
      const std::string name = entry.first.Scalar();
      if (!seen.insert(name).second) {
        Fail(RangeOf(entry.first),
             fmt::format("tool `{}` is here twice", name));
      }
      Tool(name, RangeOf(entry.first), entry.second);
    }
  }

  void Tool(const std::string& name, Range at, const YAML::Node& tool) {
    if (!tool.IsMap())
      return Fail(at, fmt::format("tool `{}` is no object", name));
    CheckKeys(tool, {"require", "deny_if", "limits"});
    const std::string pattern = QuotedLiteralPattern(name);
    for (const YAML::Node& item : tool["require"]) {
      Predicate(item, "require_" + name, pattern, /*deny_when=*/false);
    }
    for (const YAML::Node& item : tool["deny_if"]) {
      Predicate(item, "deny_" + name, pattern, /*deny_when=*/true);
    }
    std::string charges;
    for (const YAML::Node& item : tool["limits"]) {
      const std::string limit = Limit(item, "");
      if (!limit.empty()) charges += (charges.empty() ? "" : ", ") + limit;
    }
    Emit(at, fmt::format("allow {} tool {}{};", names_.Make("allow_", name),
                         pattern, charges.empty() ? "" : " charge " + charges));
  }

  // `deny_if` denies when all its conditions hold; `require` when one fails.
  void Predicate(const YAML::Node& item, const std::string& name,
                 const std::string& pattern, bool deny_when) {
    if (!item.IsMap()) {
      return Fail(RangeOf(item), "a predicate is an object");
    }
    CheckKeys(item, {"conditions", "on_deny"});
    std::string all;
    for (const YAML::Node& condition : item["conditions"]) {
      const std::string text = Condition(condition);
      all += (all.empty() ? "" : " and ") + text;
    }
    if (all.empty()) all = "true";
    const std::string reason =
        item["on_deny"] ? " " + Quoted(item["on_deny"].Scalar()) : "";
    Emit(
        RangeOf(item),
        fmt::format("deny {}{} tool {} when {};", names_.Make("", name), reason,
                    pattern, deny_when ? all : fmt::format("not ({})", all)));
  }

  // Two-valued, as in the source: false where Pol would say error. `has`
  // comes first because `is` is an error on what is absent.
  std::string Condition(const YAML::Node& c) {
    CheckKeys(c, {"path", "op", "value"});
    const std::string path = PathText(c["path"] ? c["path"].Scalar() : "");
    if (path.empty()) {
      Fail(RangeOf(c), "a condition's `path` begins with `args.`");
      return "false";
    }
    const std::string op = c["op"] ? c["op"].Scalar() : "";
    const YAML::Node value = c["value"];
    if (op == "exists") {
      return value && value.Scalar() == "false" ? "not has " + path
                                                : "has " + path;
    }
    if (op == "gt" || op == "gte" || op == "lt" || op == "lte") {
      const char* sign = op == "gt"    ? ">"
                         : op == "gte" ? ">="
                         : op == "lt"  ? "<"
                                       : "<=";
      return Guarded(path, "number",
                     fmt::format("{} {} {}", path, sign, value.Scalar()));
    }
    if (op == "regex" || op == "contains") {
      return Guarded(
          path, "string",
          fmt::format("{} {} {}", path, op == "regex" ? "finds" : "contains",
                      Quoted(value.Scalar())));
    }
    if (op == "eq" || op == "neq") return Equality(path, value, op == "neq");
    if (op == "in" || op == "not_in") return OneOf(path, value, op == "not_in");
    Fail(RangeOf(c["op"] ? c["op"] : c),
         fmt::format("the format has no operator `{}`", op));
    return "false";
  }

  static std::string Guarded(const std::string& path, const char* type,
                             const std::string& test) {
    return fmt::format("(has {0} and {0} is {1} and {2})", path, type, test);
  }

  static bool IsQuoted(const YAML::Node& value) { return value.Tag() == "!"; }

  // The type that a JSON scalar has and its spelling in Pol.
  static std::pair<const char*, std::string> Literal(const YAML::Node& value) {
    if (IsQuoted(value)) return {"string", Quoted(value.Scalar())};
    if (value.Scalar() == "true" || value.Scalar() == "false") {
      return {"bool", value.Scalar()};
    }
    return {"number", value.Scalar()};
  }

  std::string Equality(const std::string& path, const YAML::Node& value,
                       bool negated) {
    if (!value || !value.IsScalar()) {
      Fail(value ? RangeOf(value) : Whole(),
           "only text, numbers and bools can be compared");
      return "false";
    }
    const auto [type, text] = Literal(value);
    const std::string equal =
        Guarded(path, type, fmt::format("{} == {}", path, text));
    return negated ? fmt::format("(has {} and not {})", path, equal) : equal;
  }

  std::string OneOf(const std::string& path, const YAML::Node& values,
                    bool negated) {
    if (!values || !values.IsSequence() || values.size() == 0) {
      Fail(values ? RangeOf(values) : Whole(), "`in` takes a list of values");
      return "false";
    }
    std::string any;
    for (const YAML::Node& value : values) {
      any += (any.empty() ? "" : " or ") + Equality(path, value, false);
    }
    return negated ? fmt::format("(has {} and not ({}))", path, any)
                   : fmt::format("({})", any);
  }

  // Returns the limit's name, or nothing after a report.
  std::string Limit(const YAML::Node& limit, const std::string& on) {
    CheckKeys(limit, {"counter", "window", "max", "scope"});
    const std::string counter =
        limit["counter"] ? limit["counter"].Scalar() : "";
    const std::string window = limit["window"] ? limit["window"].Scalar() : "";
    const std::string max = limit["max"] ? limit["max"].Scalar() : "";
    const std::string scope = limit["scope"] ? limit["scope"].Scalar() : "";
    static const std::set<std::string> kWindows = {"minute", "hour", "day"};
    if (counter.empty()) Fail(RangeOf(limit), "a limit needs a `counter`");
    if (kWindows.count(window) == 0) {
      Fail(RangeOf(limit["window"] ? limit["window"] : limit),
           "`window` is `minute`, `hour` or `day`");
      return {};
    }
    if (max.empty() ||
        max.find_first_not_of("0123456789") != std::string::npos) {
      Fail(RangeOf(limit["max"] ? limit["max"] : limit),
           "`max` is a whole number");
      return {};
    }
    if (scope != "grant") {
      Fail(RangeOf(limit["scope"] ? limit["scope"] : limit),
           "the only `scope` that the format documents is `grant`");
      return {};
    }
    const std::string name = names_.Make("limit_", counter);
    Emit(RangeOf(limit), fmt::format("limit {} = {} per {} per grant{};", name,
                                     max, window, on));
    return name;
  }

  void Default(const YAML::Node& root) {
    const YAML::Node value = root["default"];
    if (!value || (value.Scalar() != "deny" && value.Scalar() != "allow")) {
      return Fail(value ? RangeOf(value) : Whole(),
                  "`default` must be \"allow\" or \"deny\"");
    }
    Emit(RangeOf(value), fmt::format("default {};", value.Scalar()));
  }

  const source::Files& files_;
  source::FileId file_;
  diag::Diagnostics& diags_;
  Names names_;
  Translation out_;
};

}  // namespace

std::optional<Translation> FromPolicyLayer(const source::Files& files,
                                           source::FileId file,
                                           diag::Diagnostics* diags) {
  Translator translator(files, file, diags);
  try {
    return translator.Run();
  } catch (const YAML::Exception& e) {
    const uint32_t at =
        e.mark.is_null() ? 0 : static_cast<uint32_t>(e.mark.pos);
    diags->Report(Kind::kImportProblem, {file, at, at},
                  fmt::format("cannot read this file: {}", e.msg));
    return std::nullopt;
  }
}

}  // namespace polc::import
