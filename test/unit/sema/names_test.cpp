#include <gtest/gtest.h>

#include "test/unit/sema/check_support.h"

namespace polc::testing {
namespace {

TEST(Names, ClassAndRuleMayShareOne) {
  EXPECT_EQ(ProblemsOf("class x { tool a; }\ndeny x class x;\n"
                       "limit x = 1 per minute;"),
            "");
}

TEST(Names, TwinsOfOneKindAreReportedWithTheFirst) {
  EXPECT_EQ(ProblemsOf("deny twin tool a;\nallow twin tool b;"),
            "`twin` duplicate-name: the rule `twin` is declared twice\n"
            "  `twin` note: `twin` is declared first here\n");
}

TEST(Names, SetAndPredicateShareOneSpace) {
  EXPECT_EQ(ProblemsOf("set a = {\"x\"};\npredicate a(x) = x == 1;"),
            "`a` duplicate-name: the predicate `a` is declared twice\n"
            "  `a` note: `a` is declared first here\n");
}

TEST(Names, DefaultIsDeclaredOnce) {
  EXPECT_EQ(ProblemsOf("default deny;\ndefault allow;"),
            "`default allow;` duplicate-name: `default` is declared twice\n"
            "  `default deny;` note: it is declared first here\n");
}

TEST(Names, UnknownRootsSuggestTheRequest) {
  EXPECT_EQ(ProblemsOf("deny d when arg.x == 1;"),
            "`arg` unknown-name: there is nothing called `arg`\n"
            "  help: did you mean `args`?\n");
  EXPECT_EQ(ProblemsOf("deny d when grant == \"ci\";"),
            "`grant` unknown-name: there is nothing called `grant`\n"
            "  help: did you mean `caller.grant`?\n");
  EXPECT_EQ(ProblemsOf("deny d when caller.rolls == \"ci\";"),
            "`caller.rolls` unknown-name: `caller` has no member `rolls`\n"
            "  help: did you mean `roles`?\n");
}

TEST(Names, UnknownThingsSuggestTheirKind) {
  EXPECT_EQ(ProblemsOf("set hosts = {\"x\"};\ndeny d when args.h in host;"),
            "`host` unknown-name: there is nothing called `host`\n"
            "  help: did you mean `hosts`?\n");
  EXPECT_EQ(ProblemsOf("class reads { tool a; }\nallow d class read;"),
            "`read` unknown-name: there is no class `read`\n"
            "  help: did you mean `reads`?\n");
  EXPECT_EQ(ProblemsOf("limit scans = 1 per day;\nallow a tool x charge scan;"),
            "`scan` unknown-name: there is no limit `scan`\n"
            "  help: did you mean `scans`?\n");
  EXPECT_EQ(
      ProblemsOf("predicate risky(x) = x == 1;\ndeny d when risk(args.x);"),
      "`risk(args.x)` unknown-name: there is no predicate or function "
      "`risk`\n  help: did you mean `risky`?\n");
}

TEST(Names, ImportsAreQualifiedByModuleOrAlias) {
  const std::string module =
      "module lib;\nset hosts = {\"a\"};\npredicate one(x) = x == 1;\n"
      "class k { tool t; }\nlimit l = 1 per day;";
  PolicySet good(
      "policy p;\nimport \"lib.pol\";\nimport \"lib.pol\" as m;\n"
      "deny d class lib.k when args.h in m.hosts or lib.one(args.x);\n"
      "allow a tool t charge m.l;");
  good.Add("lib.pol", module);
  EXPECT_EQ(good.Problems(), "");

  PolicySet bad(
      "policy p;\nimport \"lib.pol\";\n"
      "deny d class lib.c when args.h in lib.host or args.h in other.hosts;");
  bad.Add("lib.pol", module);
  EXPECT_EQ(bad.Problems(),
            "`lib.c` unknown-name: the module `lib` declares no class `c`\n"
            "  help: did you mean `lib.k`?\n"
            "`lib.host` unknown-name: the module `lib` declares no set `host`\n"
            "  help: did you mean `lib.hosts`?\n"
            "`other` unknown-name: there is nothing called `other`\n");
}

TEST(Names, FilesOfASetAreUnique) {
  PolicySet set("policy p;");
  set.Add("q.pol", "module p;");
  EXPECT_EQ(set.Problems(),
            "`p` duplicate-module: two files of the set are called `p`\n"
            "  `p` note: the other one is here\n");
}

TEST(Names, AModuleOnlyDeclares) {
  PolicySet set("module m;\ndefault deny;\nset s = {1};\nallow a tool t;");
  EXPECT_EQ(set.Problems(),
            "`default deny;` misplaced-clause: `default` belongs to a policy; "
            "a module only declares what policies import\n"
            "`a` misplaced-clause: a rule belongs to a policy; a module only "
            "declares what policies import\n");
}

TEST(Names, NothingIsDefinedByItself) {
  EXPECT_EQ(ProblemsOf("predicate a(x) = b(x);\npredicate b(x) = a(x);"),
            "`a(x)` recursive-predicate: the predicate `a` is defined by "
            "itself\n");
  EXPECT_EQ(ProblemsOf("set a = b;\nset b = a | {\"x\"};"),
            "`a` recursive-predicate: the set `a` is defined by itself\n");
  EXPECT_EQ(ProblemsOf("class a { class b; }\nclass b { class a; }"),
            "`class a` recursive-predicate: the class `a` holds itself\n");
}

TEST(Names, PredicatesNeedTheirArguments) {
  EXPECT_EQ(ProblemsOf("predicate a(x, y) = x == y;\ndeny d when a(args.x);"),
            "`a(args.x)` wrong-arguments: `a` takes 2 arguments, not 1\n"
            "  `a` note: the predicate is declared here\n");
  EXPECT_EQ(ProblemsOf("deny d when length(args.x, 1) == 1;"),
            "`length(args.x, 1)` wrong-arguments: `length` takes 1 argument, "
            "not 2\n");
}

TEST(Names, DeepChainsAreRefusedNotFollowed) {
  std::string text = "predicate p0(x) = x == 1;\n";
  for (int i = 1; i < 5000; ++i) {
    text += "predicate p" + std::to_string(i) + "(x) = p" +
            std::to_string(i - 1) + "(x);\n";
  }
  EXPECT_NE(ProblemsOf(text + "deny d when p4999(args.x);")
                .find("predicates call each other too deep"),
            std::string::npos);
}

TEST(Names, DoublingPredicatesAreRefused) {
  std::string text = "predicate p0(x) = x == 1;\n";
  for (int i = 1; i < 60; ++i) {
    const std::string below = "p" + std::to_string(i - 1) + "(x)";
    text += "predicate p" + std::to_string(i) + "(x) = " + below + " or " +
            below + ";\n";
  }
  EXPECT_NE(ProblemsOf(text + "deny d when p59(args.x);").find("too-large"),
            std::string::npos);
}

}  // namespace
}  // namespace polc::testing
