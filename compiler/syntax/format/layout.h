// Text that knows where it may be broken into lines, after D. C. Oppen,
// "Prettyprinting" (ACM TOPLAS 2(4), 1980): a flat sequence of texts, places
// to break and groups. A group that fits on its line has none of its breaks
// taken; one that does not has all of them taken or, if it is a filled one,
// only those it needs. It differs from Oppen's in looking ahead as far as it
// likes, since a declaration is in memory anyway: what follows a group up to
// the next break must fit with it.
//
// INVARIANT: no line of the result ends in a space, and no two lines in a row
// are blank.
#ifndef POLC_COMPILER_SYNTAX_FORMAT_LAYOUT_H_
#define POLC_COMPILER_SYNTAX_FORMAT_LAYOUT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polc::syntax {

class Layout {
 public:
  static constexpr int kColumns = 80;

  enum class Style : uint8_t {
    kAll,   // broken everywhere or nowhere
    kFill,  // broken where the next part does not fit
  };

  /// Texts must live until Print; one line each.
  void Text(std::string_view text);
  /// A text that pushes nothing to another line, however long: a comment. May
  /// hold line ends; with `shift` what follows these moves along with it.
  void Comment(std::string_view text, bool shift);
  void Space(int count = 1);

  /// A place to break: `width` spaces if it is not taken, else a new line
  /// `offset` columns right of where the group's lines begin.
  void Break(int width, int offset = 0);
  /// A new line, and all groups around it are broken.
  void Newline(int offset = 0);
  /// As Newline, unless the line is empty as yet.
  void FreshLine();
  /// A new line that begins where this one does.
  void SameLine();
  /// On an empty line, which is not the first: an empty line before it.
  void BlankLine();

  /// A group whose lines begin `indent` columns right of those of the group
  /// around it.
  void Begin(Style style, int indent);
  /// A group whose lines begin `indent` columns right of its first character.
  void BeginHere(Style style, int indent);
  void End();

  /// Appends the text, and the end of its last line, to `out`, which is empty
  /// or ends in a line end.
  void Print(std::string* out);

 private:
  enum class Op : uint8_t {
    kText,
    kComment,
    kSpace,
    kBreak,
    kNewline,
    kFreshLine,
    kSameLine,
    kBlankLine,
    kBegin,
    kBeginHere,
    kEnd,
  };

  struct Item {
    Op op = Op::kText;
    Style style = Style::kAll;
    bool shift = false;  // of a comment
    int32_t width = 0;   // if nothing is broken
    int32_t offset = 0;  // of a break or group
    std::string_view text;
    /// Of a group and of a break: the item before which what must fit with it
    /// ends. Of a group that is always broken: 0.
    size_t until = 0;
  };

  class Printer;

  static bool IsForced(Op op) {
    return op == Op::kNewline || op == Op::kFreshLine || op == Op::kSameLine;
  }
  void Add(Op op, int width, int offset);
  void Measure();

  std::vector<Item> items_;
  std::vector<int64_t> widths_;  // of all items before each
};

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_FORMAT_LAYOUT_H_
