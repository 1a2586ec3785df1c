#include "runtime/mcp/id_scanner.h"

#include "runtime/mcp/message.h"

namespace polc::runtime::mcp {

void IdScanner::EndToken() {
  if (expect_ == Expect::kValue && is_id_ && !token_.empty()) {
    ++ids_;
    id_ = token_.size() <= kMaxIdBytes ? token_ : "";
    expect_ = Expect::kNothing;
  }
  token_.clear();
}

void IdScanner::EndString() {
  in_string_ = false;
  if (depth_ != 1) return;
  if (expect_ == Expect::kKey) {
    is_id_ = token_ == "\"id\"";
    expect_ = Expect::kColon;
    token_.clear();
  } else {
    EndToken();
  }
}

void IdScanner::FeedInString(char c) {
  if (depth_ == 1 && token_.size() <= kMaxIdBytes) token_ += c;
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    EndString();
  }
}

void IdScanner::FeedOne(char c) {
  if (in_string_) return FeedInString(c);
  switch (c) {
    case '"':
      in_string_ = true;
      if (depth_ == 1) token_ = "\"";
      return;
    case '{':
    case '[':
      if (depth_ == 1) token_.clear();
      if (++depth_ == 1) expect_ = Expect::kKey;
      return;
    case '}':
    case ']':
      if (depth_ == 1) EndToken();
      if (depth_ > 0) --depth_;
      return;
    case ',':
      if (depth_ != 1) return;
      EndToken();
      expect_ = Expect::kKey;
      return;
    case ':':
      if (depth_ == 1 && expect_ == Expect::kColon) expect_ = Expect::kValue;
      return;
    case ' ':
    case '\t':
    case '\r':
      if (depth_ == 1) EndToken();
      return;
    default:
      if (depth_ == 1 && token_.size() <= kMaxIdBytes) token_ += c;
      return;
  }
}

void IdScanner::Feed(std::string_view piece) {
  for (const char c : piece) FeedOne(c);
}

std::string_view IdScanner::raw_id() const {
  return ids_ == 1 ? std::string_view(id_) : std::string_view();
}

}  // namespace polc::runtime::mcp
