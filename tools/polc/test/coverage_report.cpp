// What `polc test --coverage` prints.
#include <fmt/format.h>

#include "compiler/support/json_string.h"
#include "tools/polc/test/coverage.h"

namespace polc::tool {
namespace {

std::string Place(const source::Files& files, source::Range range) {
  const source::LineColumn at = files.Locate(range.file, range.begin);
  return fmt::format("{}:{}:{}", files.file(range.file).path, at.line,
                     at.column);
}

// On one line, however it is written.
std::string Source(const source::Files& files, source::Range range) {
  std::string out;
  for (const char c : files.text(range)) {
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!is_space) {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return out;
}

const char* Missing(const OperandCoverage& operand) {
  if (operand.as_true == 0 && operand.as_false == 0) return "never decided";
  return operand.as_true == 0 ? "never decided by being true"
                              : "never decided by being false";
}

std::string Times(uint64_t n, const char* what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

std::string PlaceJson(const source::Files& files, source::Range range) {
  const source::LineColumn begin = files.Locate(range.file, range.begin);
  const source::LineColumn end = files.Locate(range.file, range.end);
  return fmt::format(
      "\"file\": {}, \"line\": {}, \"column\": {}, \"end_line\": {}, "
      "\"end_column\": {}",
      JsonString(files.file(range.file).path), begin.line, begin.column,
      end.line, end.column);
}

std::string OperandJson(const source::Files& files,
                        const OperandCoverage& operand) {
  return fmt::format(
      "{{{}, \"text\": {}, \"decided_true\": {}, \"decided_false\": {}}}",
      PlaceJson(files, operand.range),
      JsonString(std::string(files.text(operand.range))), operand.as_true,
      operand.as_false);
}

std::string RuleJson(const source::Files& files, const RuleCoverage& rule) {
  std::string operands;
  for (const OperandCoverage& operand : rule.operands) {
    operands += operands.empty() ? "\n      " : ",\n      ";
    operands += OperandJson(files, operand);
  }
  return fmt::format(
      "    {{\"rule\": {}, \"effect\": \"{}\", {}, \"tried\": {}, \"voted\": "
      "{}, \"failed\": {}, \"operands\": [{}]}}",
      JsonString(rule.name), ir::EffectName(rule.effect),
      PlaceJson(files, rule.range), rule.tried, rule.voted, rule.failed,
      operands);
}

}  // namespace

std::string CoverageText(const source::Files& files, const Coverage& coverage) {
  std::string out;
  for (const RuleCoverage& rule : coverage.rules()) {
    out += fmt::format(
        "{}: {} `{}` {}", Place(files, rule.range), ir::EffectName(rule.effect),
        rule.name,
        rule.voted == 0 ? "never voted" : "voted " + Times(rule.voted, "time"));
    if (rule.failed > 0) {
      out +=
          fmt::format(", could not be decided {}", Times(rule.failed, "time"));
    }
    out += "\n";
    for (const OperandCoverage& operand : rule.operands) {
      if (operand.covered()) continue;
      out += fmt::format("{}: `{}` {}\n", Place(files, operand.range),
                         Source(files, operand.range), Missing(operand));
    }
  }
  const Coverage::Count rules = coverage.CountRules();
  const Coverage::Count operands = coverage.CountOperands();
  return out + fmt::format(
                   "coverage {}%: {} of {} voted, {} of {} decided both "
                   "ways\n",
                   coverage.Percent(), rules.covered, Times(rules.all, "rule"),
                   operands.covered, Times(operands.all, "operand"));
}

std::string CoverageJson(const source::Files& files, const Coverage& coverage) {
  std::string rules;
  for (const RuleCoverage& rule : coverage.rules()) {
    rules += rules.empty() ? "\n" : ",\n";
    rules += RuleJson(files, rule);
  }
  const Coverage::Count voted = coverage.CountRules();
  const Coverage::Count decided = coverage.CountOperands();
  return fmt::format(
      "{{\n  \"percent\": {}, \"rules_voted\": {}, \"rules_all\": {}, "
      "\"operands_decided\": {}, \"operands_all\": {},\n  \"rules\": [{}]}}",
      coverage.Percent(), voted.covered, voted.all, decided.covered,
      decided.all, rules);
}

}  // namespace polc::tool
