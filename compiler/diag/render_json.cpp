#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/diag/fingerprint.h"
#include "compiler/diag/render.h"
#include "compiler/diag/witness.h"

namespace polc::diag {
namespace {

using Json = nlohmann::ordered_json;

// A sequence has a request on each line.
Json Witness(const std::string& request) {
  if (request.empty()) return nullptr;
  Json parsed =
      Json::parse(WitnessJson(request), nullptr, /*allow_exceptions=*/false);
  // A witness is always JSON; if it ever were not, show the text itself.
  return parsed.is_discarded() ? Json(request) : parsed;
}

void PutRange(const source::Files& files, const source::Range& range,
              Json* out) {
  if (!range.valid()) {
    (*out)["file"] = nullptr;
    return;
  }
  const source::LineColumn begin = files.Locate(range.file, range.begin);
  const source::LineColumn end = files.Locate(range.file, range.end);
  (*out)["file"] = files.file(range.file).path;
  (*out)["line"] = begin.line;
  (*out)["column"] = begin.column;
  (*out)["end_line"] = end.line;
  (*out)["end_column"] = end.column;
}

Json DecidedToJson(const Decided& d) {
  Json out;
  out["decision"] = d.effect;
  out["by"] = d.by;
  out["rule"] = d.rule.empty() ? Json(nullptr) : Json(d.rule);
  out["reason"] = d.reason;
  return out;
}

void PutCases(const Finding& finding, Json* out) {
  (*out)["widens"] = finding.widens;
  (*out)["exact"] = finding.exact;
  for (const Case& c : finding.cases) {
    (*out)["cases"].push_back({{"condition", c.condition},
                               {"witness", Witness(c.witness)},
                               {"before", DecidedToJson(c.before)},
                               {"after", DecidedToJson(c.after)}});
  }
}

Json FindingToJson(const source::Files& files, const Diagnostic& d,
                   const std::string& fingerprint) {
  Json out;
  out["check"] = CheckName(d.kind);
  out["code"] = Code(d.kind);
  out["severity"] = SeverityName(d.severity);
  PutRange(files, d.range, &out);
  out["message"] = d.message;
  const Finding finding = d.finding.value_or(Finding{});
  out["rule"] = finding.rule.empty() ? Json(nullptr) : Json(finding.rule);
  out["by"] = finding.by;
  out["witness"] = Witness(finding.witness);
  if (!finding.witness_shadowed.empty()) {
    out["witness_shadowed"] = Witness(finding.witness_shadowed);
  }
  if (IsDifference(d.kind)) PutCases(finding, &out);
  out["fingerprint"] = fingerprint;
  for (const Note& note : d.notes) {
    Json n;
    PutRange(files, note.range, &n);
    n["message"] = note.message;
    out["notes"].push_back(std::move(n));
  }
  if (!d.help.empty()) out["help"] = d.help;
  return out;
}

}  // namespace

std::string RenderJson(const source::Files& files, const Diagnostics& diags,
                       const Summary& summary) {
  Json out;
  out["version"] = 1;
  out["findings"] = Json::array();
  const std::vector<std::string> fingerprints = Fingerprints(files, diags);
  for (size_t i = 0; i < diags.all().size(); ++i) {
    out["findings"].push_back(
        FindingToJson(files, diags.all()[i], fingerprints[i]));
  }
  out["summary"] = {
      {"files", summary.files},     {"rules", summary.rules},
      {"proved", summary.proved},   {"refuted", summary.refuted},
      {"unknown", summary.unknown}, {"milliseconds", summary.milliseconds}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace polc::diag
