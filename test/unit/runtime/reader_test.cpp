#include "runtime/json/reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>

namespace polc::runtime {
namespace {

std::string FaultOf(std::string_view text) {
  json::Reader reader;
  const Fault* fault = reader.Read(text);
  return fault ? std::string(fault->name) : "";
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(ReaderTest, RefusesWhatReadersDisagreeAbout) {
  using std::string_literals::operator""s;
  const std::pair<std::string, std::string_view> table[] = {
      {"", "json.syntax"},
      {"{\"a\":1,}", "json.syntax"},
      {"{\"a\":01}", "json.syntax"},
      {"{\"a\":.5}", "json.syntax"},
      {"{\"a\":1.}", "json.syntax"},
      {"{\"a\":+1}", "json.syntax"},
      {"{\"a\":0x10}", "json.syntax"},
      {"{\"a\":NaN}", "json.syntax"},
      {"{'a':1}", "json.syntax"},
      {"{\"a\":1} // x", "json.trailing"},
      {"{\"a\":\"x\ty\"}", "json.syntax"},
      {"{\"a\":\"\\x41\"}", "json.syntax"},
      {"{\"jsonrpc\":\"2.0\",", "json.syntax"},
      {"{}{}", "json.trailing"},
      {"{}\r{}", "json.trailing"},
      {"{\"a\":\r1}", "json.carriage_return"},
      {"\xEF\xBB\xBF{}", "json.bom"},
      {"{\0}"s, "json.syntax"},
      {"[\"\xC0\xAF\"]", "json.utf8"},
      {"[\"\xED\xA0\x80\"]", "json.utf8"},
      {"[\"\\ud800\"]", "json.surrogate"},
      {"[\"\\udc00\"]", "json.surrogate"},
      {"[\"\\ud800\\u0041\"]", "json.surrogate"},
      {"[\"\\u0000\"]", "json.nul"},
      {"{\"\\u0000\":1}", "json.nul"},
      {"[1e400]", "json.number"},
      {"[-1e400]", "json.number"},
      {"[18446744073709551616]", "json.number"},
      {"[-9223372036854775809]", "json.number"},
      {"{\"a\":1,\"b\":2,\"a\":3}", "json.dup_key"},
      {"{\"a\":{\"b\":1,\"\\u0062\":2}}", "json.dup_key"},
      {"{\"a\":[{\"b\":{},\"b\":{}}],\"c\":1}", "json.dup_key"},
      {"{\"a\":{\"__proto__\":1}}", "json.key_forbidden"},
      {"{\"\\u005f_proto__\":1}", "json.key_forbidden"},
      {Repeat("[", 65) + Repeat("]", 65), "json.depth"},
      {Repeat("[", 300'000), "json.depth"},
  };
  for (const auto& [text, fault] : table) {
    EXPECT_EQ(FaultOf(text), fault) << text.substr(0, 80);
  }
}

TEST(ReaderTest, AcceptsWhatHasOneReading) {
  for (const std::string& text :
       {std::string("{}"), std::string(" {\"a\" : [1, -0, 1.5e-3, true]} "),
        std::string(
            "[\"\\ud83d\\ude00\", \"\\\\ud800\", \"\xF0\x9F\x98\x80\"]"),
        std::string("[18446744073709551615]"), std::string("[1e-400]"),
        std::string("{\"a\":{\"b\":1},\"b\":{\"a\":1}}"),
        Repeat("[", 64) + Repeat("]", 64)}) {
    EXPECT_EQ(FaultOf(text), "") << text;
  }
}

TEST(ReaderTest, StandsAtItsBounds) {
  const std::string quoted(json::kMaxBytes - 2, 'a');
  EXPECT_EQ(FaultOf("\"" + quoted + "\""), "");
  EXPECT_EQ(FaultOf("\"" + quoted + "a\""), "json.too_large");
  const std::string most = "[1" + Repeat(",1", json::kMaxValues - 2) + "]";
  EXPECT_EQ(FaultOf(most), "");
  EXPECT_EQ(FaultOf("[1," + most.substr(1)), "json.too_many_values");
  // Short keys make many values of few bytes.
  const std::string empties = "[[]" + Repeat(",[]", json::kMaxValues - 2) + "]";
  EXPECT_EQ(FaultOf(empties), "");
}

TEST(ReaderTest, FindsATwinAmongMany) {
  std::string text = "{";
  for (int i = 0; i < 90'000; ++i) {
    text += "\"key" + std::to_string(i) + "\":1,";
  }
  EXPECT_EQ(FaultOf(text + "\"x\":1}"), "");
  EXPECT_EQ(FaultOf(text + "\"key77\":1}"), "json.dup_key");
}

// Names that hash alike: of their bytes, the first eight, the last eight and
// the number tell.
TEST(ReaderTest, TellsKeysOfOneHashApart) {
  for (const int count : {2, 12, 13, 40}) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) {
      text += "\"firstbit-" + std::to_string(i + 100) + "-last bit\":1,";
    }
    EXPECT_EQ(FaultOf(text + "\"x\":1}"), "") << count;
    EXPECT_EQ(FaultOf(text + "\"firstbit-101-last bit\":1}"), "json.dup_key")
        << count;
  }
  EXPECT_EQ(FaultOf("{\"\":1,\"a\":1,\"aa\":1,\"a\\ta\":1}"), "");
  EXPECT_EQ(FaultOf("{\"\":1,\"a\":1,\"\":1}"), "json.dup_key");
}

// Wherever it stands, whatever is around it.
TEST(ReaderTest, FindsEscapesInLongTexts) {
  const std::pair<std::string, std::string_view> table[] = {
      {"\\u0000", "json.nul"},
      {"\\udc00", "json.surrogate"},
      {"\\uDFFF", "json.surrogate"},
      {"\\ud800", "json.surrogate"},
      {"\\uDbff\\n", "json.surrogate"},
      {"\\ud83d\\ud83d\\ude00", "json.surrogate"},
      {"\\ud83d\\ude00\\ude00", "json.surrogate"},
      {"\\ud83d\\ude00", ""},
      {"\\ud7ff\\ue000\\u0001", ""},
      {"\\\\u0000", ""},
      {"\\\\ud800", ""},
      {"\\\\\\ud800", "json.surrogate"},
      {"u0000", ""},
  };
  for (const std::string& around : {"x", "\\\\", "\\n", "\\u00e9", "\\ud55c"}) {
    for (size_t before = 0; before < 150; ++before) {
      for (const auto& [text, fault] : table) {
        const std::string whole = "[\"" + Repeat(around, before) + text +
                                  Repeat(around, 150 - before) + "\"]";
        ASSERT_EQ(FaultOf(whole), fault)
            << before << " times " << around << " before " << text;
      }
    }
  }
}

TEST(ReaderTest, TellsKindsOfNumbers) {
  json::Reader reader;
  ASSERT_FALSE(
      reader.Read("[9007199254740991,9007199254740992,-9007199254740992,"
                  "9007199254740993.0,-0,-0.0,18446744073709551615,1e3]"));
  std::string kinds;
  for (json::Elements it(reader.root()); it; it.Next()) {
    kinds += it.value().type() == json::Type::kBigInt ? 'b' : 'n';
    if (kinds.size() == 6) {
      EXPECT_FALSE(std::signbit(it.value().number()));
    }
  }
  EXPECT_EQ(kinds, "nbbnnnbn");
}

TEST(ReaderTest, LeavesRawTextAsItWas) {
  json::RawItems it(" { \"a\\u0062\" : 1.0 , \"c\":[1,\"]}\"] } ");
  ASSERT_TRUE(it);
  EXPECT_EQ(it.member(), "\"a\\u0062\" : 1.0");
  EXPECT_EQ(it.value(), "1.0");
  it.Next();
  EXPECT_EQ(it.value(), "[1,\"]}\"]");
  it.Next();
  EXPECT_FALSE(it);
  EXPECT_FALSE(json::RawItems("[]"));
}

TEST(ReaderTest, ReadsAgainAfterAnythingItRefused) {
  json::Reader reader;
  EXPECT_TRUE(reader.Read(Repeat("[", 10'000)));
  EXPECT_TRUE(reader.Read(std::string(3 << 20, ' ')));
  ASSERT_FALSE(reader.Read("{\"a\":true}"));
  EXPECT_TRUE(reader.root().Find("a").boolean());
}

}  // namespace
}  // namespace polc::runtime
