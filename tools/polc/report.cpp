#include "tools/polc/report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "compiler/diag/fingerprint.h"
#include "compiler/support/limits.h"
#include "tools/polc/junit.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

using diag::Severity;

int ExitCodeOf(const diag::Diagnostics& diags, FailOn level) {
  int code = kOk;
  for (const diag::Diagnostic& d : diags.all()) {
    if (d.severity == Severity::kError && StopsChecks(d.kind)) {
      return kCannotRun;
    }
    if (Fails(d, level)) code = kFindings;
    const bool must_know =
        level == FailOn::kUnknown || level == FailOn::kWidened;
    if (d.severity == Severity::kUnknown && must_know && code == kOk) {
      code = kUndecided;
    }
  }
  return code;
}

bool CanBeKnown(const diag::Diagnostic& d) {
  return d.severity != Severity::kUnknown && !StopsChecks(d.kind);
}

void ApplySeverities(
    const std::map<diag::Kind, std::optional<Severity>>& severities,
    diag::Diagnostics* diags) {
  std::erase_if(diags->mutable_all(), [&](const diag::Diagnostic& d) {
    const auto it = severities.find(d.kind);
    return it != severities.end() && !it->second;
  });
  for (diag::Diagnostic& d : diags->mutable_all()) {
    const auto it = severities.find(d.kind);
    if (it != severities.end()) d.severity = *it->second;
  }
}

using Json = nlohmann::ordered_json;

// The fingerprints in a baseline; nullopt, with a message, if it is none.
std::optional<std::vector<std::string>> ReadBaseline(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  const Json json = Json::parse(text.str(), nullptr, false);
  const bool good = in && json.is_object() && json.contains("version") &&
                    json["version"] == 1 && json.contains("findings") &&
                    json["findings"].is_array();
  if (!good) {
    fmt::print(stderr,
               "polc: `{}` is no baseline; write one with --write-baseline\n",
               path);
    return std::nullopt;
  }
  std::vector<std::string> known;
  for (const Json& finding : json["findings"]) {
    if (!finding.is_object()) continue;
    const auto it = finding.find("fingerprint");
    if (it != finding.end() && it->is_string()) known.push_back(*it);
  }
  return known;
}

int WriteBaseline(const std::string& path, const Findings& findings) {
  Json out;
  out["version"] = 1;
  out["findings"] = Json::array();
  const auto fingerprints = diag::Fingerprints(findings.files, findings.diags);
  for (size_t i = 0; i < fingerprints.size(); ++i) {
    const diag::Diagnostic& d = findings.diags.all()[i];
    if (!CanBeKnown(d)) continue;
    // The message is for those who read the file; only the rest counts.
    out["findings"].push_back({{"fingerprint", fingerprints[i]},
                               {"check", diag::CheckName(d.kind)},
                               {"message", d.message}});
  }
  return WriteOutput(
      path, out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::string Rendered(const ReportOptions& options, const Findings& findings) {
  switch (options.format) {
    case Format::kText:
      return diag::RenderText(findings.files, findings.diags,
                              {.color = WantsColor(STDOUT_FILENO),
                               .max_errors = kLimits.errors_shown}) +
             findings.verdict;
    case Format::kJson:
      return diag::RenderJson(findings.files, findings.diags, findings.summary);
    case Format::kSarif:
      return diag::RenderSarif(findings.files, findings.diags);
    case Format::kGithub:
      return diag::RenderGithub(findings.files, findings.diags);
    case Format::kMarkdown:
      return diag::RenderMarkdown(findings.files, findings.diags,
                                  findings.title, findings.verdict);
    case Format::kJunit:
      return JunitFindings(
          findings.files, findings.diags, findings.title,
          [&](const diag::Diagnostic& d) {
            return Fails(d, options.fail_on) ||
                   (d.severity == Severity::kError && StopsChecks(d.kind));
          });
  }
  POLC_UNREACHABLE("a format");
}

}  // namespace

void Findings::Append(const source::Files& other,
                      const diag::Diagnostics& found,
                      const diag::Summary& numbers) {
  const auto offset = static_cast<int32_t>(files.size());
  for (size_t i = 0; i < other.size(); ++i) {
    const source::File& file = other.file(source::FileId(i));
    files.Add(file.path, file.text);
  }
  const auto move = [&](source::Range* range) {
    if (range->valid()) range->file.index += offset;
  };
  for (diag::Diagnostic d : found.all()) {
    move(&d.range);
    for (diag::Note& note : d.notes) move(&note.range);
    for (diag::Edit& edit : d.fixes) move(&edit.range);
    diags.mutable_all().push_back(std::move(d));
  }
  summary.files += numbers.files;
  summary.rules += numbers.rules;
  summary.proved += numbers.proved;
  summary.refuted += numbers.refuted;
  summary.unknown += numbers.unknown;
  summary.milliseconds += numbers.milliseconds;
}

size_t DropKnown(const source::Files& files,
                 const std::vector<std::string>& known,
                 diag::Diagnostics* diags) {
  const std::set<std::string> all(known.begin(), known.end());
  const auto fingerprints = diag::Fingerprints(files, *diags);
  size_t next = 0;
  return std::erase_if(diags->mutable_all(), [&](const diag::Diagnostic& d) {
    return all.contains(fingerprints[next++]) && CanBeKnown(d);
  });
}

int Report(const ReportOptions& options, Findings* findings) {
  ApplySeverities(options.severities, &findings->diags);
  findings->diags.SortAndDeduplicate();
  if (!options.write_baseline.empty()) {
    const int code = ExitCodeOf(findings->diags, FailOn::kNever);
    if (code != kOk) {
      fmt::print("{}", Rendered(options, *findings));
      return code;
    }
    return WriteBaseline(options.write_baseline, *findings);
  }
  if (!options.baseline.empty()) {
    const auto known = ReadBaseline(options.baseline);
    if (!known) return kCannotRun;
    const size_t dropped = DropKnown(findings->files, *known, &findings->diags);
    if (dropped > 0 && options.format == Format::kText) {
      findings->verdict +=
          fmt::format("{} known finding{} of `{}` not shown\n", dropped,
                      dropped == 1 ? "" : "s", options.baseline);
    }
  }
  fmt::print("{}", Rendered(options, *findings));
  return ExitCodeOf(findings->diags, options.fail_on);
}

}  // namespace polc::tool
