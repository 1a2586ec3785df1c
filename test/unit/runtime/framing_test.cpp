#include "runtime/mcp/framing.h"

#include <gtest/gtest.h>

#include <string>

namespace polc::runtime::mcp {
namespace {

using Event = LineReader::Event;

TEST(LineReaderTest, PutsPiecesTogether) {
  const std::string all = "one\ntwo\r\n\nfour\n";
  for (size_t piece = 1; piece <= all.size(); ++piece) {
    LineReader reader(100);
    std::string seen;
    for (size_t at = 0; at < all.size(); at += piece) {
      reader.Feed(all.substr(at, piece));
      while (reader.Next() == Event::kLine) {
        seen += std::string(reader.line()) + "|";
      }
    }
    EXPECT_EQ(seen, "one|two||four|") << piece;
    EXPECT_FALSE(reader.is_midline());
  }
}

TEST(LineReaderTest, PassesOverALongLineOnce) {
  for (const size_t piece : {1, 7, 1000}) {
    LineReader reader(10);
    const std::string all = "0123456789\n{\"a\":[1],\"id\":42}\nnext\n";
    std::string seen;
    for (size_t at = 0; at < all.size(); at += piece) {
      reader.Feed(std::string_view(all).substr(at, piece));
      for (Event e = reader.Next(); e != Event::kNone; e = reader.Next()) {
        seen += e == Event::kLine ? std::string(reader.line())
                                  : "(" + std::string(reader.id()) + ")";
        seen += '|';
      }
    }
    EXPECT_EQ(seen, "0123456789|(42)|next|") << piece;
  }
}

TEST(LineReaderTest, CountsALineWithoutEnd) {
  LineReader reader(1000);
  for (int i = 0; i < 100; ++i) {
    reader.Feed(std::string(1000, 'a'));
    EXPECT_EQ(reader.Next(), Event::kNone);
  }
  EXPECT_EQ(reader.passed_over(), 100'000u);
}

std::string IdOf(std::string_view text) {
  IdScanner scanner;
  for (const char c : text) scanner.Feed({&c, 1});
  return std::string(scanner.raw_id());
}

TEST(IdScannerTest, FindsTheOneIdOfTheMessage) {
  EXPECT_EQ(IdOf(R"({"id":1,"result":{"id":2}})"), "1");
  EXPECT_EQ(IdOf(R"({"result":{"id":2},"jsonrpc":"2.0","id": "a\"b" })"),
            R"("a\"b")");
  EXPECT_EQ(IdOf(R"({"result":["{\"id\":3"],"id":-4})"), "-4");
  EXPECT_EQ(IdOf(R"({"id":1,"id":2})"), "");
  EXPECT_EQ(IdOf(R"({"id":[1]})"), "");
  EXPECT_EQ(IdOf(R"({"x":"id","y":1})"), "");
  EXPECT_EQ(IdOf(R"([{"id":1}])"), "");
  EXPECT_EQ(IdOf("Server listening, id: 1"), "");
  EXPECT_EQ(IdOf("{\"id\":\"" + std::string(5000, 'x') + "\"}"), "");
}

}  // namespace
}  // namespace polc::runtime::mcp
