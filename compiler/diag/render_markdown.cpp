// Comments are read by people who did not write the policy: what policies and
// requests say is shown as code, never as markup, mention or link.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/diag/witness.h"

namespace polc::diag {
namespace {

size_t LongestTicks(std::string_view text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A code span that `text` cannot leave.
std::string Code(std::string_view text) {
  const std::string ticks(LongestTicks(text) + 1, '`');
  const char* pad = text.starts_with('`') || text.ends_with('`') ? " " : "";
  return fmt::format("{}{}{}{}{}", ticks, pad, Printable(text), pad, ticks);
}

// Our words, with what users wrote in backticks: outside of these nothing is
// markup.
std::string Prose(std::string_view text) {
  const bool paired = std::count(text.begin(), text.end(), '`') % 2 == 0;
  std::string out;
  bool code = false;
  for (const char c : Printable(text)) {
    if (c == '`' && paired) {
      code = !code;
      out += c;
    } else if (code) {
      out += c;
    } else if (c == '@' || c == '<' || c == '>' || c == '&' || c == '#') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (std::string_view("\\`*_{}[]|!~").find(c) !=
               std::string_view::npos) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

const char* Sign(const Diagnostic& d) {
  if (d.finding && d.finding->widens) return ":warning:";
  switch (d.severity) {
    case Severity::kError:
      return ":x:";
    case Severity::kWarning:
      return ":warning:";
    case Severity::kUnknown:
      return ":question:";
    case Severity::kNote:
      return ":information_source:";
  }
  POLC_UNREACHABLE("severity");
}

class Renderer {
 public:
  explicit Renderer(const source::Files& files) : files_(files) {}

  void Add(const Diagnostic& d) {
    out_ += fmt::format("- {} **{}** {}{}\n", Sign(d), CheckName(d.kind),
                        Prose(d.message), Place(d.range));
    for (const Note& note : d.notes) {
      out_ += fmt::format("  - {}{}\n", Prose(note.message), Place(note.range));
    }
    for (const std::string& help : d.help) {
      out_ += fmt::format("  - help: {}\n", Prose(help));
    }
    if (!d.finding) return;
    for (const Case& c : d.finding->cases) AddCase(c);
    if (!d.finding->exact) {
      out_ +=
          "  - the conditions are approximate: there may be other requests\n";
    }
    if (d.finding->cases.empty()) {
      for (const Step& step : Steps(d.finding->witness)) {
        out_ +=
            fmt::format("  - {}: {}\n", StepWords(step), Code(step.request));
      }
    }
    if (!d.finding->witness_shadowed.empty()) {
      out_ += fmt::format("  - taken: {}\n", Code(d.finding->witness_shadowed));
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void AddCase(const Case& c) {
    out_ += fmt::format("  - when {}\n", Code(c.condition));
    out_ += fmt::format("    - request: {}\n", Code(c.witness));
    out_ += fmt::format("    - before: {}\n", Prose(DecidedWords(c.before)));
    out_ += fmt::format("    - after: {}\n", Prose(DecidedWords(c.after)));
  }

  std::string Place(const source::Range& range) const {
    if (!range.valid()) return "";
    const auto at = files_.Locate(range.file, range.begin);
    return fmt::format(
        " ({})",
        Code(fmt::format("{}:{}", files_.file(range.file).path, at.line)));
  }

  const source::Files& files_;
  std::string out_;
};

}  // namespace

std::string RenderMarkdown(const source::Files& files, const Diagnostics& diags,
                           const std::string& title,
                           const std::string& verdict) {
  Renderer renderer(files);
  for (const Diagnostic& d : diags.all()) renderer.Add(d);
  std::string lines;
  for (size_t at = 0; at < verdict.size();) {
    const size_t end = std::min(verdict.find('\n', at), verdict.size());
    lines += Prose(std::string_view(verdict).substr(at, end - at)) + "\n\n";
    at = end + 1;
  }
  return fmt::format("### {}\n\n{}{}", Prose(title), lines, renderer.Take());
}

}  // namespace polc::diag
