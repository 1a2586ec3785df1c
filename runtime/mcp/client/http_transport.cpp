#include "runtime/mcp/client/http_transport.h"

#include <algorithm>

#include "runtime/mcp/client/sse.h"
#include "runtime/text.h"

namespace polc::runtime::mcp {
namespace {

using std::chrono::seconds;

constexpr seconds kGoodbye{2};
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream";
constexpr size_t kMaxSessionBytes = 1024;

// As the specification has it; anything else could smuggle a header.
bool IsSessionId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSessionBytes &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x21 && c <= 0x7E; });
}

std::string StatusProblem(const HttpHead& head) {
  const std::string status = std::to_string(head.status);
  if (head.status == 401 || head.status == 403) {
    return "the server wants other credentials (HTTP " + status +
           "); give them with `--header`";
  }
  if (head.status >= 300 && head.status < 400) {
    return "the server sends us to `" + Escaped(head.location) + "` (HTTP " +
           status + "), which is not followed; give that URL if you trust it";
  }
  return "the server answers with HTTP " + status;
}

}  // namespace

// The body of an answer on its way in: one JSON text, or events.
class HttpTransport::Body {
 public:
  explicit Body(std::string_view id) : inbox_(id) {}

  bool Take(const HttpHead& head, std::string_view piece) {
    if (!head.encoding.empty() && head.encoding != "identity") {
      problem_ = "the server's answer has the encoding `" +
                 Escaped(head.encoding) + "`, which was not asked for";
      return false;
    }
    if (head.content_type != kEvents) {
      text_ += piece;
      return true;
    }
    events_.Feed(piece);
    while (auto data = events_.Next()) {
      if (!TakeMessage(*data)) return false;
    }
    return true;
  }

  /// After the last piece of a body that was one JSON text.
  void Finish(const HttpHead& head) {
    if (head.content_type == kJson) (void)TakeMessage(text_);
  }

  std::string answer() { return std::move(answer_); }
  const std::string& problem() const { return problem_; }
  std::vector<std::string>& replies() { return replies_; }

 private:
  // False: nothing more is needed.
  bool TakeMessage(const std::string& text) {
    switch (inbox_.Take(text)) {
      case Inbox::Event::kAnswer:
        answer_ = text;
        return false;
      case Inbox::Event::kFault:
        problem_ = inbox_.problem();
        return false;
      case Inbox::Event::kReply:
        // Sent after the answer: no list depends on what we would say.
        if (replies_.size() < kMaxReplies) replies_.push_back(inbox_.reply());
        return true;
      case Inbox::Event::kPassed:
        return true;
    }
    return true;
  }

  static constexpr size_t kMaxReplies = 16;

  Inbox inbox_;
  SseReader events_;
  std::string text_;
  std::string answer_;
  std::string problem_;
  std::vector<std::string> replies_;
};

HttpTransport::HttpTransport(
    Url url, std::vector<std::pair<std::string, std::string>> headers)
    : url_(std::move(url)), headers_(std::move(headers)) {}

HttpTransport::~HttpTransport() {
  if (session_.empty()) return;
  HttpRequest request = Post("", "");
  request.verb = "DELETE";
  std::string problem;
  bool late = false;
  // A server may refuse; the session then ends by itself.
  (void)Fetch(
      url_, request, Clock::now() + kGoodbye,
      [](const HttpHead&, std::string_view) { return false; }, &problem, &late);
}

HttpRequest HttpTransport::Post(std::string_view method,
                                std::string_view text) const {
  HttpRequest request{.verb = "POST", .headers = headers_, .body = text};
  request.headers.emplace_back("Content-Type", kJson);
  request.headers.emplace_back(
      "Accept", std::string(kJson) + ", " + std::string(kEvents));
  if (!spoken_.revision.empty()) {
    request.headers.emplace_back("MCP-Protocol-Version", spoken_.revision);
  }
  if (spoken_.is_modern && !method.empty()) {
    request.headers.emplace_back("Mcp-Method", method);
  }
  if (!session_.empty()) {
    request.headers.emplace_back("Mcp-Session-Id", session_);
  }
  return request;
}

Reply HttpTransport::Judge(const HttpHead& head, Body* body,
                           std::string problem, bool late) {
  Reply reply;
  reply.status = head.status;
  body->Finish(head);
  reply.text = body->answer();
  if (!reply.text.empty()) {
    reply.ending = Ending::kAnswered;
  } else if (late || !problem.empty()) {
    reply.ending = late ? Ending::kLate : Ending::kClosed;
    reply.problem = std::move(problem);
  } else if (head.status != 200) {
    reply.ending = Ending::kBroken;
    reply.problem = StatusProblem(head);
  } else if (!body->problem().empty()) {
    reply.ending = Ending::kBroken;
    reply.problem = body->problem();
  } else if (head.content_type != kJson && head.content_type != kEvents) {
    reply.ending = Ending::kBroken;
    reply.problem = "the server answers with `" + Escaped(head.content_type) +
                    "`, not with JSON or events: is that the address of an "
                    "MCP endpoint";
  } else {
    reply.ending = Ending::kBroken;
    reply.problem = "the server's answer ends before the message does";
  }
  return reply;
}

Reply HttpTransport::Ask(const Request& request, Deadline deadline) {
  Body body(request.id);
  std::string problem;
  bool late = false;
  const HttpHead head = Fetch(
      url_, Post(request.method, request.text), deadline,
      [&](const HttpHead& h, std::string_view piece) {
        return body.Take(h, piece);
      },
      &problem, &late);
  if (request.method == "initialize" && IsSessionId(head.session)) {
    session_ = head.session;
  }
  Reply reply = Judge(head, &body, std::move(problem), late);
  for (const std::string& answer : body.replies()) {
    (void)Tell("", answer, deadline);
  }
  return reply;
}

std::string HttpTransport::Tell(std::string_view method, std::string_view text,
                                Deadline deadline) {
  std::string problem;
  bool late = false;
  const HttpHead head = Fetch(
      url_, Post(method, text), deadline,
      [](const HttpHead&, std::string_view) { return false; }, &problem, &late);
  if (head.status >= 300) return StatusProblem(head);
  return head.status == 0 ? problem : "";
}

std::string HttpTransport::Restart() {
  session_.clear();
  spoken_ = {};
  return "";
}

}  // namespace polc::runtime::mcp
