// Messages as the shim understands them: the hostile cases that are refused
// (test/cases/hostile.jsonl), and what the good ones mean.
#include "runtime/mcp/message.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace polc::runtime::mcp {
namespace {

std::string Decode64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<uint32_t>(digit);
    if ((count += 6) < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFF);
  }
  return out;
}

/// The cases that are written as a recipe.
std::string Generate(const std::string& id) {
  const std::string call = R"({"jsonrpc":"2.0","id":1,"method":"tools/call",)"
                           R"("params":{"name":"echo","arguments":{"x":)";
  if (id == "M42") return call + std::string(10'000, '9') + "}}}";
  if (id == "M54") {
    return call + std::string(62, '[') + std::string(62, ']') + "}}}";
  }
  if (id == "M57") return call + "\"" + std::string(6'000'000, 'a') + "\"}}}";
  if (id == "M60") return std::string(64 << 20, 'a');
  if (id == "M83") {
    return R"({"jsonrpc":"2.0","id":")" + std::string(1'000'000, 'x') +
           R"(","method":"tools/call","params":{"name":"echo"}})";
  }
  return "";
}

struct Case {
  std::string id;
  std::string text;
  std::string verdict;
  std::string reason;
  double code = 0;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  std::ifstream file("test/cases/hostile.jsonl");
  for (std::string line; std::getline(file, line);) {
    json::Reader reader;
    // Some inputs hold what the reader refuses; they are escaped here.
    if (reader.ReadLeavingNul(line)) {
      ADD_FAILURE() << line;
      continue;
    }
    const json::Value one = reader.root();
    const std::string_view layer = one.Find("layer").text();
    if (layer != "message" && layer != "name") continue;
    Case& out = cases.emplace_back();
    out.id = one.Find("id").text();
    if (const json::Value input = one.Find("input")) {
      out.text = input.text();
    } else if (const json::Value encoded = one.Find("input_b64")) {
      out.text = Decode64(encoded.text());
    } else {
      out.text = Generate(out.id);
      EXPECT_FALSE(out.text.empty()) << "no recipe for " << out.id;
    }
    const json::Value expected = one.Find("expected");
    out.verdict = expected.Find("verdict").text();
    if (const json::Value reason = expected.Find("reason")) {
      out.reason = reason.text();
    }
    if (const json::Value code = expected.Find("jsonrpc_error")) {
      out.code = code.number();
    }
  }
  return cases;
}

TEST(MessageTest, RefusesTheHostileCases) {
  const std::vector<Case> cases = Cases();
  ASSERT_GT(cases.size(), 70u);
  for (const Case& one : cases) {
    std::string_view line = one.text;
    if (line.ends_with('\r')) line.remove_suffix(1);
    // One message a line: the first line of this one decides.
    line = line.substr(0, line.find('\n'));
    if (line.empty()) continue;
    MessageReader reader;
    const Fault* fault = reader.Read(line);
    if (one.verdict != "reject") {
      EXPECT_EQ(fault, nullptr) << one.id << " " << (fault ? fault->name : "");
      continue;
    }
    ASSERT_NE(fault, nullptr) << one.id;
    EXPECT_EQ(fault->name, one.reason) << one.id;
    EXPECT_EQ(fault->code, one.code) << one.id;
  }
}

class ReadTest : public ::testing::Test {
 protected:
  const Fault* Read(std::string text) {
    text_ = std::move(text);
    return reader_.Read(text_);
  }
  std::string NameOf(std::string text) {
    const Fault* fault = Read(std::move(text));
    return fault ? std::string(fault->name) : "";
  }
  static std::string Request(const std::string& rest) {
    return R"({"jsonrpc":"2.0","id":7,)" + rest + "}";
  }

  std::string text_;
  MessageReader reader_;
};

TEST_F(ReadTest, RefusesTwinsOfKnownKeys) {
  EXPECT_EQ(NameOf(Request(R"("method":"ping","METHOD":"x")")),
            "json.key_case_twin");
  EXPECT_EQ(NameOf(Request(
                R"("method":"tools/call","params":{"name":"a","Name":"b"})")),
            "json.key_case_twin");
  EXPECT_EQ(NameOf(Request("\"method\":\"tools/call\",\"params\":{\"name\":"
                           "\"a\",\"argument\xC5\xBF\":{}}")),
            "json.key_case_twin");
  EXPECT_EQ(NameOf(Request("\"method\":\"ping\",\"params\":{"
                           "\"ta\xC5\xBF\xE2\x84\xAA\":{}}")),
            "json.key_case_twin");
  EXPECT_EQ(NameOf(Request(R"("method":"ping","params":{"other":{}})")), "");
}

