#include "compiler/diag/fingerprint.h"

#include <map>

#include "compiler/support/sha256.h"

namespace polc::diag {
namespace {

// Runs of white space are one space: a new layout is no new finding.
std::string Squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

std::string Subject(const source::Files& files, const Diagnostic& d) {
  if (d.finding && !d.finding->rule.empty()) return "rule " + d.finding->rule;
  if (!d.range.valid()) return "";
  return "text " + Squeezed(files.text(d.range));
}

}  // namespace

std::vector<std::string> Fingerprints(const source::Files& files,
                                      const Diagnostics& diags) {
  std::vector<std::string> out;
  std::map<std::string, int> seen;
  for (const Diagnostic& d : diags.all()) {
    const std::string about =
        std::string(CheckName(d.kind)) + '\n' + Subject(files, d);
    const int number = seen[about]++;
    out.push_back(
        Sha256Hex(about + '\n' + std::to_string(number)).substr(0, 32));
  }
  return out;
}

}  // namespace polc::diag
