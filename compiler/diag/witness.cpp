#include "compiler/diag/witness.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"

namespace polc::diag {
namespace {

// Takes the first line off `lines`.
std::string_view Next(std::string_view* lines) {
  const size_t end = std::min(lines->find('\n'), lines->size());
  const std::string_view line = lines->substr(0, end);
  lines->remove_prefix(std::min(end + 1, lines->size()));
  return line;
}

}  // namespace

std::vector<Step> Steps(std::string_view witness) {
  std::vector<Step> steps;
  while (!witness.empty()) {
    const std::string_view request = Next(&witness);
    if (!steps.empty() && steps.back().request == request) {
      ++steps.back().times;
    } else {
      steps.push_back({request});
    }
  }
  return steps;
}

std::string StepWords(const Step& step) {
  if (step.times == 1) return "request";
  return fmt::format("request, {} times", step.times);
}

std::string RequestLines(std::string_view witness, std::string_view indent) {
  std::string out;
  for (const Step& step : Steps(witness)) {
    out += fmt::format("{}{}{}: {}", out.empty() ? "" : "\n", indent,
                       StepWords(step), Printable(step.request));
  }
  return out;
}

std::string WitnessJson(std::string_view witness) {
  if (witness.find('\n') == std::string_view::npos) {
    return std::string(witness);
  }
  std::string out;
  while (!witness.empty()) {
    out += out.empty() ? '[' : ',';
    out += Next(&witness);
  }
  return out + ']';
}

}  // namespace polc::diag
