#include "test/unit/syntax/parse_support.h"

#include <fmt/format.h>

#include "compiler/ast/dump.h"
#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "compiler/syntax/parse.h"

namespace polc::syntax {
namespace {

std::string Describe(const source::Files& files, const diag::Diagnostic& d) {
  const source::LineColumn at = files.Locate(d.range.file, d.range.begin);
  std::string out =
      fmt::format("{}:{} {} {} |{}|\n", at.line, at.column,
                  diag::CheckName(d.kind), d.message, files.text(d.range));
  for (const diag::Note& note : d.notes) {
    out +=
        fmt::format("  note: {} |{}|\n", note.message, files.text(note.range));
  }
  for (const std::string& help : d.help) out += "  help: " + help + "\n";
  for (const diag::Edit& fix : d.fixes) out += "  fix: " + fix.text + "\n";
  return out;
}

}  // namespace

Outcome ParseText(const std::string& text, bool ranges) {
  source::Files files;
  const source::FileId id = files.Add("test.pol", text);
  diag::Diagnostics diags;
  const auto file = Parse(files, id, &diags);
  Outcome out;
  out.parsed = file.has_value();
  if (file) out.tree = ast::Dump(*file, {.types = false, .ranges = ranges});
  diags.SortAndDeduplicate();
  for (const diag::Diagnostic& d : diags.all()) {
    out.errors += Describe(files, d);
  }
  return out;
}

std::string TreeOfCondition(const std::string& condition) {
  const Outcome outcome =
      ParseText("policy p;\nallow r when " + condition + ";\n");
  if (!outcome.parsed) return outcome.errors;
  const std::string head = "policy p\nallow r\n  when\n";
  if (outcome.tree.compare(0, head.size(), head) != 0) return outcome.tree;
  // Without the indentation of the rule.
  std::string out;
  for (size_t pos = head.size(); pos < outcome.tree.size();) {
    const size_t end = outcome.tree.find('\n', pos) + 1;
    out += outcome.tree.substr(pos + 4, end - pos - 4);
    pos = end;
  }
  return out;
}

}  // namespace polc::syntax
