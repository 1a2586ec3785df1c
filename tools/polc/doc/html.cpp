// A page as HTML: one file, no script, nothing fetched. It follows the
// reader's choice of light or dark, and prints.
#include <fmt/format.h>

#include <string_view>

#include "tools/polc/doc/page.h"

namespace polc::tool::doc {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e;
  --paper: #ffffff; --line: #d1d9e0; --shade: #f6f8fa; --link: #0969da;
  --allow: #116329; --allow-b: #dafbe1; --ask: #7d4e00; --ask-b: #fff3c4;
  --some: #0550ae; --some-b: #ddf0ff; --deny: #a40e26; --deny-b: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --line: #3d444d;
    --shade: #161b22; --link: #58a6ff; --allow: #7ee787; --allow-b: #12361f;
    --ask: #f2cc60; --ask-b: #3b2e0a; --some: #a5d6ff; --some-b: #0c2d55;
    --deny: #ffa198; --deny-b: #4c1317; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem;
  color: var(--ink); background: var(--paper);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.4rem; margin: 2.75rem 0 .75rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
a { color: var(--link); text-decoration-thickness: 1px;
  text-underline-offset: .15em; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, monospace;
  font-size: .875em; }
code { padding: .1em .3em; border-radius: .25rem; background: var(--shade);
  overflow-wrap: anywhere; }
pre { padding: .75rem 1rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--shade); overflow-x: auto;
  line-height: 1.45; }
.table { overflow-x: auto; margin: .75rem 0 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { padding: .45rem .7rem; border-bottom: 1px solid var(--line);
  text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem;
  border-bottom-width: 2px; white-space: nowrap; }
tbody th { font-weight: inherit; }
.even th:nth-child(1) { width: 17%; }
.even th:nth-child(2) { width: 40%; }
.even th:nth-child(3) { width: 25%; }
.tag { display: inline-block; padding: .05rem .5rem; border-radius: 1rem;
  font-size: .85rem; font-weight: 600; white-space: nowrap; }
.tag::before { margin-right: .35em; }
.allow { color: var(--allow); background: var(--allow-b); }
.allow::before { content: "\2713"; }
.ask { color: var(--ask); background: var(--ask-b); }
.ask::before { content: "?"; }
.some { color: var(--some); background: var(--some-b); }
.some::before { content: "\25D0"; }
.deny { color: var(--deny); background: var(--deny-b); }
.deny::before { content: "\2717"; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff;
    --line: #aaa; --shade: #fff; --link: #000; --allow: #000; --ask: #000;
    --some: #000; --deny: #000; --allow-b: #fff; --ask-b: #fff;
    --some-b: #fff; --deny-b: #fff; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  .tag { border: 1px solid; }
  .table { overflow: visible; }
  pre { white-space: pre-wrap; }
  h2, h3, h4 { break-after: avoid; }
  tr, pre { break-inside: avoid; }
  thead { display: table-header-group; } }
)css";

std::string Escaped(const std::string& text, bool lines = false) {
  std::string out;
  for (const char c : Shown(text, lines)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Written(const Line& line) {
  std::string out;
  for (const Inline& part : line) {
    const std::string text = Escaped(part.text);
    switch (part.kind) {
      case Inline::Kind::kText:
        out += text;
        break;
      case Inline::Kind::kCode:
        out += "<code>" + text + "</code>";
        break;
      case Inline::Kind::kStrong:
        out += "<strong>" + text + "</strong>";
        break;
      case Inline::Kind::kLink:
        out += "<a href=\"" + Href(part.target) + "\">" + text + "</a>";
        break;
      case Inline::Kind::kTag:
        out += "<span class=\"tag " + Escaped(part.target) + "\">" + text +
               "</span>";
        break;
      case Inline::Kind::kBreak:
        out += "<br>";
        break;
      case Inline::Kind::kAnchor:
        out += "<a id=\"" + Escaped(part.target) + "\"></a>";
        break;
    }
  }
  return out;
}

std::string Table(const Block& block) {
  std::string out = fmt::format("<div class=\"table\"><table{}>\n<thead><tr>",
                                block.even ? " class=\"even\"" : "");
  for (const std::string& cell : block.header) {
    out += "<th scope=\"col\">" + Escaped(cell) + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Line>& row : block.rows) {
    out += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? "<th scope=\"row\">" + Written(row[i]) + "</th>"
                    : "<td>" + Written(row[i]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table></div>\n";
}

std::string Heading(const Block& block) {
  const std::string id =
      block.anchor.empty() ? "" : " id=\"" + Escaped(block.anchor) + "\"";
  return fmt::format("<h{0}{1}>{2}</h{0}>\n", block.level, id,
                     Written(block.line));
}

}  // namespace

std::string WriteHtml(const Page& page) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'\">\n<title>";
  out += Escaped(page.title) + "</title>\n<style>" + std::string(kStyle) +
         "</style>\n</head>\n<body>\n<h1>" + Escaped(page.title) + "</h1>\n";
  for (const Block& block : page.blocks) {
    switch (block.kind) {
      case Block::Kind::kHeading:
        out += Heading(block);
        break;
      case Block::Kind::kParagraph:
        out += "<p>" + Written(block.line) + "</p>\n";
        break;
      case Block::Kind::kTable:
        out += Table(block);
        break;
      case Block::Kind::kList:
        out += "<ul>\n";
        for (const auto& item : block.rows) {
          out += "<li>" + Written(item[0]) + "</li>\n";
        }
        out += "</ul>\n";
        break;
      case Block::Kind::kCode:
        out += "<pre><code>" + Escaped(block.code, true) + "</code></pre>\n";
        break;
    }
  }
  return out + "</body>\n</html>\n";
}

}  // namespace polc::tool::doc
