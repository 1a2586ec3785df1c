// Two passes: Measure, from the end, finds how far what must fit on one line
// reaches; the printer, from the beginning, then only compares.
#include "compiler/syntax/format/layout.h"

#include <algorithm>

#include "compiler/support/check.h"

namespace polc::syntax {
namespace {

// Code points; good enough for comments and strings.
int32_t WidthOf(std::string_view text) {
  return static_cast<int32_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void Layout::Add(Op op, int width, int offset) {
  Item& item = items_.emplace_back();
  item.op = op;
  item.width = width;
  item.offset = offset;
}

void Layout::Text(std::string_view text) {
  Add(Op::kText, WidthOf(text), 0);
  items_.back().text = text;
}
void Layout::Comment(std::string_view text, bool shift) {
  Add(Op::kComment, 0, 0);
  items_.back().text = text;
  items_.back().shift = shift;
}
void Layout::Space(int count) { Add(Op::kSpace, count, 0); }
void Layout::Break(int width, int offset) { Add(Op::kBreak, width, offset); }
void Layout::Newline(int offset) { Add(Op::kNewline, 0, offset); }
void Layout::FreshLine() { Add(Op::kFreshLine, 0, 0); }
void Layout::SameLine() { Add(Op::kSameLine, 0, 0); }
void Layout::BlankLine() { Add(Op::kBlankLine, 0, 0); }
void Layout::Begin(Style style, int indent) {
  Add(Op::kBegin, 0, indent);
  items_.back().style = style;
}
void Layout::BeginHere(Style style, int indent) {
  Add(Op::kBeginHere, 0, indent);
  items_.back().style = style;
}
void Layout::End() { Add(Op::kEnd, 0, 0); }

void Layout::Measure() {
  widths_.assign(items_.size() + 1, 0);
  for (size_t i = 0; i < items_.size(); ++i) {
    widths_[i + 1] = widths_[i] + items_[i].width;
  }
  // What the groups that are open, seen from their ends, have met so far.
  struct Group {
    size_t next;  // the next break in the group, or what follows the group
    size_t after;
    bool forced = false;
  };
  size_t next = items_.size();  // the next place where a line may end
  std::vector<Group> open = {{next, next}};
  for (size_t i = items_.size(); i-- > 0;) {
    Item& item = items_[i];
    if (IsForced(item.op)) {
      open.back().forced = true;
      open.back().next = next = i;
    } else if (item.op == Op::kBreak) {
      item.until = open.back().next;
      open.back().next = next = i;
    } else if (item.op == Op::kEnd) {
      open.push_back({next, next});
    } else if (item.op == Op::kBegin || item.op == Op::kBeginHere) {
      const Group group = open.back();
      open.pop_back();
      POLC_CHECK(!open.empty(), "a group without an end");
      if (group.forced) {
        open.back().forced = true;
        // The first line of it must fit, the rest has lines of its own.
        open.back().next = group.next;
      } else {
        item.until = group.after;
      }
    }
  }
  POLC_CHECK(open.size() == 1, "an end without a group");
}

class Layout::Printer {
 public:
  Printer(const Layout& layout, std::string* out)
      : items_(layout.items_), widths_(layout.widths_), out_(out) {}

  void Run() {
    groups_.push_back({Style::kAll, true, 0});
    for (size_t i = 0; i < items_.size(); ++i) Print(i);
    if (!empty_) out_->push_back('\n');
  }

 private:
  struct Group {
    Style style;
    bool broken;
    int64_t indent;
  };

  void Print(size_t i) {
    const Item& item = items_[i];
    switch (item.op) {
      case Op::kText:
        return Write(item.text, item.width);
      case Op::kComment:
        return WriteLines(item.text, item.shift);
      case Op::kSpace:
        spaces_ += item.width;
        return;
      case Op::kBreak:
        return Break(i);
      case Op::kNewline:
        return NewLine(groups_.back().indent + item.offset);
      case Op::kFreshLine:
        return empty_ ? void() : NewLine(groups_.back().indent);
      case Op::kSameLine:
        return NewLine(indent_);
      case Op::kBlankLine:
        if (empty_ && !out_->empty() && !out_->ends_with("\n\n")) {
          out_->push_back('\n');
        }
        return;
      case Op::kBegin:
        groups_.push_back(
            {item.style, !Fits(i), groups_.back().indent + item.offset});
        return;
      case Op::kBeginHere:
        groups_.push_back({item.style, !Fits(i), Column() + item.offset});
        return;
      case Op::kEnd:
        groups_.pop_back();
        return;
    }
  }

  int64_t Column() const { return empty_ ? indent_ : column_ + spaces_; }

  // Whether what begins with the item `i` and must be on one line can be.
  bool Fits(size_t i) const {
    const size_t until = items_[i].until;
    return until != 0 && Column() + widths_[until] - widths_[i] <= kColumns;
  }

  void Write(std::string_view text, int64_t width) {
    if (empty_) {
      column_ = indent_;
      out_->append(static_cast<size_t>(indent_), ' ');
    } else {
      column_ += spaces_;
      out_->append(static_cast<size_t>(spaces_), ' ');
    }
    spaces_ = 0;
    empty_ = false;
    *out_ += text;
    column_ += width;
  }

  void WriteLines(std::string_view text, bool shift) {
    const auto margin = static_cast<size_t>(shift ? Column() : 0);
    size_t end = std::min(text.find('\n'), text.size());
    Write(text.substr(0, end), 0);
    while (end < text.size()) {
      const size_t begin = end + 1;
      end = std::min(text.find('\n', begin), text.size());
      out_->push_back('\n');
      out_->append(margin, ' ');
      *out_ += text.substr(begin, end - begin);
    }
  }

  void Break(size_t i) {
    const Group& group = groups_.back();
    const bool taken = group.broken && (group.style == Style::kAll || !Fits(i));
    if (taken) return NewLine(group.indent + items_[i].offset);
    spaces_ += items_[i].width;
  }

  // On an empty line it only says where that begins.
  void NewLine(int64_t indent) {
    if (!empty_) out_->push_back('\n');
    empty_ = true;
    spaces_ = 0;
    indent_ = std::max<int64_t>(indent, 0);
  }

  const std::vector<Item>& items_;
  const std::vector<int64_t>& widths_;
  std::string* out_;
  std::vector<Group> groups_;
  bool empty_ = true;   // nothing is on the line yet
  int64_t indent_ = 0;  // of the line
  int64_t column_ = 0;  // what is written of the line
  int64_t spaces_ = 0;  // to write if something follows on the line
};

void Layout::Print(std::string* out) {
  Measure();
  Printer(*this, out).Run();
}

}  // namespace polc::syntax