TEST_F(ReadTest, TakesIdsThatEveryoneReadsAlike) {
  for (const char* id : {"1.0", "1e0", "-0", "1.5", "null", "true", "[]", "{}",
                         "9007199254740993", "\"\\u0000\""}) {
    EXPECT_NE(NameOf(R"({"jsonrpc":"2.0","method":"ping","id":)" +
                     std::string(id) + "}"),
              "")
        << id;
  }
  ASSERT_EQ(NameOf(R"({"jsonrpc":"2.0","method":"ping","\u0069d":"\u0061"})"),
            "");
  EXPECT_EQ(reader_.message().raw_id, "\"\\u0061\"");
  EXPECT_EQ(reader_.message().id, "sa");
  EXPECT_EQ(IdentityOf("1"), "n1");
  EXPECT_EQ(IdentityOf("\"1\""), "s1");
  EXPECT_EQ(IdentityOf("1.0"), "");
}

TEST_F(ReadTest, NeedsAnIdWhereOneIsDue) {
  EXPECT_EQ(NameOf(R"({"jsonrpc":"2.0","method":"tools/call",)"
                   R"("params":{"name":"echo"}})"),
            "rpc.id");
  EXPECT_EQ(NameOf(Request(R"("method":"notifications/progress")")), "rpc.id");
  EXPECT_EQ(NameOf(R"({"jsonrpc":"2.0","method":"notifications/progress"})"),
            "");
  EXPECT_EQ(reader_.message().kind, Kind::kNotification);
}

TEST_F(ReadTest, KnowsResponses) {
  ASSERT_EQ(NameOf(Request(R"("result":{})")), "");
  EXPECT_EQ(reader_.message().kind, Kind::kResponse);
  EXPECT_EQ(NameOf(Request(R"("result":{},"error":{})")), "rpc.shape");
  EXPECT_EQ(NameOf(Request(R"("result":{},"method":"ping")")), "rpc.shape");
  EXPECT_EQ(NameOf(R"({"jsonrpc":"2.0","result":{}})"), "rpc.id");
}

TEST_F(ReadTest, GivesPoliciesTheArgumentsOfTheTable) {
  ASSERT_EQ(NameOf(Request(R"("method":"resources/read","params":{"uri":"u",)"
                           R"("_meta":{"a":1},"x":2})")),
            "");
  const Message& message = reader_.message();
  EXPECT_EQ(message.resource, "u");
  EXPECT_EQ(message.args.Find("uri").text(), "u");
  EXPECT_EQ(message.args.Find("x").number(), 2);
  EXPECT_FALSE(message.args.Find("_meta"));
  ASSERT_EQ(NameOf(Request(
                R"("method":"completion/complete","params":{"uri":"other",)"
                R"("ref":{"type":"ref/resource","uri":"r"},"argument":{}})")),
            "");
  EXPECT_EQ(message.resource, "r");
  EXPECT_EQ(message.args.Find("uri").text(), "r");
  EXPECT_TRUE(message.args.Find("argument"));
  ASSERT_EQ(NameOf(Request(R"("method":"x/y","params":{"_meta":{},"a":1})")),
            "");
  EXPECT_EQ(message.info.revisions, 0);
  EXPECT_EQ(message.args.size(), 1u);
}

TEST_F(ReadTest, TellsNulInArgumentsFromNulElsewhere) {
  const std::string call = R"("method":"tools/call","params":{"name":"echo",)";
  EXPECT_EQ(NameOf(Request(call + R"("arguments":{"a":"\u0000"}})")), "");
  EXPECT_TRUE(reader_.message().has_nul_arguments);
  EXPECT_EQ(NameOf(Request(call + R"("x":"\u0000"})")), "json.nul");
  EXPECT_EQ(NameOf(Request(R"("method":"x\u0000")")), "json.nul");
}

TEST_F(ReadTest, ReadsTheRevisionThatAMessageCarries) {
  const auto meta = [](const std::string& version) {
    return Request(R"("method":"tools/list","params":{"_meta":{)"
                   R"("io.modelcontextprotocol/protocolVersion":)" +
                   version + "}}");
  };
  ASSERT_EQ(NameOf(meta("\"2026-07-28\"")), "");
  EXPECT_TRUE(reader_.message().is_modern);
  EXPECT_EQ(reader_.message().revision, kRev20260728);
  EXPECT_EQ(NameOf(meta("1")), "mcp.params_shape");
}

}  // namespace
}  // namespace polc::runtime::mcp
