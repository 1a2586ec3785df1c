#include "compiler/import/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "compiler/support/limits.h"
#include "compiler/support/utf8.h"

namespace polc::import {
namespace {

using diag::Kind;
using source::FileId;
using source::Range;

constexpr std::string_view kMark = "\xEF\xBB\xBF";

// Ends a parse that goes beyond its bounds, from inside yaml-cpp.
struct Stop {
  Range where;
  std::string message;
};

// Keeps what the parser announces, as a tree.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, FileId file, uint32_t shift)
      : text_(text), file_(file), shift_(shift) {}

  Document Take() { return std::move(out_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node* node = Add(mark, anchor);
    node->range.end = WordEnd(node->range.begin);
    Close(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    const Range where = At(mark);
    if (known == anchors_.end() || weights_.count(known->second) == 0) {
      throw Stop{where, "an alias inside what it stands for"};
    }
    Put(known->second, weights_[known->second], where);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    Node* node = Add(mark, anchor);
    CheckTag(tag, node->range);
    node->quoted = tag != "?";
    node->text = value;
    node->range.end = ScalarEnd(node->range.begin, value);
    Close(node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor)->kind = Node::Kind::kList;
  }
  void OnSequenceEnd() override { End(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor)->kind = Node::Kind::kMap;
  }
  void OnMapEnd() override {
    Merge(open_.back().node);
    End();
  }

 private:
  struct Frame {
    Node* node = nullptr;
    const Node* key = nullptr;  // of a map: waits for its value
    size_t weight = 1;          // values below, aliases as they repeat
  };

  Range At(const YAML::Mark& mark) const {
    const uint32_t size = static_cast<uint32_t>(text_.size());
    const uint32_t begin = std::min(
        size, mark.is_null() ? 0u : static_cast<uint32_t>(mark.pos) + shift_);
    return {file_, begin, std::min(size, begin + 1)};
  }

  uint32_t WordEnd(uint32_t begin) const {
    size_t end = begin;
    while (end < text_.size() &&
           std::string_view(" \t\r\n,]}#").find(text_[end]) ==
               std::string_view::npos) {
      ++end;
    }
    return static_cast<uint32_t>(end);
  }

  // Of what is quoted, the closing quote; else as long as the value is.
  uint32_t ScalarEnd(uint32_t begin, const std::string& value) const {
    if (begin >= text_.size()) return begin;
    const char quote = text_[begin];
    size_t end = begin + 1;
    if (quote == '"' || quote == '\'') {
      while (end < text_.size() && text_[end] != quote) {
        end += quote == '"' && text_[end] == '\\' ? 2 : 1;
      }
      ++end;
    } else {
      end = begin + std::min(value.size(), text_.find('\n', begin) - begin);
    }
    return static_cast<uint32_t>(std::min(end, text_.size()));
  }

  static void CheckTag(const std::string& tag, Range where) {
    if (tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    throw Stop{where, fmt::format("the tag `{}` is not read", tag)};
  }

  Node* Add(const YAML::Mark& mark, YAML::anchor_t anchor) {
    Node* node = &out_.nodes.emplace_back();
    node->range = At(mark);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    return node;
  }

  Node* Open(const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    Node* node = Add(mark, anchor);
    if (tag != "?" && !tag.empty()) CheckTag(tag, node->range);
    if (open_.size() >= kLimits.nesting) {
      throw Stop{
          node->range,
          fmt::format("this is nested deeper than {} levels", kLimits.nesting)};
    }
    open_.push_back({node});
    return node;
  }

  void Close(Node* node) {
    weights_[node] = 1;
    Put(node, 1, node->range);
  }

  void End() {
    const Frame frame = open_.back();
    open_.pop_back();
    weights_[frame.node] = frame.weight;
    Put(frame.node, frame.weight, frame.node->range);
  }

  // A finished node goes where the tree stands open.
  void Put(const Node* node, size_t weight, Range where) {
    if (open_.empty()) {
      out_.root = node;
      return;
    }
    Frame& top = open_.back();
    top.weight += weight;
    if (top.weight > kLimits.import_values) {
      throw Stop{where, fmt::format("the file has more than {} values",
                                    kLimits.import_values)};
    }
    if (top.node->is_list()) {
      top.node->items.push_back(node);
    } else if (top.key == nullptr) {
      if (!node->is_scalar()) throw Stop{where, "a key is text"};
      top.key = node;
    } else {
      top.node->members.emplace_back(top.key, node);
      top.key = nullptr;
    }
  }

  // `<<: *base` brings in the members of `base` that are not written here.
  void Merge(Node* map) {
    std::set<std::string_view> seen;
    std::vector<const Node*> bases;
    auto written = std::move(map->members);
    map->members.clear();
    for (const auto& [key, value] : written) {
      if (key->text == "<<" && !key->quoted) {
        if (value->is_list()) bases = value->items;
        if (value->is_map()) bases = {value};
        if (bases.empty()) throw Stop{key->range, "`<<` takes a mapping"};
        continue;
      }
      if (!seen.insert(key->text).second) {
        throw Stop{key->range,
                   fmt::format("key `{}` is here twice", key->text)};
      }
      map->members.emplace_back(key, value);
    }
    for (const Node* base : bases) {
      if (!base->is_map()) throw Stop{base->range, "`<<` takes a mapping"};
      for (const auto& member : base->members) {
        if (seen.insert(member.first->text).second) {
          map->members.push_back(member);
        }
      }
    }
  }

  std::string_view text_;
  FileId file_;
  uint32_t shift_;
  Document out_;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, Node*> anchors_;
  std::map<const Node*, size_t> weights_;  // of finished nodes
};

// A second document is only looked for, not read.
class SecondFinder : public YAML::EventHandler {
 public:
  struct Found {
    int pos;
  };
  void OnDocumentStart(const YAML::Mark& mark) override {
    throw Found{mark.pos};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

int HexValue(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return digits.size() == 4 ? value : -1;
}

// JSON writes code points past U+FFFF as two escapes, which YAML does not
// know. Its own spelling, with a folded line end before it, is as long, so
// that places stay what they are.
std::string JoinSurrogates(std::string text) {
  for (size_t at = text.find("\\u"); at != std::string::npos;
       at = text.find("\\u", at + 2)) {
    size_t slashes = 0;
    while (slashes < at && text[at - 1 - slashes] == '\\') ++slashes;
    if (slashes % 2 != 0 || at + 12 > text.size()) continue;
    if (text.compare(at + 6, 2, "\\u") != 0) continue;
    const int high = HexValue(std::string_view(text).substr(at + 2, 4));
    const int low = HexValue(std::string_view(text).substr(at + 8, 4));
    if (high < 0xD800 || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
      continue;
    }
    const int point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    text.replace(at, 12, fmt::format("\\\n\\U{:08X}", point));
  }
  return text;
}

class DocumentReader {
 public:
  DocumentReader(const source::Files& files, FileId file,
                 diag::Diagnostics* diags)
      : text_(files.file(file).text), file_(file), diags_(*diags) {}

  std::optional<Document> Run() {
    if (!IsText()) return std::nullopt;
    const bool marked = text_.starts_with(kMark);
    if (marked) text_.remove_prefix(kMark.size());
    const uint32_t shift = marked ? kMark.size() : 0;
    std::istringstream in(JoinSurrogates(std::string(text_)));
    try {
      return Read(&in, shift);
    } catch (const Stop& stop) {
      Report(stop.where, stop.message);
    } catch (const YAML::Exception& e) {
      const uint32_t size = static_cast<uint32_t>(text_.size()) + shift;
      const uint32_t at = std::min(
          size,
          e.mark.is_null() ? 0 : static_cast<uint32_t>(e.mark.pos) + shift);
      Report({file_, at, at}, fmt::format("cannot read this file: {}", e.msg));
    }
    return std::nullopt;
  }

 private:
  void Report(Range where, std::string message) {
    diags_.Report(Kind::kImportProblem, where, std::move(message));
  }

  bool IsText() {
    size_t bad = FindInvalidUtf8(text_);
    if (bad == std::string_view::npos) bad = text_.find('\0');
    if (bad == std::string_view::npos) return true;
    const auto at = static_cast<uint32_t>(bad);
    diags_.Report(Kind::kInvalidUtf8, {file_, at, at + 1},
                  "this byte is not part of a text in UTF-8");
    return false;
  }

  std::optional<Document> Read(std::istream* in, uint32_t shift) {
    YAML::Parser parser(*in);
    const std::string_view all(text_.data() - shift, text_.size() + shift);
    TreeBuilder tree(all, file_, shift);
    const bool any = parser.HandleNextDocument(tree);
    Document out = tree.Take();
    if (!any || out.root == nullptr) {
      Report({file_, 0, 0}, "the file is empty");
      return std::nullopt;
    }
    try {
      SecondFinder finder;
      parser.HandleNextDocument(finder);
    } catch (const SecondFinder::Found& found) {
      const auto at = std::min(static_cast<uint32_t>(all.size()),
                               static_cast<uint32_t>(found.pos) + shift);
      out.second = Range{file_, at, at};
    }
    return out;
  }

  std::string_view text_;
  FileId file_;
  diag::Diagnostics& diags_;
};

}  // namespace

bool Node::is_null() const {
  return is_scalar() && !quoted &&
         (text.empty() || text == "~" || text == "null" || text == "Null" ||
          text == "NULL");
}

const Node* Node::Find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name->text == key) return value;
  }
  return nullptr;
}

std::optional<Document> ReadDocument(const source::Files& files,
                                     source::FileId file,
                                     diag::Diagnostics* diags) {
  return DocumentReader(files, file, diags).Run();
}

bool IsYaml(const std::string& text) {
  source::Files files;
  diag::Diagnostics unused;
  return ReadDocument(files, files.Add("", text), &unused).has_value();
}

}  // namespace polc::import
