// The parts of the client that read what a server sends over HTTP; the whole
// of it is tested end to end (test/e2e/scan*.test.mjs).
#include <gtest/gtest.h>

#include "runtime/mcp/client/inbox.h"
#include "runtime/mcp/client/sse.h"
#include "runtime/mcp/client/url.h"

namespace polc::runtime::mcp {
namespace {

// All events, fed in pieces of `step` bytes.
std::vector<std::string> Events(std::string_view text, size_t step) {
  SseReader reader;
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size(); at += step) {
    reader.Feed(text.substr(at, step));
    while (auto data = reader.Next()) out.push_back(*data);
  }
  return out;
}

TEST(Sse, ReadsEventsHoweverTheyAreCut) {
  const std::string_view text =
      "\xEF\xBB\xBF: comment\n"
      "data: one\n\n"
      "data:two\r\ndata: lines\r\n\r\n"
      "event: ping\ndata: not a message\n\n"
      "id: 7\ndata\n\n"
      "event: message\rdata:  three\r\r"
      "data: unfinished\n";
  const std::vector<std::string> want = {"one", "two\nlines", " three"};
  for (size_t step = 1; step <= text.size(); ++step) {
    EXPECT_EQ(Events(text, step), want) << step;
  }
}

TEST(Url, ReadsWhatIsOne) {
  std::string problem;
  const auto url = ParseUrl("https://Mcp.Example.com/a?b=c", &problem);
  ASSERT_TRUE(url) << problem;
  EXPECT_TRUE(url->is_https);
  EXPECT_EQ(url->host, "mcp.example.com");
  EXPECT_EQ(url->port, "443");
  EXPECT_EQ(url->target, "/a?b=c");
  const auto local = ParseUrl("http://[::1]:8080", &problem);
  ASSERT_TRUE(local) << problem;
  EXPECT_EQ(local->host, "::1");
  EXPECT_EQ(local->port, "8080");
  EXPECT_EQ(local->target, "/");
  EXPECT_EQ(local->authority, "[::1]:8080");
  EXPECT_TRUE(local->IsLoopback());
  EXPECT_FALSE(ParseUrl("http://127.evil.com/", &problem)->IsLoopback());
}

TEST(Url, RefusesWhatHasTwoReadings) {
  for (const char* text :
       {"", "ftp://a/", "https://", "https:///a", "https://u:p@a/",
        "https://a/#b", "https://a b/", "https://a:0/", "https://a:65536/",
        "https://a:x/", "https://a\r\nb/", "https://[::1/", "https://::1/",
        "https://[a]/", "https://a\\b/", "https://\u00e9/"}) {
    std::string problem;
    EXPECT_FALSE(ParseUrl(text, &problem)) << text;
    EXPECT_FALSE(problem.empty()) << text;
  }
}

TEST(Inbox, TakesItsAnswerAndNoOther) {
  using Event = Inbox::Event;
  Inbox inbox("\"polc:1\"");
  EXPECT_EQ(inbox.Take("starting..."), Event::kPassed);
  EXPECT_EQ(inbox.Take(R"({"jsonrpc":"2.0","id":"polc:2","result":{}})"),
            Event::kPassed);
  EXPECT_EQ(inbox.Take(R"({"jsonrpc":"2.0","id":1,"method":"ping"})"),
            Event::kReply);
  EXPECT_EQ(inbox.reply(), R"({"jsonrpc":"2.0","id":1,"result":{}})");
  EXPECT_EQ(inbox.Take(R"({"jsonrpc":"2.0","id":"x","method":"roots/list"})"),
            Event::kReply);
  EXPECT_NE(inbox.reply().find("-32601"), std::string::npos);
  EXPECT_EQ(inbox.Take(R"({"jsonrpc":"2.0","id":"polc:1","result":{}})"),
            Event::kAnswer);
}

TEST(Inbox, FailsOnAnAnswerThatIsNotStrict) {
  Inbox inbox("\"polc:1\"");
  EXPECT_EQ(
      inbox.Take(R"({"jsonrpc":"2.0","id":"polc:1","result":{"a":1,"a":2}})"),
      Inbox::Event::kFault);
  EXPECT_NE(inbox.problem().find("json.dup_key"), std::string::npos);
  EXPECT_EQ(inbox.TakeTooLong("\"polc:1\""), Inbox::Event::kFault);
}

}  // namespace
}  // namespace polc::runtime::mcp
