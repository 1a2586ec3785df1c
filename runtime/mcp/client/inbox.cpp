#include "runtime/mcp/client/inbox.h"

#include "runtime/mcp/client/transport.h"
#include "runtime/mcp/id_scanner.h"

namespace polc::runtime::mcp {
namespace {

std::string Why(const Fault& fault) {
  return "the server's answer is refused: " + std::string(fault.text) + " (" +
         std::string(fault.name) + ")";
}

}  // namespace

Inbox::Inbox(std::string_view id) : id_(IdentityOf(id)) { reader_.AllowNul(); }

Inbox::Event Inbox::Fail(std::string problem) {
  problem_ = std::move(problem);
  return Event::kFault;
}

Inbox::Event Inbox::Take(std::string_view text) {
  bytes_ += text.size();
  if (++messages_ > kMaxExchangeMessages || bytes_ > kMaxExchangeBytes) {
    return Fail("the server sends without end and never answers");
  }
  if (const Fault* fault = reader_.Read(text)) {
    // Servers write logs where only messages belong; that is passed over, but
    // an answer that can't be read is an answer nevertheless.
    IdScanner scanner;
    scanner.Feed(text);
    if (IdentityOf(scanner.raw_id()) == id_) return Fail(Why(*fault));
    return Event::kPassed;
  }
  const Message& message = reader_.message();
  if (message.kind == Kind::kRequest) return ReplyTo(message);
  if (message.kind == Kind::kResponse && message.id == id_) {
    return Event::kAnswer;
  }
  return Event::kPassed;
}

Inbox::Event Inbox::TakeTooLong(std::string_view id) {
  if (IdentityOf(id) == id_) return Fail(Why(runtime::fault::kTooLarge));
  if (++messages_ > kMaxExchangeMessages) {
    return Fail("the server sends without end and never answers");
  }
  return Event::kPassed;
}

// A client that offers no capabilities answers pings and nothing else.
Inbox::Event Inbox::ReplyTo(const Message& request) {
  reply_ = R"({"jsonrpc":"2.0","id":)" + std::string(request.raw_id);
  reply_ += request.method == "ping"
                ? R"(,"result":{}})"
                : R"(,"error":{"code":-32601,"message":"Method not found"}})";
  return Event::kReply;
}

}  // namespace polc::runtime::mcp
