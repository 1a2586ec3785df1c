// `polc explain`: what a check says, why it matters, an example, what to do.
// The texts are docs/checks; check_docs.py holds them to the program.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diag.h"
#include "tools/polc/check/explain_pages.h"
#include "tools/polc/command.h"

namespace polc::tool {
namespace {

constexpr std::string_view kHeading = "\n## `";

struct Section {
  std::string_view check;
  std::string_view code;  // "POL5001"
  std::string_view text;  // behind the heading
};

// nullopt: not a heading "## `check` (POL0000)".
std::optional<Section> ReadSection(std::string_view text) {
  const size_t tick = text.find('`');
  const size_t open = text.find('(', tick);
  const size_t close = text.find(")\n", open);
  if (close == std::string_view::npos) return std::nullopt;
  std::string_view body = text.substr(close + 2);
  while (body.ends_with('\n')) body.remove_suffix(1);
  while (body.starts_with('\n')) body.remove_prefix(1);
  return Section{text.substr(0, tick), text.substr(open + 1, close - open - 1),
                 body};
}

std::vector<Section> Sections() {
  std::vector<Section> out;
  for (const std::string_view page : ExplainPages()) {
    size_t at = page.find(kHeading);
    while (at != std::string_view::npos) {
      const size_t start = at + kHeading.size();
      at = page.find(kHeading, start);
      const auto section = ReadSection(page.substr(start, at - start));
      if (section) out.push_back(*section);
    }
  }
  std::ranges::sort(out, {}, &Section::code);
  return out;
}

// `[check]`, as text output prints it, `check`, `POL5001`, `pol5001`, `5001`.
bool Names(const Section& section, std::string name) {
  if (name.starts_with('[') && name.ends_with(']')) {
    name = name.substr(1, name.size() - 2);
  }
  if (name == section.check) return true;
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return std::toupper(c); });
  return name == section.code || "POL" + name == section.code;
}

}  // namespace

int RunExplain(const std::string& name) {
  const std::vector<Section> sections = Sections();
  if (name.empty()) {
    for (const Section& s : sections) fmt::print("{}  {}\n", s.code, s.check);
    return kOk;
  }
  const auto found = std::ranges::find_if(
      sections, [&](const Section& s) { return Names(s, name); });
  if (found != sections.end()) {
    fmt::print("{} ({})\n\n{}\n", found->check, found->code, found->text);
    return kOk;
  }
  std::vector<std::string> known;
  for (const Section& s : sections) known.emplace_back(s.check);
  const auto near = diag::DidYouMean(name, known);
  fmt::print(stderr, "polc explain: no check is called `{}`{}\n", name,
             near ? fmt::format("; did you mean `{}`?", *near)
                  : "; `polc explain` lists them");
  return kCannotRun;
}

}  // namespace polc::tool
