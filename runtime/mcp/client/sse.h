// Server-sent events (WHATWG HTML, "server-sent events"): the data of each
// event out of a stream of bytes.
#ifndef POLC_RUNTIME_MCP_CLIENT_SSE_H_
#define POLC_RUNTIME_MCP_CLIENT_SSE_H_

#include <optional>
#include <string>
#include <string_view>

namespace polc::runtime::mcp {

/// Holds what was fed and not yet returned: whoever feeds it bounds it.
class SseReader {
 public:
  void Feed(std::string_view bytes) { input_ += bytes; }
  /// The data of the next whole event of type `message` that has any.
  std::optional<std::string> Next();

 private:
  std::optional<std::string_view> NextLine();
  void Field(std::string_view line);

  std::string input_;
  size_t at_ = 0;
  size_t searched_ = 0;  // no line ends before here
  bool after_cr_ = false;
  bool is_first_ = true;
  std::string data_;
  std::string type_;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_SSE_H_
