#include "compiler/codegen/index/trie.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace polc::codegen {
namespace {

using Item = std::pair<Prefix, uint32_t>;

std::vector<uint32_t> With(const std::vector<uint32_t>& entries,
                           std::vector<uint32_t> more) {
  std::sort(more.begin(), more.end());
  std::vector<uint32_t> out;
  std::set_union(entries.begin(), entries.end(), more.begin(), more.end(),
                 std::back_inserter(out));
  return out;
}

class Maker {
 public:
  Maker(std::vector<Item> items, size_t max_bytes, Rows* rows, Blob* blob)
      : items_(std::move(items)), left_(max_bytes), rows_(rows), blob_(blob) {
    std::sort(items_.begin(), items_.end());
  }

  std::optional<Trie> Make(const std::vector<uint32_t>& any) {
    const uint32_t root = Add({}, 0, items_.size(), 0, any);
    if (is_over_) return std::nullopt;
    return Trie{root, shares_ / static_cast<double>(count_)};
  }

 private:
  uint32_t Row(const std::vector<uint32_t>& entries) {
    const size_t bytes = rows_->Bytes(entries.size());
    is_over_ = is_over_ || bytes > left_;
    if (is_over_) return 0;
    left_ -= bytes;
    return rows_->Make(entries);
  }

  // The node of the items in [first, last), which agree in `depth` bytes, the
  // last of them `label`; `inherited` are the entries of what was a prefix
  // above. Prefixes have at most 64 bytes, so recursion is shallow.
  uint32_t Add(std::string_view label, size_t first, size_t last, size_t depth,
               const std::vector<uint32_t>& inherited) {
    runtime::TableNode node;
    std::vector<uint32_t> going_on;
    std::vector<uint32_t> ending;
    while (first < last && items_[first].first.text.size() == depth) {
      const auto& [prefix, entry] = items_[first++];
      (prefix.goes_on ? going_on : ending).push_back(entry);
    }
    const std::vector<uint32_t> below =
        going_on.empty() ? inherited : With(inherited, std::move(going_on));
    node.below = Row(below);
    const std::vector<uint32_t> here =
        ending.empty() ? below : With(below, std::move(ending));
    node.here =
        ending.empty() && here.size() == below.size() ? node.below : Row(here);
    if (first == last || depth == 0) {
      shares_ += rows_->Share(here.size());
      ++count_;
    }
    std::string bytes;
    std::vector<uint32_t> children;
    while (first < last && !is_over_) {
      const size_t end = SameByte(first, last, depth);
      // What sorted items agree in, the first and the last of them do.
      const std::string& a = items_[first].first.text;
      const std::string& b = items_[end - 1].first.text;
      const size_t to = static_cast<size_t>(
          std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
          a.begin());
      bytes += a[depth];
      children.push_back(Add(std::string_view(a).substr(depth, to - depth),
                             first, end, to, below));
      first = end;
    }
    node.count = static_cast<uint16_t>(children.size());
    node.length = static_cast<uint16_t>(label.size());
    Words words;
    words.Append(node);
    words.AddRefs(children);
    words.AddText(std::string(label) + bytes);
    Charge(words.size() * sizeof(uint32_t));
    return blob_->Add(words);
  }

  void Charge(size_t bytes) {
    is_over_ = is_over_ || bytes > left_;
    left_ -= is_over_ ? 0 : bytes;
  }

  size_t SameByte(size_t first, size_t last, size_t depth) const {
    const char byte = items_[first].first.text[depth];
    size_t end = first + 1;
    while (end < last && items_[end].first.text[depth] == byte) ++end;
    return end;
  }

  std::vector<Item> items_;
  size_t left_;
  bool is_over_ = false;
  Rows* rows_;
  Blob* blob_;
  double shares_ = 0;
  size_t count_ = 0;
};

}  // namespace

std::optional<Trie> MakeTrie(std::vector<Item> prefixes,
                             std::vector<uint32_t> any, size_t max_bytes,
                             Rows* rows, Blob* blob) {
  return Maker(std::move(prefixes), max_bytes, rows, blob).Make(any);
}

}  // namespace polc::codegen
