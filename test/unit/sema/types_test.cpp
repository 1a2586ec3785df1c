#include <gtest/gtest.h>

#include "test/unit/sema/check_support.h"

namespace polc::testing {
namespace {

std::string Of(const std::string& condition) {
  return ProblemsOf(
      "set s = {\"a\", \"b\"};\nset n = {1, 2};\n"
      "predicate p(x) = x like \"a*\";\n"
      "predicate m(x) = x.name == \"a\";\n"
      "deny d when " +
      condition + ";");
}

TEST(Types, WhatThereIsToTest) {
  for (const char* good : {"args.x == \"a\"",
                           "\"a\" == args.x",
                           "args.x != 1",
                           "args.x == true",
                           "args.x",
                           "args.x ?? false",
                           "not args.x",
                           "args.x < 1 + 1",
                           "-1 <= args.x",
                           "args.x in s",
                           "args.x not in n",
                           "args.x in 1..2",
                           "args.x in args.l",
                           "\"c\" in caller.roles",
                           "args.x like \"a*\"",
                           "args.x not like {\"a\", \"b\"}",
                           "args.x like s",
                           "args.x matches \"a+\"",
                           "args.x finds r\"\\d\"",
                           "args.x starts with \"a\"",
                           "args.x ends with \"a\"",
                           "args.x contains \"a\"",
                           "args.x == \"A\" ignoring case",
                           "args.x not in s ignoring case",
                           "\"A\" in caller.roles ignoring case",
                           "args.x not matches \"[A-C]\" ignoring case",
                           "url(args.x).path ends with \".PDF\" ignoring case",
                           "path(args.x) under \"/a\"",
                           "path(args.x ?? \"/a\") under \"/a\"",
                           "path(args.x) under \"/a\" / caller.subject",
                           "path(args.x ?? \"/a\") under \"/a\" / args.y",
                           "any v in args.l (path(v) under \"/a\" / v)",
                           "url(args.x).host == \"a\"",
                           "url(args.x).port in {80, 443}",
                           "ip(args.x) == \"10.0.0.1\"",
                           "\"::1\" != ip(args.x ?? \"::1\")",
                           "ip(args.x) in {\"::1\"}",
                           "ip(args.x) not in cidr(\"10.0.0.0/8\")",
                           "url(args.x).host in cidr(\"fe80::/10\")",
                           "url(args.x).host is ip",
                           "length(args.x) <= 3",
                           "size(args.x) == 3",
                           "has args.x",
                           "args.x is null",
                           "args.x is string",
                           "args only {a, \"b c\"}",
                           "any v in args.l (v == args.x)",
                           "all v in args.l (v.a > 1)",
                           "p(args.x)",
                           "p(args.x ?? \"q\")",
                           "p(\"abc\")",
                           "m(args)",
                           "m(args.a[0])",
                           "session == \"s\"",
                           "server like \"a*\"",
                           "caller.claims.team == \"a\""}) {
    EXPECT_EQ(Of(good), "") << good;
  }
}

TEST(Types, WhatIsAnErrorOnEveryRequest) {
  EXPECT_EQ(Of("caller.grant == 5"),
            "`caller.grant == 5` type-mismatch: a string is never equal to a "
            "number: `caller.grant == 5` is an error on every request\n");
  EXPECT_EQ(Of("args.x < \"a\""),
            "`\"a\"` type-mismatch: `\"a\"` is a string, but order is for "
            "numbers and times\n");
  EXPECT_EQ(Of("\"x\""),
            "`\"x\"` type-mismatch: `\"x\"` is a string, not a condition\n");
  EXPECT_EQ(Of("caller.roles == \"x\""),
            "`caller.roles` type-mismatch: `caller.roles` is a list and can't "
            "be compared\n");
  EXPECT_EQ(Of("caller.grant in n"),
            "`caller.grant in n` type-mismatch: `caller.grant` is a string, "
            "but the set holds numbers\n");
  EXPECT_EQ(
      Of("(args.x ?? \"a\") > 1"),
      "`(args.x ?? \"a\")` type-mismatch: `(args.x ?? \"a\")` is a string, "
      "but order is for numbers and times\n");
  EXPECT_EQ(Of("args.x under \"/a\""),
            "`args.x` type-mismatch: `under` tests a file path, not `args.x`\n"
            "  help: did you mean `path(args.x)`?\n");
  EXPECT_EQ(Of("path(args.x) like \"/a*\""),
            "`path(args.x)` type-mismatch: `path(args.x)` is a file path and "
            "can't be compared\n  help: test a path with `under`\n");
  EXPECT_EQ(Of("has s"),
            "`s` type-mismatch: `has` takes a path of the request, not `s`\n");
  EXPECT_EQ(Of("caller.grant.x == \"a\""),
            "`caller.grant.x` type-mismatch: `caller.grant` is a string and "
            "has no members\n");
}

TEST(Types, ComputedValuesAreCompared) {
  for (const char* fine :
       {"args.x + args.y * 2 < -args.z", "args.x * args.y >= 10",
        "args.x * args.y in 1..5", "length(args.x) == args.y",
        "size(args.x) + 1 in args.list", "url(args.u).port == args.p",
        "url(args.u).host == url(args.v).host", "ip(args.a) == args.b",
        "ip(args.a) in args.list", "any v in args.l (v in args.m)",
        "now < time(args.x)", "time(args.x ?? \"2026-01-01T00:00:00Z\") == now",
        "any v in args.l (length(v.n) in args.m)"}) {
    EXPECT_EQ(Of(fine), "") << fine;
  }
  EXPECT_EQ(Of("args.x * args.y < args.z"),
            "`args.x * args.y` type-mismatch: the product `args.x * args.y` "
            "can be compared with a constant only\n"
            "  help: what multiplies two arguments is not linear, and little "
            "can be proved about it\n");
  EXPECT_EQ(Of("args.x + 1e300 < 1"),
            "`1e300` invalid-number: `1e300` is out of range: numbers stay "
            "below 10^15 with at most nine places\n");
  EXPECT_EQ(Of("length(args.x) == (args.y ?? 1e300)"),
            "`1e300` invalid-number: `1e300` is out of range: numbers stay "
            "below 10^15 with at most nine places\n");
  EXPECT_EQ(Of("length(args.x) == caller.grant"),
            "`length(args.x) == caller.grant` type-mismatch: a number is never "
            "equal to a string: `length(args.x) == caller.grant` is an error "
            "on every request\n");
}

TEST(Types, TimesAreComparedWithTimes) {
  EXPECT_EQ(Of("now < args.x"),
            "`args.x` type-mismatch: `args.x` is a value, and an instant can't "
            "be compared with it\n  help: did you mean `time(args.x)`?\n");
  EXPECT_EQ(Of("now == 5"),
            "`5` type-mismatch: `5` is a number, and an instant can't be "
            "compared with it\n");
  EXPECT_EQ(Of("now > time(\"2026-02-30T00:00:00Z\")"),
            "`\"2026-02-30T00:00:00Z\"` wrong-arguments: "
            "`2026-02-30T00:00:00Z` is no instant\n"
            "  help: write one like `2026-01-01T00:00:00Z` or "
            "`2026-01-01T00:00:00+01:00`\n");
  EXPECT_EQ(Of("now.hour == 3"),
            "`now.hour` type-mismatch: `now` is an instant and has no members "
            "without a zone\n  help: write `now in zone \"UTC\".hour`\n");
  EXPECT_EQ(Of("now in args.list"),
            "`now in args.list` type-mismatch: an instant is not looked for in "
            "a list of the request\n");
}

TEST(Types, RightSidesAreConstants) {
  EXPECT_EQ(Of("args.x like args.y"),
            "`args.y` not-constant: the right side of `like` must be a "
            "constant\n  help: nothing in a request is ever a pattern\n");
  EXPECT_EQ(Of("path(args.x) under args.y"),
            "`args.y` not-constant: the right side of `under` must be a "
            "constant directory\n");
  EXPECT_EQ(Of("args.x in args.y..2"),
            "`args.y` not-constant: the ends of a range must be constant "
            "numbers\n");
}

TEST(Types, OneSegmentIsJoined) {
  EXPECT_EQ(Of("path(args.x) under args.y / args.z"),
            "`args.y` not-constant: the right side of `under` must be a "
            "constant directory\n");
  EXPECT_NE(Of("path(args.x) under \"home\" / args.z").find("is no directory"),
            std::string::npos);
  EXPECT_EQ(Of("path(args.x) under \"/home\" / caller.roles"),
            "`caller.roles` type-mismatch: `caller.roles` is a list, not one "
            "segment of a path\n");
  EXPECT_NE(Of("args.x under \"/home\" / args.y").find("`path(args.x)`"),
            std::string::npos);
  EXPECT_NE(Of("path(args.x) under \"/home\" / s").find("a path of the"),
            std::string::npos);
}

TEST(Types, AddressesHaveOneSpelling) {
  const std::string spelling =
      "  help: write `10.0.0.1` without leading zeros, or an IPv6 address in "
      "its shortest form, lower case\n";
  EXPECT_EQ(Of("ip(args.x) == \"010.0.0.1\""),
            "`\"010.0.0.1\"` pattern: `010.0.0.1` is no address that `ip` "
            "accepts\n" +
                spelling);
  EXPECT_EQ(Of("ip(args.x ?? \"::FF\") in {\"::1\"}"),
            "`\"::FF\"` pattern: `::FF` is no address that `ip` accepts\n" +
                spelling);
  EXPECT_NE(Of("ip(args.x) in s").find("`a` is no address"), std::string::npos);
  EXPECT_EQ(Of("ip(args.x) in cidr(\"10.0.0.1/8\")"),
            "`\"10.0.0.1/8\"` pattern: `10.0.0.1/8` is no network\n"
            "  help: write an address in its shortest form, `/` and the number "
            "of its leading bits, all other bits zero: `10.0.0.0/8`\n");
  EXPECT_EQ(Of("ip(args.x) in cidr(args.y)"),
            "`args.y` not-constant: a network must be a constant string\n");
  EXPECT_EQ(Of("args.x in cidr(\"10.0.0.0/8\")"),
            "`args.x` type-mismatch: `cidr` is for addresses and hosts, not "
            "`args.x`\n  help: did you mean `ip(args.x)`?\n");
  EXPECT_EQ(Of("args.x is ip"),
            "`args.x` type-mismatch: `is ip` asks about the host of a URL, not "
            "`args.x`\n  help: `ip(...)` of any other string is an error if "
            "it is no address\n");
  for (const char* bad :
       {"ip(args.x)", "ip(args.x) like \"10.*\"", "ip(args.x) == 10",
        "ip(args.x) in 1..2", "ip(args.x) in n", "ip(5) == \"::1\"",
        "args.x == cidr(\"10.0.0.0/8\")",
        "ip(args.x) == \"::1\" ignoring case"}) {
    EXPECT_NE(Of(bad).find("type-mismatch"), std::string::npos) << bad;
  }
}

TEST(Types, IgnoringCaseIsOfStringsAndAConstant) {
  EXPECT_EQ(Of("args.x == caller.subject ignoring case"),
            "`args.x == caller.subject ignoring case` not-constant: one side "
            "of a test `ignoring case` must be a constant\n"
            "  help: the cases of a constant are known when the policy is "
            "compiled\n");
  EXPECT_NE(Of("args.x in args.l ignoring case").find("must be a constant"),
            std::string::npos);
  EXPECT_EQ(Of("args.x != 5 ignoring case"),
            "`5` type-mismatch: `5` is a number, and `ignoring case` is for "
            "strings\n");
  for (const char* bad :
       {"args.x in n ignoring case", "args.x in 1..2 ignoring case",
        "length(args.x) == 1 ignoring case", "args.x == true ignoring case"}) {
    EXPECT_NE(Of(bad).find("type-mismatch"), std::string::npos) << bad;
  }
}

TEST(Types, PatternsPointIntoTheLiteral) {
  EXPECT_EQ(Of("args.x matches \"\\u00e9\\\"(\""),
            "`(` pattern: in the expression `\xC3\xA9\"(`: unmatched `(`\n");
  EXPECT_EQ(Of("args.x matches r\"ab(\""),
            "`(` pattern: in the expression `ab(`: unmatched `(`\n");
  EXPECT_NE(Of("args.x like \"a\\\\b\"").find("pattern: in the pattern"),
            std::string::npos);
  EXPECT_NE(Of("path(args.x) under \"../a\"").find("is no directory"),
            std::string::npos);
}

TEST(Types, SetsHoldOneType) {
  EXPECT_EQ(ProblemsOf("set s = {\"a\", 1};"),
            "`1` mixed-set: this set holds both strings and numbers\n"
            "  `\"a\"` note: its first member is of the other type\n");
  EXPECT_EQ(ProblemsOf("set a = {\"a\"};\nset b = a | {1};"),
            "`a | {1}` mixed-set: one side has strings and the other "
            "numbers\n");
}

TEST(Types, NumbersAreWhatTheySay) {
  EXPECT_EQ(Of("args.x == 0.1000000000000000000001"),
            "`0.1000000000000000000001` invalid-number: "
            "`0.1000000000000000000001` has more digits than a JSON number "
            "can tell apart\n");
  EXPECT_EQ(Of("args.x == 1.50e2 or args.x == 0.30"), "");
  EXPECT_EQ(Of("args.x == 999999999999999 + 1"),
            "`999999999999999 + 1` invalid-number: `999999999999999 + 1` is "
            "out of range: numbers stay below 10^15 with at most nine "
            "places\n");
}

TEST(Types, MistakesOfArgumentsAreTheCalls) {
  EXPECT_EQ(Of("p(5)"),
            "`5` type-mismatch: `5` is a number, but `like` tests strings\n"
            "  `p` note: found in predicate `p`\n");
  EXPECT_EQ(Of("m(args.x ?? \"a\")"),
            "`m(args.x ?? \"a\")` type-mismatch: `x.name` reads a member, but "
            "`args.x ?? \"a\"` is not a path of the request\n"
            "  `x.name` note: found in predicate `m`\n");
}

TEST(Types, LimitsHaveAmountsAndKeys) {
  EXPECT_EQ(ProblemsOf("limit l = 2.5 per day per grant, args.x "
                       "cost 2 * args.n + (args.m ?? 1) - 3;"),
            "");
  for (const char* amount : {"0", "-1", "1e15", "0.0000000001"}) {
    EXPECT_NE(ProblemsOf(std::string("limit l = ") + amount + " per day;")
                  .find("limit-range"),
              std::string::npos)
        << amount;
  }
  EXPECT_EQ(ProblemsOf("limit l = 1 per day per caller.grant;"),
            "`caller.grant` unknown-name: `caller.grant` can't be counted by\n"
            "  help: write `per grant`\n");
  EXPECT_EQ(ProblemsOf("limit l = 1 per day cost args.a * args.b;"), "");
  EXPECT_EQ(ProblemsOf("limit l = 1 per day cost args.a + \"b\";"),
            "`\"b\"` type-mismatch: `\"b\"` is a string, not a number\n");
}

TEST(Types, TargetsCanBeNames) {
  EXPECT_EQ(ProblemsOf("deny a tool x, \"a.b-*\", \"q?\";\n"
                       "deny b resource under \"file:///srv\";\n"
                       "deny c prompt \"any thing\";\n"
                       "deny e except tool \"x\\\\*\";"),
            "");
  EXPECT_NE(ProblemsOf("deny a tool \"a b\";").find("tool-name-charset"),
            std::string::npos);
  EXPECT_NE(ProblemsOf("deny a tool \"" + std::string(129, 'a') + "\";")
                .find("1 to 128 characters"),
            std::string::npos);
  EXPECT_NE(ProblemsOf("deny a resource under \"srv\";").find("invalid-target"),
            std::string::npos);
}

TEST(Types, ReasonsNamePaths) {
  EXPECT_EQ(ProblemsOf("deny a \"no {args.a[\\\"b c\\\"][0]} {{x}}\" tool t;"),
            "");
  EXPECT_NE(ProblemsOf("deny a \"no {x}\" tool t;").find("in this reason"),
            std::string::npos);
  EXPECT_NE(ProblemsOf("deny a \"no {caller.x}\" tool t;").find("no member"),
            std::string::npos);
  EXPECT_NE(ProblemsOf("deny a \"no } x\" tool t;").find("closes nothing"),
            std::string::npos);
}

}  // namespace
}  // namespace polc::testing
