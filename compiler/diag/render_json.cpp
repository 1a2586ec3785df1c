#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/diag/render.h"

namespace polc::diag {
namespace {

using Json = nlohmann::ordered_json;

// A sequence has a request on each line.
Json Witness(const std::string& request) {
  if (request.empty()) return nullptr;
  if (request.find('\n') != std::string::npos) {
    Json sequence = Json::array();
    for (size_t at = 0; at < request.size();) {
      const size_t end = std::min(request.find('\n', at), request.size());
      sequence.push_back(Witness(request.substr(at, end - at)));
      at = end + 1;
    }
    return sequence;
  }
  Json parsed = Json::parse(request, nullptr, /*allow_exceptions=*/false);
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

Json FindingToJson(const source::Files& files, const Diagnostic& d) {
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
  for (const Diagnostic& d : diags.all()) {
    out["findings"].push_back(FindingToJson(files, d));
  }
  out["summary"] = {
      {"files", summary.files},     {"rules", summary.rules},
      {"proved", summary.proved},   {"refuted", summary.refuted},
      {"unknown", summary.unknown}, {"milliseconds", summary.milliseconds}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace polc::diag
