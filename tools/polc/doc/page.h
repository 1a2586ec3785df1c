// A page as `polc doc` builds it, before it is Markdown or HTML. Text in it is
// what a policy or a server wrote: the writers escape it.
#ifndef POLC_TOOLS_POLC_DOC_PAGE_H_
#define POLC_TOOLS_POLC_DOC_PAGE_H_

#include <string>
#include <vector>

namespace polc::tool::doc {

/// A run of text within a line.
struct Inline {
  enum class Kind : uint8_t {
    kText,
    kCode,
    kStrong,
    kLink,    // to `target`, a file or `#anchor`
    kTag,     // a word that says an outcome; `target` is its class
    kBreak,   // a new line
    kAnchor,  // a place that `#target` leads to
  };
  Kind kind = Kind::kText;
  std::string text;
  std::string target;
  bool operator==(const Inline&) const = default;
};

using Line = std::vector<Inline>;

Inline Text(std::string text);
Inline Code(std::string text);
Inline Strong(std::string text);
Inline Link(std::string text, std::string target);
/// `what` is one of "allow", "ask", "deny", "some".
Inline Tag(std::string text, std::string what);
Inline Break();
Inline Place(std::string anchor);

void Append(Line* line, Line more);
void Append(Line* line, Inline more);
/// The comment's paragraphs; what stands between backticks is code.
std::vector<Line> Paragraphs(const std::string& comment);

struct Block {
  enum class Kind : uint8_t { kHeading, kParagraph, kTable, kCode, kList };
  Kind kind = Kind::kParagraph;
  int level = 1;                        // of kHeading
  std::string anchor;                   // of kHeading, or empty
  Line line;                            // of kHeading and kParagraph
  std::vector<std::string> header;      // of kTable
  std::vector<std::vector<Line>> rows;  // of kTable; of kList one cell each
  bool even = false;  // of kTable: columns as wide as in its neighbors
  std::string code;   // of kCode
};

struct Page {
  std::string title;
  std::vector<Block> blocks;

  void Heading(int level, Line line, std::string anchor = "");
  void Paragraph(Line line);
  void Comment(const std::string& comment);
  void Table(std::vector<std::string> header,
             std::vector<std::vector<Line>> rows);
  void List(std::vector<Line> items);
  void Source(std::string code);
};

/// `text` with control characters, and those that hide or reorder text, as
/// `\u{202e}`; line ends stay if `lines`.
std::string Shown(const std::string& text, bool lines = false);
/// A name for anchors: letters, digits and `-`.
std::string Anchor(const std::string& text);

/// `file#anchor` or `#anchor` as a relative URL: no character of it means
/// anything else, and it has no scheme.
std::string Href(const std::string& target);

std::string WriteMarkdown(const Page& page);
/// A whole document that names nothing outside itself.
std::string WriteHtml(const Page& page);

}  // namespace polc::tool::doc

#endif  // POLC_TOOLS_POLC_DOC_PAGE_H_
