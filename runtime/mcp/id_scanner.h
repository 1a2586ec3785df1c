// Finds the id of a message that is too long, or too odd, to be read: in
// pieces, in constant memory, so that whoever waits for it gets an answer.
#ifndef POLC_RUNTIME_MCP_ID_SCANNER_H_
#define POLC_RUNTIME_MCP_ID_SCANNER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace polc::runtime::mcp {

class IdScanner {
 public:
  /// The next piece of the message.
  void Feed(std::string_view piece);

  /// The text of the member `id` of the message's object, as written; empty if
  /// there was none, more than one, or one that is no string or number.
  std::string_view raw_id() const;

 private:
  void FeedOne(char c);
  void FeedInString(char c);
  void EndString();
  void EndToken();

  enum class Expect : char { kKey, kColon, kValue, kNothing };

  size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  Expect expect_ = Expect::kNothing;  // at depth 1
  bool is_id_ = false;                // the key just read is `id`
  std::string token_;                 // of the key, or of the id
  std::string id_;
  int ids_ = 0;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_ID_SCANNER_H_
