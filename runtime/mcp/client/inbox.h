// What a server says while a client waits for one answer: the answer, requests
// of the server's own, notifications, and whatever a hostile one sends.
#ifndef POLC_RUNTIME_MCP_CLIENT_INBOX_H_
#define POLC_RUNTIME_MCP_CLIENT_INBOX_H_

#include <string>
#include <string_view>

#include "runtime/mcp/message.h"

namespace polc::runtime::mcp {

class Inbox {
 public:
  /// `id`: of the awaited response, as it was sent.
  explicit Inbox(std::string_view id);

  enum class Event : unsigned char {
    kPassed,  // nothing that concerns us
    kAnswer,  // the text is the awaited response, strictly read
    kReply,   // reply() must be sent: the server asked something
    kFault,   // problem() says why the exchange can't go on
  };
  /// `text`: one message.
  Event Take(std::string_view text);
  /// A message that was too long to be held; `id` is its id, or empty.
  Event TakeTooLong(std::string_view id);

  const std::string& reply() const { return reply_; }
  const std::string& problem() const { return problem_; }

 private:
  Event Fail(std::string problem);
  Event ReplyTo(const Message& request);

  MessageReader reader_;
  std::string id_;  // as Message::id
  std::string reply_;
  std::string problem_;
  int messages_ = 0;
  size_t bytes_ = 0;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_CLIENT_INBOX_H_
