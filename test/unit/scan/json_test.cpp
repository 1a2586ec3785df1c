#include "compiler/scan/json.h"

#include <gtest/gtest.h>

namespace polc::scan {
namespace {

std::string CanonicalOf(std::string_view text) {
  const Result<Json> value = ParseJson(text);
  return value ? Canonical(*value) : "error: " + value.error().message;
}

// The examples of RFC 8785, 3.2.2 and 3.2.3.
TEST(Json, IsCanonicalAsTheRfcSays) {
  EXPECT_EQ(CanonicalOf(R"({"numbers": [333333333.33333329, 1E30, 4.50, 2e-3,
                           0.000000000000000000000000001],
                           "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
                           "literals": [null, true, false]})"),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,)"
            R"(1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"})");
  EXPECT_EQ(CanonicalOf("{\"\\u20ac\": 1, \"\\r\": 2, \"\\ufb33\": 3, \"1\": 4,"
                        "\"\\ud83d\\ude00\": 5, \"\\u0080\": 6, \"\\u00f6\": "
                        "7}"),
            "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"\U0001F600\":5,"
            "\"\uFB33\":3}");
}

TEST(Json, SpellsNumbersOneWay) {
  EXPECT_EQ(CanonicalOf("[1, 1.0, 1e0, -0, -0.0, 1e21, 123e18, 1e-6, 1e-7]"),
            "[1,1,1,0,0,1e+21,123000000000000000000,0.000001,1e-7]");
}

TEST(Json, ShowsWhatIsHidden) {
  const Result<Json> value =
      ParseJson("{\"a\": \"x\u200By\U000E0041z\u00e9\"}");
  ASSERT_TRUE(value);
  Places places;
  const std::string text = Pretty(*value, &places);
  EXPECT_EQ(text, "{\n  \"a\": \"x\\u200by\\udb40\\udc41zé\"\n}\n");
  const auto [begin, end] = places.at("/a");
  EXPECT_EQ(text.substr(begin, end - begin), "\"x\\u200by\\udb40\\udc41zé\"");
  EXPECT_EQ(*ParseJson(text), *value);
}

TEST(Json, RefusesWhatIsTooDeep) {
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  EXPECT_EQ(CanonicalOf(deep), "error: it is nested too deep");
  EXPECT_NE(CanonicalOf("{").find("not JSON"), std::string::npos);
}

}  // namespace
}  // namespace polc::scan
