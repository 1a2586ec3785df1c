#include "compiler/diag/diag.h"

#include <gtest/gtest.h>

#include <set>

#include "compiler/diag/render.h"

namespace polc::diag {
namespace {

class DiagTest : public testing::Test {
 protected:
  source::Range At(uint32_t begin, uint32_t end) { return {file_, begin, end}; }

  source::Files files_;
  source::FileId file_ =
      files_.Add("a.pol", "policy p;\nallow r\ttool t when args.x;\n");
  Diagnostics diags_;
};

TEST_F(DiagTest, TextHasClangsShape) {
  diags_.Report(Kind::kUnknownTool, At(23, 24), "no tool `t`")
      .Note(At(7, 8), "the policy")
      .Help("did you mean `u`?");
  EXPECT_EQ(RenderText(files_, diags_, {}),
            "a.pol:2:14: error: no tool `t` [unknown-tool]\n"
            "  allow r tool t when args.x;\n"
            "               ^\n"
            "a.pol:1:8: note: the policy\n"
            "  policy p;\n"
            "         ^\n"
            "  help: did you mean `u`?\n");
}

TEST_F(DiagTest, ControlCharactersAreShownNotObeyed) {
  diags_.Report(Kind::kUnknownName, {}, "no name `\x1b[31m`");
  EXPECT_EQ(RenderText(files_, diags_, {}),
            "polc: error: no name `<U+001B>[31m` [unknown-name]\n");
}

TEST_F(DiagTest, SortsByPlaceAndDropsRepetitions) {
  diags_.Report(Kind::kUnknownName, At(20, 21), "second");
  diags_.Report(Kind::kUnknownName, At(10, 11), "first");
  diags_.Report(Kind::kUnknownName, At(20, 21), "second");
  diags_.SortAndDeduplicate();
  ASSERT_EQ(diags_.all().size(), 2u);
  EXPECT_EQ(diags_.all()[0].message, "first");
  EXPECT_EQ(diags_.error_count(), 2u);
}

TEST_F(DiagTest, HidesErrorsPastTheBoundAndSaysSo) {
  for (uint32_t i = 0; i < 25; ++i) {
    diags_.Report(Kind::kUnknownName, {}, "e" + std::to_string(i));
  }
  const std::string text = RenderText(files_, diags_, {});
  EXPECT_NE(text.find("e19"), std::string::npos);
  EXPECT_EQ(text.find("e20"), std::string::npos);
  EXPECT_NE(text.find("5 more errors not shown"), std::string::npos);
}

TEST_F(DiagTest, JsonCarriesRuleAndWitness) {
  diags_.Report(Kind::kUnreachableAllow, At(10, 15), "never decides")
      .With({"p.r", {"p.q"}, "", R"({"tool": "t"})"});
  const std::string json = RenderJson(files_, diags_, {.files = 1});
  EXPECT_NE(json.find("\"check\": \"unreachable-allow\""), std::string::npos);
  EXPECT_NE(json.find("\"rule\": \"p.r\""), std::string::npos);
  EXPECT_NE(json.find("\"witness\": null"), std::string::npos);
  EXPECT_NE(json.find("\"tool\": \"t\""), std::string::npos);
}

TEST(Kinds, HaveOneCheckNameEach) {
  std::set<std::string_view> names;
  for (const Kind kind : AllKinds()) {
    EXPECT_TRUE(names.insert(CheckName(kind)).second) << CheckName(kind);
  }
}

TEST(DidYouMean, FindsTheNearNameOnly) {
  const std::vector<std::string> names = {"cluster", "service", "desired"};
  EXPECT_EQ(DidYouMean("clustr", names), "cluster");
  EXPECT_EQ(DidYouMean("servce", names), "service");
  EXPECT_EQ(DidYouMean("zzz", names), std::nullopt);
}

}  // namespace
}  // namespace polc::diag
