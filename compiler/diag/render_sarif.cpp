#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "compiler/diag/fingerprint.h"
#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/diag/witness.h"
#include "compiler/support/utf8.h"

namespace polc::diag {
namespace {

using Json = nlohmann::ordered_json;

// A path as a relative reference (RFC 3986), or as a file's address.
std::string Uri(const std::string& path) {
  constexpr std::string_view kPlain = "-._~/";
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 &&
        (std::isalnum(byte) != 0 || kPlain.find(c) != std::string_view::npos)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

class Renderer {
 public:
  Renderer(const source::Files& files, const Diagnostics& diags)
      : files_(files), diags_(diags) {}

  std::string Run() {
    const std::vector<std::string> fingerprints = Fingerprints(files_, diags_);
    Json results = Json::array();
    for (size_t i = 0; i < diags_.all().size(); ++i) {
      results.push_back(Result(diags_.all()[i], fingerprints[i]));
    }
    Json driver = {{"name", "polc"}, {"version", "0.1.0"}};
    driver["rules"] = std::move(rules_);
    Json run;
    run["tool"]["driver"] = std::move(driver);
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = std::move(results);
    Json out;
    out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    out["version"] = "2.1.0";
    out["runs"] = Json::array({std::move(run)});
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  size_t RuleIndex(Kind kind) {
    const auto [it, is_new] = rule_index_.try_emplace(kind, rules_.size());
    if (is_new) {
      const std::string check(CheckName(kind));
      rules_.push_back(
          {{"id", check},
           {"name", Code(kind)},
           {"help", {{"text", "polc explain " + check}}},
           {"defaultConfiguration",
            {{"level", ServiceLevel(DefaultSeverity(kind), "note")}}}});
    }
    return it->second;
  }

  Json Location(const source::Range& range) const {
    const source::LineColumn begin = files_.Locate(range.file, range.begin);
    const source::LineColumn end = files_.Locate(range.file, range.end);
    Json physical;
    physical["artifactLocation"]["uri"] = Uri(files_.file(range.file).path);
    physical["region"] = {
        {"startLine", begin.line},
        {"startColumn", begin.column},
        {"endLine", end.line},
        {"endColumn",
         std::max(end.column, begin.line == end.line ? begin.column : 1)}};
    return {{"physicalLocation", std::move(physical)}};
  }

  Json Result(const Diagnostic& d, const std::string& fingerprint) {
    Json result;
    result["ruleId"] = CheckName(d.kind);
    result["ruleIndex"] = RuleIndex(d.kind);
    result["level"] = ServiceLevel(d.severity, "note");
    result["message"]["text"] = Message(d);
    result["locations"] = Json::array();
    if (d.range.valid()) result["locations"].push_back(Location(d.range));
    for (const Note& note : d.notes) {
      if (!note.range.valid()) continue;
      Json related = Location(note.range);
      related["message"]["text"] = note.message;
      result["relatedLocations"].push_back(std::move(related));
    }
    result["partialFingerprints"]["polc/v1"] = fingerprint;
    PutProperties(d, &result);
    PutFixes(d, &result);
    return result;
  }

  static std::string Message(const Diagnostic& d) {
    std::string text = d.message;
    for (const Note& note : d.notes) {
      if (!note.range.valid()) text += "\n" + note.message;
    }
    for (const std::string& help : d.help) text += "\nhelp: " + help;
    if (!d.finding) return text;
    for (const Case& c : d.finding->cases) {
      text += fmt::format(
          "\nwhen: {}\n  request: {}\n  before: {}\n  after: {}", c.condition,
          c.witness, DecidedWords(c.before), DecidedWords(c.after));
    }
    if (d.finding->cases.empty() && !d.finding->witness.empty()) {
      text += "\n" + RequestLines(d.finding->witness, "");
    }
    return text;
  }

  static Json Request(const std::string& text) {
    Json parsed =
        Json::parse(WitnessJson(text), nullptr, /*allow_exceptions=*/false);
    return parsed.is_discarded() ? Json(text) : parsed;
  }

  static void PutProperties(const Diagnostic& d, Json* result) {
    if (!d.finding) return;
    Json properties;
    if (!d.finding->rule.empty()) properties["rule"] = d.finding->rule;
    if (!d.finding->by.empty()) properties["by"] = d.finding->by;
    if (!d.finding->witness.empty()) {
      properties["witness"] = Request(d.finding->witness);
    }
    if (!d.finding->witness_shadowed.empty()) {
      properties["witness_shadowed"] = Request(d.finding->witness_shadowed);
    }
    if (!properties.empty()) (*result)["properties"] = std::move(properties);
  }

  void PutFixes(const Diagnostic& d, Json* result) const {
    if (d.fixes.empty()) return;
    Json changes = Json::array();
    for (const Edit& edit : d.fixes) {
      Json place = Location(edit.range)["physicalLocation"];
      Json change;
      change["artifactLocation"] = place["artifactLocation"];
      change["replacements"] =
          Json::array({{{"deletedRegion", place["region"]},
                        {"insertedContent", {{"text", edit.text}}}}});
      changes.push_back(std::move(change));
    }
    (*result)["fixes"] =
        Json::array({{{"artifactChanges", std::move(changes)}}});
  }

  const source::Files& files_;
  const Diagnostics& diags_;
  Json rules_ = Json::array();
  std::map<Kind, size_t> rule_index_;
};

}  // namespace

std::string RenderSarif(const source::Files& files, const Diagnostics& diags) {
  return Renderer(files, diags).Run();
}

}  // namespace polc::diag
