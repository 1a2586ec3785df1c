#include "compiler/import/comments.h"

#include <algorithm>
#include <utility>

#include "compiler/import/pol_text.h"

namespace polc::import {
namespace {

constexpr size_t kTriedBytes = 256u << 10;  // a file that blocks are tried in
constexpr size_t kTriedBlocks = 8;

size_t LineEnd(std::string_view text, size_t at) {
  return std::min(text.find('\n', at), text.size());
}

size_t Indent(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// `|` and `>`: the lines below that are as far in as the first of them.
size_t BlockEnd(std::string_view text, size_t at) {
  size_t indent = 0;
  size_t line = LineEnd(text, at);
  while (line < text.size()) {
    const size_t end = LineEnd(text, line + 1);
    const std::string_view next = text.substr(line + 1, end - line - 1);
    if (!IsBlank(next)) {
      if (indent == 0) indent = Indent(next);
      if (indent == 0 || Indent(next) < indent) break;
    }
    line = end;
  }
  return line;
}

// Where a `#` is part of a value: quoted texts, and the lines of blocks.
std::vector<std::pair<size_t, size_t>> Values(std::string_view text,
                                              const Document& document) {
  std::vector<std::pair<size_t, size_t>> out;
  for (const Node& node : document.nodes) {
    if (!node.is_scalar() || node.range.begin >= text.size()) continue;
    const char first = text[node.range.begin];
    if (first == '"' || first == '\'') {
      out.emplace_back(node.range.begin, node.range.end);
    } else if ((first == '|' || first == '>') && node.quoted) {
      out.emplace_back(LineEnd(text, node.range.begin),
                       BlockEnd(text, node.range.begin));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// A line of YAML: `key:`, `- key:`; no sentence, which has words before a
// colon.
bool LooksLikeYaml(std::string_view text) {
  text.remove_prefix(Indent(text));
  if (text.starts_with("- ")) text.remove_prefix(2);
  const size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  if (colon + 1 < text.size() && text[colon + 1] != ' ') return false;
  return text.substr(0, colon).find(' ') == std::string_view::npos;
}

bool IsRule(std::string_view text) {
  for (const std::string_view key :
       {"rules:", "rate_limit:", "conditions:", "action:", "hide:"}) {
    if (text.find(key) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Comments::Comments(std::string_view text, const Document& document)
    : text_(text) {
  const auto values = Values(text, document);
  size_t value = 0;
  for (size_t at = text.find('#'); at < text.size(); at = text.find('#', at)) {
    while (value < values.size() && values[value].second <= at) ++value;
    const bool inside = value < values.size() && values[value].first <= at;
    const bool separated =
        at == 0 || std::string_view(" \t\n\r").find(text[at - 1]) !=
                       std::string_view::npos;
    if (inside || !separated) {
      ++at;
      continue;
    }
    const size_t end = LineEnd(text, at);
    const size_t line = text.rfind('\n', at) == std::string_view::npos
                            ? 0
                            : text.rfind('\n', at) + 1;
    std::string_view words = text.substr(at + 1, end - at - 1);
    if (words.starts_with(' ')) words.remove_prefix(1);
    all_.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(end),
                    IsBlank(text.substr(line, at - line)),
                    std::string(Trimmed(words))});
    at = end;
  }
}

std::vector<std::string> Comments::Take(size_t end) {
  std::vector<std::string> out;
  for (; taken_ < end; ++taken_) out.push_back(all_[taken_].text);
  return out;
}

std::vector<std::string> Comments::TakeTo(uint32_t offset) {
  const size_t line_end = LineEnd(text_, offset);
  size_t end = taken_;
  while (end < all_.size() && all_[end].begin < line_end) ++end;
  return Take(end);
}

std::vector<std::string> Comments::TakeAbove(uint32_t offset) {
  size_t end = taken_;
  while (end < all_.size() && all_[end].begin < offset) ++end;
  // The run that ends on the line above belongs to what comes.
  size_t line = text_.rfind('\n', offset);
  while (end > taken_ && line != std::string_view::npos &&
         all_[end - 1].own_line && all_[end - 1].end == line) {
    --end;
    line = text_.rfind('\n', all_[end].begin);
  }
  return Take(end);
}

void Comments::Explain(const Remark& remark) {
  const auto at = std::find_if(all_.begin(), all_.end(), [&](const Comment& c) {
    return c.begin == remark.range.begin;
  });
  if (at == all_.end()) return;
  std::vector<Comment> lines;
  for (std::string& line : RemarkLines(remark)) {
    lines.push_back({at->begin, at->end, true, std::move(line)});
  }
  all_.insert(at, lines.begin(), lines.end());
}

std::vector<std::string> Comments::TakeRest() { return Take(all_.size()); }

std::vector<Remark> BrokenExamples(std::string_view text, source::FileId file,
                                   const std::vector<Comment>& comments) {
  std::vector<Remark> out;
  if (text.size() > kTriedBytes) return out;
  size_t tried = 0;
  for (size_t i = 0; i < comments.size() && tried < kTriedBlocks;) {
    // A run of comments, one on each line.
    size_t end = i + 1;
    while (end < comments.size() && comments[end].own_line &&
           text.substr(comments[end - 1].end,
                       comments[end].begin - comments[end - 1].end)
                   .find_first_not_of(" \n") == std::string_view::npos) {
      ++end;
    }
    // Sentences above the example stay comments.
    size_t begin = i;
    while (begin < end && !LooksLikeYaml(comments[begin].text)) ++begin;
    bool is_rule = false;
    for (size_t j = begin; j < end; ++j) is_rule |= IsRule(comments[j].text);
    if (begin < end && comments[begin].own_line && is_rule) {
      ++tried;
      std::string changed(text);
      for (size_t j = end; j > begin; --j) {
        const size_t at = comments[j - 1].begin;
        changed.erase(
            at, at + 1 < changed.size() && changed[at + 1] == ' ' ? 2 : 1);
      }
      if (!IsYaml(changed)) {
        out.push_back(
            {diag::Kind::kImportTrap,
             {file, comments[begin].begin, comments[begin].end},
             "this example is no YAML once its `#` are gone: it stands "
             "elsewhere than the lines around it",
             "indent it like its neighbors, or write the rule in Pol"});
      }
    }
    i = end;
  }
  return out;
}

}  // namespace polc::import
