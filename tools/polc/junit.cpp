#include "tools/polc/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "compiler/diag/printable.h"
#include "compiler/support/utf8.h"

namespace polc::tool {
namespace {

// XML 1.0 has no way to write most control characters, U+FFFE and U+FFFF:
// these are shown as reasons show them. A file's name may be no UTF-8 at all.
std::string Xml(std::string_view text) {
  if (FindInvalidUtf8(text) < text.size()) return "(not UTF-8)";
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    const uint32_t c = DecodeUtf8(text, &pos);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n' || c == '\t') {
      out += fmt::format("&#{};", c);
    } else if (c < 0x20 || c == 0x7F || c == 0xFFFE || c == 0xFFFF) {
      out += fmt::format("\\u{{{:x}}}", c);
    } else {
      AppendUtf8(c, &out);
    }
  }
  return out;
}

struct Count {
  size_t tests = 0;
  size_t failed = 0;
  double seconds = 0;
};

template <typename It>
Count CountOf(It begin, It end) {
  Count count;
  for (It it = begin; it != end; ++it) {
    ++count.tests;
    count.failed += !it->passed;
    count.seconds += it->seconds;
  }
  return count;
}

std::string Attributes(const Count& count) {
  return fmt::format(
      "tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\"", count.tests,
      count.failed, count.seconds);
}

std::string Place(const source::Files& files, source::Range range) {
  if (!range.valid()) return "polc";
  const source::LineColumn at = files.Locate(range.file, range.begin);
  return fmt::format("{}:{}:{}", files.file(range.file).path, at.line,
                     at.column);
}

std::string Failure(const source::Files& files, const diag::Diagnostic& d,
                    const char* element = "failure") {
  std::string text = fmt::format("{}: {}\n", Place(files, d.range), d.message);
  for (const std::string& help : d.help) text += help + "\n";
  for (const diag::Case& c : d.finding.value_or(diag::Finding{}).cases) {
    text += fmt::format("when: {}\nrequest: {}\nbefore: {}\nafter: {}\n",
                        c.condition, c.witness, diag::DecidedWords(c.before),
                        diag::DecidedWords(c.after));
  }
  if (d.finding && d.finding->cases.empty() && !d.finding->witness.empty()) {
    text += "request: " + d.finding->witness + "\n";
  }
  return fmt::format("      <{} message=\"{}\" type=\"{}\">{}</{}>\n", element,
                     Xml(d.message), diag::CheckName(d.kind), Xml(text),
                     element);
}

std::string Case(const source::Files& files, const TestResult& result,
                 const diag::Diagnostics& diags) {
  const source::LineColumn at =
      files.Locate(result.range.file, result.range.begin);
  std::string out = fmt::format(
      "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" "
      "time=\"{:.3f}\"",
      Xml(result.policy), Xml(result.name),
      Xml(files.file(result.range.file).path), at.line, result.seconds);
  if (result.passed) return out + "/>\n";
  out += ">\n";
  for (size_t i = result.first_problem; i < result.end_problem; ++i) {
    out += Failure(files, diags.all()[i]);
  }
  return out + "    </testcase>\n";
}

}  // namespace

std::string JunitXml(const source::Files& files,
                     const std::vector<TestResult>& results,
                     const diag::Diagnostics& diags) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"polc test\" {}>\n",
                     Attributes(CountOf(results.begin(), results.end())));
  for (auto it = results.begin(); it != results.end();) {
    const auto end = std::find_if(it, results.end(), [&](const auto& result) {
      return result.policy != it->policy;
    });
    out += fmt::format("  <testsuite name=\"{}\" {}>\n", Xml(it->policy),
                       Attributes(CountOf(it, end)));
    for (; it != end; ++it) out += Case(files, *it, diags);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

std::string JunitFindings(
    const source::Files& files, const diag::Diagnostics& diags,
    const std::string& title,
    const std::function<bool(const diag::Diagnostic&)>& fails) {
  size_t failed = 0;
  size_t unknown = 0;
  std::string cases;
  for (const diag::Diagnostic& d : diags.all()) {
    const bool is_unknown = d.severity == diag::Severity::kUnknown;
    const bool is_failure = !is_unknown && fails(d);
    failed += is_failure;
    unknown += is_unknown;
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                         diag::CheckName(d.kind),
                         Xml(Place(files, d.range) + ": " + d.message));
    if (is_unknown || is_failure) {
      cases += ">\n" + Failure(files, d, is_unknown ? "error" : "failure") +
               "    </testcase>\n";
    } else {
      cases += "/>\n";
    }
  }
  const std::string name = Xml(title);
  if (cases.empty()) {
    cases = fmt::format(
        "    <testcase classname=\"polc\" name=\"nothing found\"/>\n");
  }
  const std::string numbers = fmt::format(
      "name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\"", name,
      std::max<size_t>(diags.all().size(), 1), failed, unknown);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n"
      "  <testsuite {}>\n{}  </testsuite>\n</testsuites>\n",
      numbers, numbers, cases);
}

}  // namespace polc::tool
