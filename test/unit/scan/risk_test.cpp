#include "compiler/scan/risk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace polc::scan {
namespace {

Assessment Of(const std::string& tool) {
  const Result<Json> value = ParseJson(tool);
  EXPECT_TRUE(value) << tool;
  return Assess(*value);
}

std::string RiskAndWhy(const std::string& tool) {
  const Assessment found = Of(tool);
  return std::string(RiskName(found.risk)) + ": " + found.why;
}

TEST(Risk, SaysWhy) {
  EXPECT_EQ(RiskAndWhy(R"({"name": "delete_repo"})"),
            "destructive: its name says `delete`");
  EXPECT_EQ(RiskAndWhy(R"({"name": "aws___readDocumentation"})"),
            "read: its name says `read`");
  EXPECT_EQ(RiskAndWhy(R"({"name": "get_delete_marker"})"),
            "read: its name says `get`");
  EXPECT_EQ(RiskAndWhy(R"({"name": "create_payment"})"),
            "financial: its name says `payment`");
  EXPECT_EQ(RiskAndWhy(R"({"name": "gadget", "description": "Fetches it."})"),
            "read: its description begins with `fetches`");
  EXPECT_EQ(RiskAndWhy(R"({"name": "gadget"})"),
            "unclear: neither its name nor an annotation says anything");
  EXPECT_EQ(RiskAndWhy(R"({"name": "gadget",
                           "annotations": {"readOnlyHint": true}})"),
            "read: `readOnlyHint` says so");
}

TEST(Risk, BelievesTheWorseOfTwoClaims) {
  EXPECT_EQ(RiskAndWhy(R"({"name": "delete_repo",
                           "annotations": {"readOnlyHint": true}})"),
            "destructive: an annotation says read, but its name says `delete`");
  EXPECT_EQ(RiskAndWhy(R"({"name": "write_file",
                           "annotations": {"destructiveHint": true}})"),
            "destructive: `destructiveHint` says so");
  // A hint that is left out says nothing that the name does not.
  EXPECT_EQ(RiskAndWhy(R"({"name": "write_file",
                           "annotations": {"openWorldHint": false}})"),
            "write: its name says `write`");
}

TEST(Risk, SetsSecretsApart) {
  EXPECT_EQ(Of(R"({"name": "list-credentials"})").secret, "credential");
  EXPECT_EQ(Of(R"({"name": "get-env", "description":
                   "Returns all Environment Variables"})")
                .secret,
            "environment variable");
  EXPECT_FALSE(Of(R"({"name": "get_file"})").secret);
}

TEST(Risk, GroupsOperations) {
  const Assessment found = Of(R"({"name": "manage", "inputSchema": {
      "properties": {"action": {"enum": ["list", "purge", "frob", "get"]}}}})");
  ASSERT_TRUE(found.operations);
  EXPECT_EQ(found.operations->argument, "action");
  ASSERT_EQ(found.operations->groups.size(), 3u);
  EXPECT_EQ(found.operations->groups[0].values,
            (std::vector<std::string>{"get", "list"}));
  EXPECT_EQ(found.operations->groups[1].risk, Risk::kDestructive);
  EXPECT_EQ(found.operations->groups[2].risk, Risk::kUnclear);

  const Assessment reads = Of(R"({"name": "manage", "inputSchema": {
      "properties": {"action": {"enum": ["list", "get"]}}}})");
  EXPECT_FALSE(reads.operations);
  EXPECT_EQ(reads.risk, Risk::kRead);
}

// The library and the scanner must not disagree about what a word means: the
// first targets of each class of std.risk are patterns like "delete*".
TEST(Risk, AgreesWithTheLibrary) {
  std::ifstream file("stdlib/std/risk.pol");
  std::stringstream text;
  text << file.rdbuf();
  const std::string source = text.str();
  const std::regex block(R"(class (\w+) \{\s*tool ([^;]*);)");
  const std::regex pattern(R"re("([a-z]+)[_-]?\*")re");
  size_t words = 0;
  for (std::sregex_iterator it(source.begin(), source.end(), block), end;
       it != end; ++it) {
    const std::string name = (*it)[1];
    const std::string targets = (*it)[2];
    for (std::sregex_iterator w(targets.begin(), targets.end(), pattern);
         w != end; ++w) {
      const auto risk = RiskOfWord((*w)[1].str());
      EXPECT_EQ(risk ? RiskName(*risk) : "nothing", name) << (*w)[1];
      ++words;
    }
  }
  EXPECT_GT(words, 60u);
}

}  // namespace
}  // namespace polc::scan
