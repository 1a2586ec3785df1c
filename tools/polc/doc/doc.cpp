// `polc doc`: what a policy set says, for people who do not read policies; and
// the reference of the library.
#include <fmt/format.h>

#include <cstdio>

#include "compiler/driver/session.h"
#include "compiler/syntax/parse.h"
#include "stdlib/stdlib.h"
#include "tools/polc/command.h"
#include "tools/polc/doc/context.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

using doc::Code;
using doc::Line;
using doc::Link;
using doc::Page;
using doc::Text;

void AddPolicies(const doc::Context& context, Page* page) {
  std::vector<std::vector<Line>> rows;
  const auto& files = context.program().files;
  for (size_t i = 0; i < files.size(); ++i) {
    const ast::Header& header = files[i].ast.header;
    if (!header.is_policy) continue;
    Line servers;
    for (const ast::Name& server : header.servers) {
      if (!servers.empty()) doc::Append(&servers, Text(", "));
      doc::Append(&servers, Code(server.text));
    }
    if (servers.empty()) servers = {Text("every server")};
    Line about;
    for (Line& paragraph : doc::Paragraphs(files[i].ast.doc)) {
      if (!about.empty()) doc::Append(&about, doc::Break());
      doc::Append(&about, std::move(paragraph));
    }
    rows.push_back(
        {{context.SourceLink(header.name.text, i, header.name.range)},
         std::move(servers),
         std::move(about)});
  }
  page->Table({"Policy", "For", "What it is about"}, std::move(rows));
}

void AddHowToRead(const doc::Context& context, Page* page) {
  page->Heading(2, {Text("How to read this")}, "how-to-read");
  page->List(
      {{Text("What each caller may do was derived from the policies by proof, "
             "over all calls that a server's schema accepts; it is not a "
             "summary of their text.")},
       {Text("A tool's rules are tried from top to bottom within a policy. A "
             "rule that can never decide about the tool is not shown.")},
       {Text("A call that lacks what a rule reads, or gives it in another "
             "type, is denied.")},
       {Text("A column is for callers with that one role or grant. Who has "
             "several is decided with all of them.")},
       {Text("This page is of the policy set "), Code(context.digest()),
        Text(".")}});
}

bool HasPolicies(const sema::Program& program) {
  for (const sema::LoadedFile& file : program.files) {
    if (file.ast.header.is_policy) return true;
  }
  return false;
}

Page SetPage(const driver::Session& session, const std::string& output) {
  const doc::Context context(session, output);
  Page page;
  if (!HasPolicies(context.program())) {
    page.title = "Reference";
    AddDefinitions(context, &page);
    return page;
  }
  page.title = "What agents may do";
  AddPolicies(context, &page);
  AddServers(context, &page);
  AddLimits(context, &page);
  AddMarks(context, &page);
  AddApprovals(context, &page);
  AddAssertions(context, &page);
  AddHowToRead(context, &page);
  AddDefinitions(context, &page);
  return page;
}

Page LibraryPage() {
  source::Files files;
  diag::Diagnostics diags;
  Page page;
  page.title = "The standard library";
  std::vector<Line> contents;
  for (const stdlib::Module& module : stdlib::Modules()) {
    const std::string name(module.name);
    contents.push_back({Link(name, "#" + doc::Anchor("module " + name))});
  }
  page.List(std::move(contents));
  for (const stdlib::Module& module : stdlib::Modules()) {
    const std::string name(module.name);
    const auto id = files.Add(name, std::string(module.text));
    const std::optional<ast::File> file = syntax::Parse(files, id, &diags);
    POLC_CHECK(file.has_value(), "a module of the library: " + name);
    AddModule(files, *file, name, 2, &page);
  }
  return page;
}

}  // namespace

int RunDoc(const DocOptions& options) {
  const auto write = [&](const Page& page) {
    return WriteOutput(options.output, options.html ? doc::WriteHtml(page)
                                                    : doc::WriteMarkdown(page));
  };
  if (options.library) return write(LibraryPage());
  if (options.set.paths.empty()) {
    fmt::print(stderr,
               "polc doc: name policies, or `--library` for the library\n");
    return kCannotRun;
  }
  diag::Diagnostics diags;
  const driver::Session session =
      driver::Run(options.set, driver::Phase::kLower, &diags);
  // What only a catalog objects to is said, and the page is of what is left.
  PrintProblems(*session.set, &diags);
  if (!session.module || !session.languages) return kCannotRun;
  return write(SetPage(session, options.output));
}

}  // namespace polc::tool
