// A page as Markdown, as GitHub reads it. Every character that could begin
// something else than text is escaped, what GitHub links by itself included.
#include <algorithm>
#include <string_view>

#include "tools/polc/doc/page.h"

namespace polc::tool::doc {
namespace {

std::string_view Sign(const std::string& what) {
  if (what == "allow") return "\u2713 ";
  if (what == "ask") return "? ";
  if (what == "some") return "\u25d0 ";
  return "\u2717 ";
}

std::string Escaped(const std::string& text) {
  constexpr std::string_view kSpecial = "\\`*_{}[]<>#|~&@$";
  const std::string shown = Shown(text);
  std::string out;
  for (size_t i = 0; i < shown.size(); ++i) {
    const std::string_view rest = std::string_view(shown).substr(i);
    const bool begins =
        i == 0 && (shown[0] == '-' || shown[0] == '+' || shown[0] == '=');
    const bool numbers =
        shown[i] == '.' && i > 0 && shown.find_first_not_of("0123456789") == i;
    const bool linked =
        rest.starts_with("://") ||
        (rest.starts_with(".") && i >= 3 && shown.substr(i - 3, 3) == "www");
    if (kSpecial.find(shown[i]) != std::string_view::npos || begins ||
        numbers || linked) {
      out += '\\';
    }
    out += shown[i];
  }
  return out;
}

// A fence of `mark`s that does not stand in `text`.
std::string Fence(const std::string& text, size_t least) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(least, longest + 1), '`');
}

std::string CodeSpan(const std::string& text, bool in_table) {
  std::string shown = Shown(text);
  if (in_table) {
    for (size_t i = shown.find('|'); i != std::string::npos;
         i = shown.find('|', i + 2)) {
      shown.insert(i, 1, '\\');
    }
  }
  const std::string fence = Fence(shown, 1);
  const bool pad = shown.empty() || shown.front() == '`' ||
                   shown.back() == '`' || shown.front() == ' ';
  return fence + (pad ? " " + shown + " " : shown) + fence;
}

std::string Written(const Line& line, bool in_table) {
  std::string out;
  for (const Inline& part : line) {
    switch (part.kind) {
      case Inline::Kind::kText:
        out += Escaped(part.text);
        break;
      case Inline::Kind::kCode:
        out += CodeSpan(part.text, in_table);
        break;
      case Inline::Kind::kStrong:
        out += "**" + Escaped(part.text) + "**";
        break;
      case Inline::Kind::kLink:
        out += "[" + Escaped(part.text) + "](" + Href(part.target) + ")";
        break;
      case Inline::Kind::kTag:
        out += std::string(Sign(part.target)) + Escaped(part.text);
        break;
      case Inline::Kind::kBreak:
        out += "<br>";
        break;
      case Inline::Kind::kAnchor:
        out += "<a id=\"" + part.target + "\"></a>";
        break;
    }
  }
  return out;
}

std::string Row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out + "\n";
}

std::string Table(const Block& block) {
  std::vector<std::string> header;
  for (const std::string& cell : block.header) header.push_back(Escaped(cell));
  std::string out = Row(header);
  out += Row(std::vector<std::string>(header.size(), "---"));
  for (const std::vector<Line>& row : block.rows) {
    std::vector<std::string> cells;
    for (const Line& cell : row) cells.push_back(Written(cell, true));
    out += Row(cells);
  }
  return out + "\n";
}

}  // namespace

std::string WriteMarkdown(const Page& page) {
  std::string out = "# " + Escaped(page.title) + "\n\n";
  for (const Block& block : page.blocks) {
    switch (block.kind) {
      case Block::Kind::kHeading:
        if (!block.anchor.empty()) {
          out += "<a id=\"" + block.anchor + "\"></a>\n\n";
        }
        out += std::string(static_cast<size_t>(block.level), '#') + " " +
               Written(block.line, false) + "\n\n";
        break;
      case Block::Kind::kParagraph:
        out += Written(block.line, false) + "\n\n";
        break;
      case Block::Kind::kTable:
        out += Table(block);
        break;
      case Block::Kind::kList:
        for (const auto& item : block.rows) {
          out += "- " + Written(item[0], false) + "\n";
        }
        out += "\n";
        break;
      case Block::Kind::kCode: {
        const std::string shown = Shown(block.code, true);
        const std::string fence = Fence(shown, 3);
        out += fence + "pol\n" + shown + "\n" + fence + "\n\n";
        break;
      }
    }
  }
  out.pop_back();
  return out;
}

}  // namespace polc::tool::doc
