#include "compiler/scan/changes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polc::scan {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Side {
  Offer offer;
  Written written;
};

Side Make(source::Files* files, const std::string& tools) {
  Side side;
  Result<Offer> offer = ReadOffer(tools);
  EXPECT_TRUE(offer) << (offer ? "" : offer.error().message);
  side.offer = std::move(*offer);
  side.written.file =
      files->Add("c.json", CatalogText(side.offer, &side.written.places));
  return side;
}

// "check: message" of everything that changed, but for the summary of a
// changed definition.
std::vector<std::string> Changes(const std::string& before,
                                 const std::string& after,
                                 const RulesOf& rules = {}) {
  source::Files files;
  const Side a = Make(&files, before);
  const Side b = Make(&files, after);
  diag::Diagnostics diags;
  (void)ReportChanges({a.offer, b.offer, a.written, b.written}, rules, &diags);
  std::vector<std::string> out;
  for (const diag::Diagnostic& d : diags.all()) {
    if (d.kind == diag::Kind::kDefinitionChanged) continue;
    out.push_back(fmt::format("{}: {}", diag::CheckName(d.kind), d.message));
    for (const diag::Note& note : d.notes) out.push_back(note.message);
  }
  return out;
}

std::string Tool(const std::string& schema, const std::string& more = "") {
  return R"([{"name": "t", "inputSchema": )" + schema + more + "}]";
}

// What is said of `args.a` when its schema changes.
std::vector<std::string> Widened(const std::string& before,
                                 const std::string& after) {
  const auto schema = [](const std::string& a) {
    return Tool(R"({"properties": {"a": )" + a + "}}");
  };
  std::vector<std::string> out;
  for (const std::string& one : Changes(schema(before), schema(after))) {
    const size_t at = one.find("` ", one.find("`args"));
    out.push_back(one.substr(at + 2));
  }
  return out;
}

TEST(Changes, SeesEveryKeywordThatAcceptsMore) {
  EXPECT_THAT(
      Widened(R"({"type": "string"})", R"({"type": ["string", "null"]})"),
      ElementsAre("accepts null now"));
  EXPECT_THAT(Widened(R"({"type": "integer"})", R"({"type": "number"})"),
              ElementsAre("accepts numbers now"));
  EXPECT_THAT(Widened(R"({"enum": ["a"]})", R"({"enum": ["a", "wipe"]})"),
              ElementsAre("accepts `\"wipe\"` now"));
  EXPECT_THAT(Widened(R"({"enum": ["a"]})", R"({})"),
              ElementsAre("accepts more than the values it listed"));
  EXPECT_THAT(Widened(R"({"maximum": 5})", R"({"maximum": 6})"),
              ElementsAre("accepts numbers above 5 now"));
  EXPECT_THAT(Widened(R"({"exclusiveMaximum": 5})", R"({"maximum": 5})"),
              ElementsAre("accepts numbers above 5 now"));
  EXPECT_THAT(Widened(R"({"minimum": 5})", R"({})"),
              ElementsAre("accepts numbers below 5 now"));
  EXPECT_THAT(Widened(R"({"maxLength": 5})", R"({"maxLength": 9})"),
              ElementsAre("accepts longer strings than 5 now"));
  EXPECT_THAT(Widened(R"({"minItems": 1})", R"({"minItems": 0})"),
              ElementsAre("accepts shorter lists than 1 now"));
  EXPECT_THAT(Widened(R"({"pattern": "^a$"})", R"({})"),
              ElementsAre("accepts strings without a pattern now"));
  EXPECT_THAT(Widened(R"({"items": {"type": "string"}})", R"({})").size(), 6);
  EXPECT_THAT(Widened(R"({"anyOf": [{"type": "null"}]})",
                      R"({"anyOf": [{"type": "null"}, {"const": 1}]})"),
              ElementsAre("has other alternatives now"));
  EXPECT_THAT(Widened(R"({"properties": {"b": {}}, "required": ["b"]})",
                      R"({"properties": {"b": {}}})"),
              ElementsAre("may be left out now"));
  EXPECT_THAT(Widened(R"({"additionalProperties": false})", R"({})"),
              ElementsAre("accepts unknown members now"));
  EXPECT_THAT(Widened(R"({"properties": {"b": {"type": "null"}}})", R"({})"),
              ElementsAre("is described no more: it accepts anything"));
}

TEST(Changes, IsSilentWhereLessIsAccepted) {
  for (const auto& [before, after] :
       std::vector<std::pair<const char*, const char*>>{
           {R"({})", R"({"type": "string", "maxLength": 5})"},
           {R"({"type": ["string", "null"]})", R"({"type": "string"})"},
           {R"({"enum": ["a", "b"]})", R"({"enum": ["a"]})"},
           {R"({"maximum": 6})", R"({"maximum": 5})"},
           {R"({"type": "string"})",
            R"({"type": "string", "description": "more words"})"}}) {
    EXPECT_THAT(Widened(before, after), IsEmpty()) << before;
  }
}

TEST(Changes, SeesWeakerAnnotations) {
  const auto hints = [](const std::string& hints) {
    return Tool("{}", R"(, "annotations": )" + hints);
  };
  EXPECT_THAT(
      Changes(hints(R"({})"),
              hints(R"({"readOnlyHint": true, "destructiveHint": false})")),
      UnorderedElementsAre(
          "weaker-annotation: the tool `t` claims now to change nothing: "
          "`readOnlyHint` was false",
          "weaker-annotation: the tool `t` claims now to destroy nothing: "
          "`destructiveHint` was true"));
  EXPECT_THAT(Changes(hints(R"({"readOnlyHint": true})"), hints("{}")),
              IsEmpty());
}

TEST(Changes, NamesTheRulesThatItConcerns) {
  const RulesOf rules = [](const std::string& tool) {
    return tool == "t" ? std::vector<std::string>{"p.a", "p.b"}
                       : std::vector<std::string>{};
  };
  EXPECT_THAT(Changes("[]", Tool("{}"), rules),
              ElementsAre("offer-added: the server offers the tool `t` since "
                          "then",
                          "it concerns `p.a`, `p.b`"));
  EXPECT_THAT(Changes(R"([{"name": "u"}])", "[]", rules),
              ElementsAre("offer-removed: the server offers the tool `u` no "
                          "more",
                          "no rule covers `u`: the default decides"));
  EXPECT_THAT(Changes(R"([{"name": "delete_repo"}])",
                      R"([{"name": "delete_repo"}, {"name": "delete_rep0"}])"),
              Contains("lookalike-name: the new tool `delete_rep0` could be "
                       "taken for `delete_repo`: it looks the same"));
}

TEST(Changes, DoesNotLetAServerSpeakForItsOperator) {
  const Result<Offer> offer = ReadOffer(R"([{"name": "t", "_meta": {
      "dev.polc/class": "read", "dev.polc/registered": false, "own": 1}}])");
  ASSERT_TRUE(offer);
  EXPECT_EQ(Canonical(offer->of(Sort::kTool)[0].definition),
            R"({"_meta":{"own":1},"name":"t"})");
}

TEST(Changes, RefusesTwoOfOneName) {
  const Result<Offer> offer = ReadOffer(R"([{"name": "t"}, {"name": "t"}])");
  ASSERT_FALSE(offer);
  EXPECT_EQ(offer.error().message, "the tool `t` is listed twice");
}

}  // namespace
}  // namespace polc::scan
