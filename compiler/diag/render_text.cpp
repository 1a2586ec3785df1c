#include <fmt/format.h>

#include <algorithm>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/diag/witness.h"
#include "compiler/support/utf8.h"

namespace polc::diag {
namespace {

class TextRenderer {
 public:
  TextRenderer(const source::Files& files, const TextOptions& options)
      : files_(files), options_(options) {}

  std::string Render(const Diagnostics& diags) {
    size_t errors = 0;
    size_t hidden = 0;
    for (const Diagnostic& d : diags.all()) {
      if (d.severity == Severity::kError && ++errors > options_.max_errors) {
        ++hidden;
        continue;
      }
      RenderOne(d);
    }
    if (hidden != 0) {
      out_ += fmt::format("{} more error{} not shown\n", hidden,
                          hidden == 1 ? "" : "s");
    }
    return std::move(out_);
  }

 private:
  void RenderOne(const Diagnostic& d) {
    Header(d.range, SeverityName(d.severity), d.message,
           fmt::format(" [{}]", CheckName(d.kind)));
    Snippet(d.range);
    for (const Edit& edit : d.fixes) FixIt(d.range, edit);
    for (const Note& note : d.notes) {
      Header(note.range, "note", note.message, "");
      Snippet(note.range);
    }
    for (const std::string& help : d.help) {
      out_ += fmt::format("  help: {}\n", Printable(help));
    }
    if (d.finding && !d.finding->cases.empty()) return Cases(*d.finding);
    if (d.finding && !d.finding->witness.empty()) {
      out_ += RequestLines(d.finding->witness, "  ") + "\n";
    }
    if (d.finding && !d.finding->witness_shadowed.empty()) {
      out_ +=
          fmt::format("  taken: {}\n", Printable(d.finding->witness_shadowed));
    }
  }

  void Cases(const Finding& finding) {
    for (const Case& c : finding.cases) {
      out_ += fmt::format("  when: {}\n    request: {}\n",
                          Printable(c.condition), Printable(c.witness));
      out_ += fmt::format("    before: {}\n    after: {}\n",
                          Printable(DecidedWords(c.before)),
                          Printable(DecidedWords(c.after)));
    }
    if (!finding.exact) {
      out_ += "  the conditions are approximate: there may be other requests\n";
    }
  }

  void Header(const source::Range& range, std::string_view severity,
              const std::string& message, const std::string& check) {
    if (range.valid()) {
      const source::LineColumn at = files_.Locate(range.file, range.begin);
      out_ += fmt::format("{}:{}:{}: ", Printable(files_.file(range.file).path),
                          at.line, at.column);
    } else {
      out_ += "polc: ";
    }
    out_ += fmt::format("{}{}:{} {}{}\n", Color(severity), severity, Reset(),
                        Printable(message), check);
  }

  void Snippet(const source::Range& range) {
    if (!range.valid()) return;
    const source::LineColumn at = files_.Locate(range.file, range.begin);
    const source::LineColumn to = files_.Locate(range.file, range.end);
    const std::string_view line = files_.Line(range.file, at.line);
    if (line.size() > 400) return;  // a caret in a line that long helps nobody
    out_ += fmt::format("  {}\n", Expand(line));
    const size_t columns = CountCodePoints(line);
    const size_t last = to.line == at.line ? to.column : columns + 1;
    const size_t width = last > at.column ? last - at.column : 1;
    out_ += fmt::format("  {}{}^{}{}\n", std::string(at.column - 1, ' '),
                        Color("caret"), std::string(width - 1, '~'), Reset());
  }

  // Tabs count one column, so they are shown as one space.
  static std::string Expand(std::string_view line) {
    std::string copy(line);
    for (char& c : copy) {
      if (c == '\t') c = ' ';
    }
    return Printable(copy);
  }

  void FixIt(const source::Range& where, const Edit& edit) {
    const source::LineColumn at =
        files_.Locate(edit.range.file, edit.range.begin);
    if (files_.Locate(where.file, where.begin).line == at.line) {
      out_ += fmt::format("  {}{}\n", std::string(at.column - 1, ' '),
                          Printable(edit.text));
    } else {
      out_ +=
          fmt::format("  fix at line {}: {}\n", at.line, Printable(edit.text));
    }
  }

  std::string_view Color(std::string_view what) const {
    if (!options_.color) return "";
    if (what == "error") return "\x1b[1;31m";
    if (what == "warning") return "\x1b[1;35m";
    if (what == "unknown") return "\x1b[1;33m";
    return "\x1b[1;36m";
  }
  std::string_view Reset() const { return options_.color ? "\x1b[0m" : ""; }

  const source::Files& files_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string RenderText(const source::Files& files, const Diagnostics& diags,
                       const TextOptions& options) {
  return TextRenderer(files, options).Render(diags);
}

}  // namespace polc::diag
