#include "tools/polc/doc/page.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "compiler/support/printable.h"
#include "compiler/support/utf8.h"

namespace polc::tool::doc {

Inline Text(std::string text) {
  return {Inline::Kind::kText, std::move(text), ""};
}
Inline Code(std::string text) {
  return {Inline::Kind::kCode, std::move(text), ""};
}
Inline Strong(std::string text) {
  return {Inline::Kind::kStrong, std::move(text), ""};
}
Inline Link(std::string text, std::string target) {
  return {Inline::Kind::kLink, std::move(text), std::move(target)};
}
Inline Tag(std::string text, std::string what) {
  return {Inline::Kind::kTag, std::move(text), std::move(what)};
}
Inline Break() { return {Inline::Kind::kBreak, "", ""}; }
Inline Place(std::string anchor) {
  return {Inline::Kind::kAnchor, "", std::move(anchor)};
}

void Append(Line* line, Line more) {
  for (Inline& part : more) line->push_back(std::move(part));
}
void Append(Line* line, Inline more) { line->push_back(std::move(more)); }

std::vector<Line> Paragraphs(const std::string& comment) {
  std::vector<Line> out;
  std::string text;
  bool code = false;
  Line line;
  const auto end_run = [&] {
    if (!text.empty()) line.push_back(code ? Code(text) : Text(text));
    text.clear();
  };
  const auto end_line = [&] {
    end_run();
    code = false;
    if (!line.empty()) out.push_back(std::move(line));
    line.clear();
  };
  for (size_t i = 0; i < comment.size(); ++i) {
    if (comment[i] == '\n' && i + 1 < comment.size() &&
        comment[i + 1] == '\n') {
      end_line();
      ++i;
    } else if (comment[i] == '`') {
      end_run();
      code = !code;
    } else {
      text += comment[i] == '\n' ? ' ' : comment[i];
    }
  }
  end_line();
  return out;
}

void Page::Heading(int level, Line line, std::string anchor) {
  Block& block = blocks.emplace_back();
  block.kind = Block::Kind::kHeading;
  block.level = level;
  block.line = std::move(line);
  block.anchor = std::move(anchor);
}

void Page::Paragraph(Line line) {
  blocks.emplace_back().line = std::move(line);
}

void Page::Comment(const std::string& comment) {
  for (Line& line : Paragraphs(comment)) Paragraph(std::move(line));
}

void Page::Table(std::vector<std::string> header,
                 std::vector<std::vector<Line>> rows) {
  Block& block = blocks.emplace_back();
  block.kind = Block::Kind::kTable;
  block.header = std::move(header);
  block.rows = std::move(rows);
}

void Page::List(std::vector<Line> items) {
  Block& block = blocks.emplace_back();
  block.kind = Block::Kind::kList;
  for (Line& item : items) block.rows.push_back({std::move(item)});
}

void Page::Source(std::string code) {
  Block& block = blocks.emplace_back();
  block.kind = Block::Kind::kCode;
  block.code = std::move(code);
}

std::string Shown(const std::string& text, bool lines) {
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    const uint32_t c = DecodeUtf8(text, &pos);
    if (c == '\n' && lines) {
      out += '\n';
    } else {
      AppendShown(c, &out);
    }
  }
  return out;
}

std::string Anchor(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '_';
    out += plain ? c : '-';
  }
  return out;
}

std::string Href(const std::string& target) {
  const size_t hash = target.rfind('#');
  std::string out;
  for (size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    if (i == hash || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  const bool rooted = out.starts_with('/') || out.starts_with('.');
  return hash == 0 || rooted ? out : "./" + out;
}

}  // namespace polc::tool::doc
