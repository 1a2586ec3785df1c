#include "runtime/mcp/framing.h"

#include <algorithm>

namespace polc::runtime::mcp {
namespace {

// Buffers that grew beyond this are given back once they are empty.
constexpr size_t kKeptBytes = size_t{256} << 10;

}  // namespace

void LineReader::Compact() {
  if (at_ == input_.size() && input_.capacity() > kKeptBytes) {
    input_ = std::string();
  } else {
    input_.erase(0, at_);
  }
  searched_ -= at_;
  at_ = 0;
}

LineReader::Event LineReader::PassOver() {
  const size_t newline = input_.find('\n', at_);
  const bool ends = newline != std::string::npos;
  const size_t end = ends ? newline : input_.size();
  scanner_.Feed(std::string_view(input_).substr(at_, end - at_));
  passed_over_ += end - at_;
  at_ = searched_ = ends ? end + 1 : end;
  if (!ends) {
    Compact();
    return Event::kNone;
  }
  passed_over_ = 0;
  return Event::kTooLong;
}

LineReader::Event LineReader::Next() {
  line_ = {};
  if (passed_over_ > 0) return PassOver();
  const size_t newline = input_.find('\n', std::max(at_, searched_));
  if (newline == std::string::npos) {
    searched_ = input_.size();
    // One more byte than the bound may be a `\r`.
    if (input_.size() - at_ > max_bytes_ + 1) {
      scanner_ = IdScanner();
      return PassOver();
    }
    if (at_ > 0) Compact();
    return Event::kNone;
  }
  line_ = std::string_view(input_).substr(at_, newline - at_);
  at_ = searched_ = newline + 1;
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  if (line_.size() <= max_bytes_) return Event::kLine;
  scanner_ = IdScanner();
  scanner_.Feed(line_);
  line_ = {};
  return Event::kTooLong;
}

}  // namespace polc::runtime::mcp
