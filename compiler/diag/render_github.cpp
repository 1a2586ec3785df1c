// docs.github.com, "Workflow commands for GitHub Actions": what a command's
// value must not hold is escaped, or a policy's text could give commands.
#include <fmt/format.h>

#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"
#include "compiler/diag/witness.h"

namespace polc::diag {
namespace {

std::string Escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Message(const source::Files& files, const Diagnostic& d) {
  std::string text = Printable(d.message);
  for (const Note& note : d.notes) {
    text += "\n";
    if (note.range.valid()) {
      const auto at = files.Locate(note.range.file, note.range.begin);
      text += fmt::format("{}:{}: ", files.file(note.range.file).path, at.line);
    }
    text += Printable(note.message);
  }
  for (const std::string& help : d.help) text += "\nhelp: " + Printable(help);
  if (!d.finding) return text;
  for (const Case& c : d.finding->cases) {
    text += fmt::format("\nwhen: {}\nrequest: {}\nbefore: {}\nafter: {}",
                        Printable(c.condition), Printable(c.witness),
                        Printable(DecidedWords(c.before)),
                        Printable(DecidedWords(c.after)));
  }
  if (d.finding->cases.empty() && !d.finding->witness.empty()) {
    text += "\n" + RequestLines(d.finding->witness, "");
  }
  return text;
}

}  // namespace

std::string RenderGithub(const source::Files& files, const Diagnostics& diags) {
  std::string out;
  for (const Diagnostic& d : diags.all()) {
    std::string place;
    if (d.range.valid()) {
      const auto begin = files.Locate(d.range.file, d.range.begin);
      const auto end = files.Locate(d.range.file, d.range.end);
      place = fmt::format("file={},line={},endLine={},col={},",
                          Escaped(files.file(d.range.file).path, true),
                          begin.line, end.line, begin.column);
    }
    out += fmt::format("::{} {}title={}::{}\n",
                       ServiceLevel(d.severity, "notice"), place,
                       Escaped(fmt::format("polc {}", CheckName(d.kind)), true),
                       Escaped(Message(files, d), false));
  }
  return out;
}

}  // namespace polc::diag
