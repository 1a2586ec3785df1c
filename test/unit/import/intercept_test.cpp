#include "test/unit/import/import_support.h"

namespace polc::import {
namespace {

class InterceptTest : public ImportTest {
 protected:
  /// What one tool's rules become, between header and `allow`.
  std::string Rules(const std::string& rules) {
    const std::string pol =
        Pol("version: \"1\"\ndefault: deny\ntools:\n  t:\n"
            "    rules:\n" +
            rules);
    const std::string head = "policy refunds;\n";
    const std::string tail = "allow listed tool t;\ndefault deny;\n";
    // A tool that is always denied is not listed.
    const std::string denied = "default deny;\n";
    if (pol == head + "deny r tool t;\n" + denied) return "deny r tool t;\n";
    if (!pol.starts_with(head) || !pol.ends_with(tail)) return "other: " + pol;
    return pol.substr(head.size(), pol.size() - head.size() - tail.size());
  }
  std::string Condition(const std::string& op, const std::string& value) {
    std::string rule =
        Rules("      - {name: r, conditions: [{path: args.v, op: " + op +
              ", value: " + value + "}]}\n");
    const std::string head = "deny r tool t when ";
    if (rule.starts_with(head)) rule.erase(0, head.size());
    return rule;
  }
  std::string Counter(const std::string& conditions, const std::string& state) {
    return Rules("      - {name: r, conditions: [" + conditions +
                 "], state: {counter: c, window: day" + state + "}}\n");
  }
};

TEST_F(InterceptTest, ConditionsAreDemands) {
  const std::string absent = "not has args.v or ";
  EXPECT_EQ(Condition("eq", "a"), absent + "args.v != \"a\";\n");
  EXPECT_EQ(Condition("neq", "5"), absent + "args.v == 5;\n");
  EXPECT_EQ(Condition("eq", "null"), "not args.v is null;\n");
  EXPECT_EQ(Condition("eq", "true"), absent + "args.v != true;\n");
  EXPECT_EQ(Condition("in", "[a, b]"),
            absent + "args.v not in {\"a\", \"b\"};\n");
  EXPECT_EQ(Condition("in", "[1, \"2\"]"),
            absent + "not (args.v == 1 or args.v == \"2\");\n");
  EXPECT_EQ(Condition("not_in", "[a, b]"),
            absent + "args.v in {\"a\", \"b\"};\n");
  EXPECT_EQ(Condition("lt", "2.5"), absent + "args.v >= 2.5;\n");
  EXPECT_EQ(Condition("lte", "1_000"), absent + "args.v > 1000;\n");
  EXPECT_EQ(Condition("gt", "-1"), absent + "args.v <= -1;\n");
  EXPECT_EQ(Condition("gte", "0x10"), absent + "args.v < 16;\n");
  EXPECT_EQ(Condition("lte", ".inf"), absent + "not args.v is number;\n");
  EXPECT_EQ(Condition("regex", "'^a\\.b'"),
            absent + "args.v not finds r\"^a\\.b\";\n");
  EXPECT_EQ(Condition("regex", "'(?is)a.b'"),
            absent + "args.v not finds r\"a[\\s\\S]b\" ignoring case;\n");
  EXPECT_EQ(Condition("contains", "5"),
            absent + "not (args.v is list and 5 in args.v);\n");
  EXPECT_EQ(Condition("exists", "true"), "not has args.v;\n");
  EXPECT_EQ(Condition("exists", "false"), "has args.v;\n");
  EXPECT_EQ(Condition("eq", "9007199254740993"),
            absent + "args.v != 9007199254740992.0;\n");
}

TEST_F(InterceptTest, WhatNeverHoldsDeniesAlways) {
  EXPECT_EQ(Condition("eq", "2026-01-15"), "deny r tool t;\n");
  EXPECT_TRUE(Says("is an instant"));
  EXPECT_EQ(Condition("in", "[]"), "deny r tool t;\n");
  EXPECT_EQ(Condition("lt", ".nan"), "deny r tool t;\n");
  EXPECT_EQ(Condition("eq", "[a]"), "deny r tool t;\n");
  EXPECT_EQ(Condition("regex", "'a\\b'"), "deny r tool t;\n");
  EXPECT_TRUE(Says("no equal in Pol"));
  EXPECT_EQ(Condition("neq", "2026-01-15"),
            "not has args.v or args.v == \"2026-01-15\";\n");
}

TEST_F(InterceptTest, CountersBecomeLimits) {
  const std::string c = "{path: state.t.c, op: ";
  EXPECT_EQ(Counter(c + "lte, value: 5}", ""),
            "limit r = 5 per day on tool t;\n");
  EXPECT_EQ(Counter(c + "lt, value: 10}", ""),
            "limit r = 9 per day on tool t;\n");
  EXPECT_EQ(Counter(c + "lt, value: 2.5}", ""),
            "limit r = 1 per day on tool t;\n");
  EXPECT_EQ(Counter(c + "lte, value: 100}", ", increment: 7"),
            "limit r = 100 per day cost 7 on tool t;\n");
  EXPECT_EQ(Counter(c + "lte, value: 99.5}", ", increment_from: args.a.b"),
            "limit r = 99 per day cost args.a.b on tool t;\n");
  // Intercept never counts these.
  EXPECT_EQ(Counter(c + "eq, value: 0}", ""),
            "limit r = 1 per day on tool t;\n");
  EXPECT_TRUE(Says("Intercept never counts `c`"));
  EXPECT_EQ(Counter(c + "neq, value: 3}", ""),
            "limit r = 3 per day on tool t;\n");
  EXPECT_EQ(Counter(c + "in, value: [0, 1]}", ""),
            "limit r = 2 per day on tool t;\n");
  // No bound, or none that a call passes.
  EXPECT_EQ(Counter(c + "gte, value: 0}", ""), "");
  EXPECT_TRUE(Says("nothing is limited"));
  EXPECT_EQ(Counter(c + "lte, value: 2}", ", increment: -5"), "");
  EXPECT_EQ(Counter(c + "lte, value: 2}", ", increment: 3"),
            "deny r tool t;\n");
  EXPECT_EQ(Counter(c + "gt, value: 0}", ""), "deny r tool t;\n");
  EXPECT_EQ(Counter(c + "lte, value: 0}", ", increment_from: args.n"),
            "deny r tool t when not has args.n or args.n != 0;\n");
  EXPECT_EQ(Counter(c + "lte, value: 9}, " + c + "neq, value: 4}",
                    ", increment_from: args.n"),
            "deny r tool t;\n");
  EXPECT_EQ(Counter(c + "lte, value: 9}, {path: args.n, op: gt, value: 1}", ""),
            "deny r tool t when not has args.n or args.n <= 1;\n"
            "limit r_limit = 9 per day on tool t;\n");
}

TEST_F(InterceptTest, CountersOfOtherToolsAreNotRead) {
  const std::string pol = Pol(
      "version: 1\ntools:\n  a: {rules: [{name: l, rate_limit: 2/day}]}\n"
      "  b: {rules: [{name: n, conditions: [{path: state.a._rate_day, op: gte, "
      "value: 1}]}, {name: m, conditions: [{path: state.a._rate_day, op: lte, "
      "value: 2}]}]}\n");
  EXPECT_EQ(pol,
            "policy refunds;\n"
            "limit l = 2 per day on tool a;\n"
            "deny n tool b;\n"
            "allow listed tool a;\n"
            "default allow;\n");
  EXPECT_TRUE(Says("cannot read another tool's counter"));
  EXPECT_TRUE(Says("there is no `default`"));
}

TEST_F(InterceptTest, ApprovalsSelect) {
  EXPECT_EQ(Rules("      - {name: big, action: require_approval, on_deny: why, "
                  "approval_timeout: 1h30m, conditions: [{path: args.n, op: "
                  "gt, value: 5}]}\n"),
            "ask big \"why\" tool t when has args.n and args.n > 5 within 90 "
            "minutes;\n");
  EXPECT_TRUE(Says("is not asked about"));
}

TEST_F(InterceptTest, EqualRulesAreOne) {
  const std::string r =
      "{rules: [{name: r, conditions: [{path: args.v, op: in, value: [a, b, "
      "c]}]}, {name: l, rate_limit: 5/hour}]}\n";
  EXPECT_EQ(Pol("version: 1\ndefault: deny\ntools:\n  x: " + r + "  y: " + r +
                "  z: {rules: [{name: q, conditions: [{path: args.w, op: in, "
                "value: [a, b, c]}]}]}\n"),
            "policy refunds;\n"
            "set v_values = {\"a\", \"b\", \"c\"};\n"
            "deny r tool x, y when not has args.v or args.v not in v_values;\n"
            "limit l = 5 per hour per tool on tool x, y;\n"
            "deny q tool z when not has args.w or args.w not in v_values;\n"
            "allow listed tool x, y, z;\n"
            "default deny;\n");
}

TEST_F(InterceptTest, EqualConditionsGetAName) {
  const auto rule = [](const char* reason) {
    return std::string("{rules: [{name: r, on_deny: ") + reason +
           ", conditions: [{path: args.v, op: gt, value: 1}, {path: args.w, "
           "op: exists, value: true}]}]}\n";
  };
  EXPECT_EQ(Pol("version: 1\ndefault: deny\ntools:\n  x: " + rule("one") +
                "  y: " + rule("two")),
            "policy refunds;\n"
            "predicate is_r() = not has args.v or args.v <= 1 or not has "
            "args.w;\n"
            "deny r \"one\" tool x when is_r();\n"
            "deny r_2 \"two\" tool y when is_r();\n"
            "allow listed tool x, y;\n"
            "default deny;\n");
}

TEST_F(InterceptTest, NamesArePol) {
  EXPECT_EQ(Pol("version: 1\ntools:\n  \"a*b\": {}\n  tool: {}\n  c-d: {}\n",
                "policy.yaml"),
            "policy imported_policy;\n"
            "allow listed tool \"tool\", \"c-d\";\n"
            "default allow;\n");
  EXPECT_TRUE(Says("no call can name this tool"));
}

TEST_F(InterceptTest, KeepsEveryComment) {
  const auto made = Translate(
      "# c0\n\nversion: \"1\" # c1\n# c2\ndefault: deny # c3\nhide: # c4\n"
      "  # c5\n  - x # c6\ntools: # c7\n  # c8\n  a: # c9\n    # c10\n"
      "    rules: # c11\n      # c12\n      - name: \"r # no\" # c13\n"
      "        # c14\n        conditions: # c15\n          - path: args.v\n"
      "            op: eq # c16\n            value: 'x # no' # c17\n"
      "        on_deny: |\n          text # no\n          more # no\n"
      "  # c18\n  b: {} # c19\n# c20\n");
  ASSERT_TRUE(made);
  for (int i = 0; i <= 20; ++i) {
    EXPECT_NE(made->pol.find("c" + std::to_string(i)), std::string::npos) << i;
  }
  EXPECT_EQ(made->pol.find("// no"), std::string::npos);
}

TEST_F(InterceptTest, SaysWhatTheFileHides) {
  const std::string head = "version: \"1\"\ndefault: deny\n";
  const std::pair<std::string, const char*> rows[] = {
      {head + "hidden: [x]\n", "Intercept has no key `hidden`"},
      {head + "tools: {t: {action: deny}}\n", "Intercept has no key `action`"},
      {head + "hide: [x]\n", "no call is allowed"},
      {head + "hide: [x]\ntools: {x: {}}\n", "`x` is hidden"},
      {head + "tools: {t: {}}\n---\nversion: \"1\"\n", "the first document"},
      {head + "tools:\n    t: {}\n  # \"*\":\n  #   rules: []\n",
       "this example is no YAML"},
      {head + "tools: {t: {rules: [{name: ten (10), conditions: [{path: "
              "state.t.c, op: lt, value: 10}], state: {counter: c, window: "
              "day}}]}}\n",
       "lets 9 through, not the 10"},
      {head + "tools: {_global: {rules: [{name: l, rate_limit: 5/day}]}}\n",
       "in one counter"},
      {head + "tools: {t: {rules: [{name: r, spend: {daily: 5}}]}}\n",
       "`spend` reads the price"},
      {head + "approvals: {dedupe_window: 5m}\n", "`approvals` has no equal"},
  };
  for (const auto& [text, words] : rows) {
    EXPECT_TRUE(Translate(text)) << text;
    EXPECT_TRUE(Says(words)) << text;
  }
}

TEST_F(InterceptTest, ExamplesThatWorkAreNoTrap) {
  EXPECT_TRUE(
      Translate("version: 1\ndefault: deny\ntools:\n  t: {}\n"
                "  # \"*\":\n  #   rules: []\n"));
  EXPECT_FALSE(Says("this example"));
}

TEST_F(InterceptTest, RefusesWhatInterceptRefuses) {
  const std::string t = "version: 1\ntools: {t: {rules: [";
  const std::pair<std::string, const char*> rows[] = {
      {"version: 1.0\n", "`version` must be"},
      {"version: 1\nhide: [a, ' ']\n", "is empty"},
      {"version: 1\nhide: a\n", "`hide` is a list"},
      {t + "{name: r}]}}\n", "needs a condition"},
      {t + "{action: deny}]}}\n", "needs a `name`"},
      {t + "{name: r, action: allow, conditions: []}]}}\n", "`action` must be"},
      {t + "{name: r, rate_limit: 0/hour}]}}\n", "`rate_limit` is"},
      {t + "{name: r, rate_limit: 5/week}]}}\n", "`rate_limit` is"},
      {t + "{name: r, action: deny, rate_limit: 5/hour}]}}\n", "stands alone"},
      {t + "{name: r, conditions: [{path: args.x, op: lt, value: "
           "18446744073709551615}]}]}}\n",
       "take a number"},
      {t + "{name: r, conditions: [{path: x, op: eq, value: 1}]}]}}\n",
       "begins with `args.`"},
  };
  for (const auto& [text, problem] : rows) {
    const std::string said = Problem(text);
    EXPECT_NE(said.find(problem), std::string::npos) << text << said;
  }
}

TEST_F(InterceptTest, TheWebsitesYamlIsReadStrictly) {
  EXPECT_EQ(Pol("tools:\n  t:\n    rules:\n      - action: allow\n"
                "        rate_limit: {max: 10, window: 300}\n"
                "  u:\n    rules: [{action: deny, reason: No.}]\n"),
            "policy refunds;\n"
            "limit t_rate = 10 per hour per grant on tool t;\n"
            "deny deny_u \"No.\" tool u;\n"
            "allow listed tool t;\n"
            "default deny;\n");
  EXPECT_TRUE(Says("no window of 300 seconds"));
  EXPECT_NE(Problem("tools: {t: {rules: [{action: allow, rate: 1}]}}\n"), "");
}

}  // namespace
}  // namespace polc::import
