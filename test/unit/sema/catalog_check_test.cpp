#include <gtest/gtest.h>

#include "compiler/automata/reference.h"
#include "compiler/sema/targets.h"
#include "test/unit/sema/check_support.h"

namespace polc::testing {
namespace {

constexpr char kCatalog[] = R"({"tools": [
  {"name": "deploy", "inputSchema": {"type": "object",
    "properties": {
      "env": {"type": "string", "enum": ["dev", "prod"]},
      "port": {"type": "integer", "minimum": 1, "maximum": 65535},
      "count": {"type": "number", "default": 3},
      "opts": {"type": "object"},
      "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
      "tags": {"type": "array", "items": {"type": "string"}}},
    "required": ["env", "port", "opts", "note"]}},
  {"name": "stop", "inputSchema": {"type": "object",
    "properties": {"env": {"type": "string"}}, "required": ["env"]}}]})";

std::string Of(const std::string& body) { return ProblemsOf(body, kCatalog); }

TEST(CatalogCheck, WhatFitsIsQuiet) {
  EXPECT_EQ(Of("deny a tool deploy when args.env == \"prod\" and "
               "args.port in {80, 443} and args.opts.any.thing ?? 1 == 2;\n"
               "deny b tool \"*\" when args.env == \"staging\";\n"
               "deny c when args.env like \"p*\";\n"
               "deny d tool deploy when args.count ?? 3 > 2;\n"
               "deny e resource \"x:y\" when args.uri == \"x:y\";"),
            "");
}

TEST(CatalogCheck, ToolsMustExist) {
  EXPECT_EQ(Of("deny a tool deplyo, \"st*\", \"zz*\";"),
            "`deplyo` unknown-tool: the catalog has no tool `deplyo`\n"
            "  help: did you mean `deploy`?\n"
            "`\"zz*\"` unknown-tool: no tool of the catalog matches `zz*`\n");
}

TEST(CatalogCheck, ArgumentsMustExist) {
  EXPECT_EQ(Of("deny a tool deploy when args.prot == 1;"),
            "`args.prot` unknown-argument: tool `deploy` has no argument "
            "`args.prot`\n  help: did you mean `args.port`?\n");
  EXPECT_EQ(Of("deny a tool deploy when args.port.x == 1;"),
            "`args.port.x` unknown-argument: tool `deploy` has no argument "
            "`args.port.x`\n");
  EXPECT_EQ(Of("deny a when args.port == 1;\ndeny b tool stop when "
               "has args.port;"),
            "`args.port` unknown-argument: tool `stop` has no argument "
            "`args.port`\n");
}

TEST(CatalogCheck, ValuesMustBePossible) {
  EXPECT_EQ(Of("deny a tool deploy when args.env == \"prdo\";"),
            "`\"prdo\"` impossible-value: `args.env` is one of `dev`, `prod`, "
            "never `prdo`\n  help: did you mean `prod`?\n");
  EXPECT_EQ(Of("deny a tool deploy when args.env in {\"dev\", \"x\"};"),
            "`\"x\"` impossible-value: `args.env` is one of `dev`, `prod`, "
            "never `x`\n");
  EXPECT_EQ(Of("deny a tool deploy when args.port > 65535;"),
            "`args.port > 65535` impossible-value: `args.port` is an integer "
            "from 1 to 65535, so `args.port > 65535` is never true\n");
  EXPECT_EQ(Of("deny a tool deploy when args.port like \"8*\";"),
            "`args.port` impossible-value: `args.port` is an integer from 1 "
            "to 65535, never a string\n");
  EXPECT_EQ(Of("set s = {\"q\", \"dev\"};\nset t = {\"q\"};\n"
               "deny a tool deploy when args.env in s or args.env in t;"),
            "`args.env in t` impossible-value: `args.env` is one of `dev`, "
            "`prod`, never a member of `t`\n");
}

TEST(CatalogCheck, ThroughPredicatesAtTheCall) {
  EXPECT_EQ(Of("predicate prod(e) = e == \"prdo\";\n"
               "deny a tool deploy when prod(args.env);"),
            "`prod(args.env)` impossible-value: `args.env` is one of `dev`, "
            "`prod`, never `prdo`\n"
            "  `\"prdo\"` note: found in predicate `prod`\n"
            "  help: did you mean `prod`?\n");
}

TEST(CatalogCheck, OptionalArgumentsWantAWord) {
  EXPECT_NE(Of("deny a tool deploy when args.count > 3;")
                .find("`args.count` optional-argument"),
            std::string::npos);
  EXPECT_NE(Of("deny a tool deploy when args.note == \"x\";")
                .find("`args.note` optional-argument"),
            std::string::npos);
  EXPECT_EQ(Of("deny a tool deploy when has args.count and args.count > 3;\n"
               "deny b tool deploy when not has args.count or "
               "args.count > 3;\n"
               "deny c tool deploy when args.note is null;"),
            "");
}

TEST(CatalogCheck, DefaultsAreTheServers) {
  EXPECT_EQ(Of("deny a tool deploy when args.count ?? 4 > 3;"),
            "`args.count ?? 4` default-differs: tool `deploy` takes 3 when "
            "`args.count` is absent\n");
}

// The quick way says what the definition of globs says.
TEST(CatalogCheck, PatternsSelectAsGlobsDo) {
  const char* const patterns[] = {"",     "a",    "ab",    "abc",  "a*",
                                  "*",    "?",    "a?c",   "*b*",  "a\\*",
                                  "a\\?", "\\*b", "a\\\\", "ab?*", "\xC3\xA9?"};
  const char* const names[] = {"",   "a",  "ab",  "abc",       "abcd",
                               "a*", "a?", "a\\", "*b",        "b",
                               "ac", "?",  "*",   "\xC3\xA9x", "\xC3\xA8x"};
  int matches = 0;
  for (const char* pattern : patterns) {
    for (const char* name : names) {
      const bool is_match = automata::GlobMatches(pattern, name);
      EXPECT_EQ(sema::MatchesName(pattern, name), is_match)
          << pattern << " on " << name;
      matches += is_match;
    }
  }
  EXPECT_GT(matches, 20);
}

TEST(CatalogCheck, FindingsLeaveAProgram) {
  PolicySet set("policy p;\ncatalog \"c.json\";\nallow a tool nope;");
  set.Add("c.json", kCatalog);
  EXPECT_TRUE(set.Check().has_value());
  EXPECT_TRUE(set.Lower().has_value());
}

}  // namespace
}  // namespace polc::testing
