#include "runtime/mcp/client/sse.h"

#include <algorithm>

namespace polc::runtime::mcp {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
// What is dropped from the front at once, so that feeding stays linear.
constexpr size_t kDropped = size_t{64} << 10;

}  // namespace

// Lines end with `\n`, `\r` or `\r\n`. A `\r` ends its line at once; a `\n`
// that comes after it, maybe much later, is no line of its own.
std::optional<std::string_view> SseReader::NextLine() {
  if (after_cr_ && at_ < input_.size()) {
    if (input_[at_] == '\n') ++at_;
    after_cr_ = false;
  }
  const size_t end = input_.find_first_of("\r\n", std::max(at_, searched_));
  searched_ = input_.size();
  if (end == std::string::npos) return std::nullopt;
  searched_ = 0;
  after_cr_ = input_[end] == '\r';
  std::string_view line = std::string_view(input_).substr(at_, end - at_);
  at_ = end + 1;
  if (is_first_ && line.starts_with(kBom)) line.remove_prefix(kBom.size());
  is_first_ = false;
  return line;
}

void SseReader::Field(std::string_view line) {
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value;
  if (colon != std::string_view::npos) value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    data_ += value;
    data_ += '\n';
  } else if (name == "event") {
    type_ = value;
  }
}

std::optional<std::string> SseReader::Next() {
  if (at_ > kDropped) {
    input_.erase(0, at_);
    searched_ -= std::min(searched_, at_);
    at_ = 0;
  }
  while (const auto line = NextLine()) {
    if (!line->empty()) {
      Field(*line);
      continue;
    }
    const bool is_message = type_.empty() || type_ == "message";
    std::string data = std::move(data_);
    data_.clear();
    type_.clear();
    if (!is_message || data.empty()) continue;
    data.pop_back();
    // A stream may be primed by an event without data.
    if (!data.empty()) return data;
  }
  return std::nullopt;
}

}  // namespace polc::runtime::mcp
